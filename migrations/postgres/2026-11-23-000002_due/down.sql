DROP INDEX users_owners;
DROP INDEX sessions_to_end;
DROP INDEX sessions_unused;
