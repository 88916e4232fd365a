-- What became of the commands of a bulk action, in numbers, without reading them; and the way to them.
CREATE INDEX commands_bulk ON commands (tenant_id, bulk_action_id, state, outcome) WHERE bulk_action_id IS NOT NULL;
-- One verb on one session under a key is a bulk action of one, and its command did not say so.
UPDATE commands SET bulk_action_id = b.id FROM bulk_actions b
    WHERE b.command_id = commands.id AND commands.bulk_action_id IS NULL;
