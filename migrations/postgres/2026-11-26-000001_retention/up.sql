-- When a tenant's history is next gone through for what was kept for long enough, and how many sessions were deleted that
-- the audit log does not tell of yet.
CREATE TABLE retention (
    tenant_id BIGINT NOT NULL PRIMARY KEY REFERENCES tenants (id),
    due_at BIGINT NOT NULL,
    deleted BIGINT NOT NULL
);

-- deleted_revision: the revision of the last deletion. Who knows an earlier one may show what is gone.
ALTER TABLE tenant_heads ADD COLUMN deleted_revision BIGINT NOT NULL DEFAULT 0;

-- A month is the least that may be set.
UPDATE tenants SET history_days = 30 WHERE history_days < 30;

-- Finished bulk actions by their end; 2 is the state "finished".
CREATE INDEX bulk_actions_finished ON bulk_actions (tenant_id, worked_at, id) WHERE state = 2;
-- Whether a stream points to a consent that is deleted.
CREATE INDEX streams_consent ON streams (consent_id);
