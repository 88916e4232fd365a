DROP INDEX session_extras_server;
DROP INDEX session_extras_version;
