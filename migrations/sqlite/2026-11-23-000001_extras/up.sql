-- The ways to sessions with a version or a server: both are few texts, which many sessions share.
CREATE INDEX session_extras_version ON session_extras (tenant_id, version_folded, session_id) WHERE version_folded IS NOT NULL;
CREATE INDEX session_extras_server ON session_extras (tenant_id, server_folded, session_id) WHERE server_folded IS NOT NULL;
