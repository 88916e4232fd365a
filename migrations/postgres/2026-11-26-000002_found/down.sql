DROP INDEX sessions_words;
DROP INDEX sessions_delivery_method;
DROP INDEX sessions_environment;
