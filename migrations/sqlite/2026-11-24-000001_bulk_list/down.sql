DROP INDEX bulk_actions_user;
ALTER TABLE bulk_actions DROP COLUMN command_id;
ALTER TABLE bulk_actions DROP COLUMN conflict;
ALTER TABLE bulk_actions DROP COLUMN not_found;
ALTER TABLE bulk_actions DROP COLUMN forbidden;
ALTER TABLE bulk_actions DROP COLUMN not_applicable;
ALTER TABLE bulk_actions DROP COLUMN no_op;
ALTER TABLE bulk_actions DROP COLUMN accepted;
