DROP INDEX sessions_limited;
DROP INDEX sessions_unlimited;
DROP INDEX sessions_kind_status;
