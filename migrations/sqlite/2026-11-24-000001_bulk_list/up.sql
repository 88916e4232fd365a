-- Results in numbers and the first command, whose reason the list shows: a page of the list reads no results.
ALTER TABLE bulk_actions ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_actions ADD COLUMN no_op INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_actions ADD COLUMN not_applicable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_actions ADD COLUMN forbidden INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_actions ADD COLUMN not_found INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_actions ADD COLUMN conflict INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_actions ADD COLUMN command_id BIGINT;
UPDATE bulk_actions SET
    accepted = (SELECT COUNT(*) FROM bulk_action_parts p, json_each(p.results) r WHERE p.bulk_action_id = bulk_actions.id AND json_extract(r.value, '$.outcome') = 'accepted'),
    no_op = (SELECT COUNT(*) FROM bulk_action_parts p, json_each(p.results) r WHERE p.bulk_action_id = bulk_actions.id AND json_extract(r.value, '$.outcome') = 'no_op'),
    not_applicable = (SELECT COUNT(*) FROM bulk_action_parts p, json_each(p.results) r WHERE p.bulk_action_id = bulk_actions.id AND json_extract(r.value, '$.outcome') = 'not_applicable'),
    forbidden = (SELECT COUNT(*) FROM bulk_action_parts p, json_each(p.results) r WHERE p.bulk_action_id = bulk_actions.id AND json_extract(r.value, '$.outcome') = 'forbidden'),
    not_found = (SELECT COUNT(*) FROM bulk_action_parts p, json_each(p.results) r WHERE p.bulk_action_id = bulk_actions.id AND json_extract(r.value, '$.outcome') = 'not_found'),
    conflict = (SELECT COUNT(*) FROM bulk_action_parts p, json_each(p.results) r WHERE p.bulk_action_id = bulk_actions.id AND json_extract(r.value, '$.outcome') = 'conflict'),
    command_id = (SELECT MIN(CAST(json_extract(r.value, '$.command_id') AS INTEGER)) FROM bulk_action_parts p, json_each(p.results) r WHERE p.bulk_action_id = bulk_actions.id);
-- Somebody's own, newest first; the state, so that a count needs no rows.
CREATE INDEX bulk_actions_user ON bulk_actions (tenant_id, user_id, id, state);
