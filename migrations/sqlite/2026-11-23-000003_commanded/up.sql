-- The way to sessions beside which a command stands: few, and those that somebody looks for.
CREATE INDEX sessions_commanded ON sessions (tenant_id, id) WHERE command_id IS NOT NULL;
