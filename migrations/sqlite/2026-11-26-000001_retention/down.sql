DROP INDEX streams_consent;
DROP INDEX bulk_actions_finished;
ALTER TABLE tenant_heads DROP COLUMN deleted_revision;
DROP TABLE retention;
