-- A kind's page in the order of statuses, and the few sessions of a kind with a status that many of other kinds have.
CREATE INDEX sessions_kind_status ON sessions (tenant_id, (CAST(kind AS BIGINT) * 100 + status), id);
-- Mostly sessions of cloud delivery (2) are valid until a time, and no others: in the order of it the exceptions are found
-- at once.
CREATE INDEX sessions_unlimited ON sessions (tenant_id, id) WHERE valid_until IS NULL AND kind = 2;
CREATE INDEX sessions_limited ON sessions (tenant_id, kind, valid_until, id) WHERE valid_until IS NOT NULL AND kind <> 2;
