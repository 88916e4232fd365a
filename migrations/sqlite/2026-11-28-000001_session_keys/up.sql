-- What stands beside a session is looked up for every row of a page. Only an INTEGER PRIMARY KEY is the key of SQLite's own
-- tree; under any other one there is an index to go through first.
CREATE TABLE session_extras_keyed (
    session_id INTEGER PRIMARY KEY NOT NULL REFERENCES sessions (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    launch_key TEXT,
    version TEXT,
    version_folded TEXT,
    server_product TEXT,
    server_version TEXT,
    server_folded TEXT
);
INSERT INTO session_extras_keyed
    SELECT session_id, tenant_id, launch_key, version, version_folded, server_product, server_version, server_folded
    FROM session_extras ORDER BY session_id;
DROP TABLE session_extras;
ALTER TABLE session_extras_keyed RENAME TO session_extras;
CREATE UNIQUE INDEX session_extras_launch ON session_extras (tenant_id, launch_key) WHERE launch_key IS NOT NULL;
CREATE INDEX session_extras_version ON session_extras (tenant_id, version_folded, session_id) WHERE version_folded IS NOT NULL;
CREATE INDEX session_extras_server ON session_extras (tenant_id, server_folded, session_id) WHERE server_folded IS NOT NULL;
CREATE TABLE session_beats_keyed (
    session_id INTEGER PRIMARY KEY NOT NULL REFERENCES sessions (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    seen_at BIGINT NOT NULL,
    idle_seconds INTEGER
);
INSERT INTO session_beats_keyed
    SELECT session_id, tenant_id, seen_at, idle_seconds FROM session_beats ORDER BY session_id;
DROP TABLE session_beats;
ALTER TABLE session_beats_keyed RENAME TO session_beats;
