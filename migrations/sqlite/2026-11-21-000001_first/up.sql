-- An institution, with its settings.
CREATE TABLE tenants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    time_zone TEXT NOT NULL,
    heartbeat_seconds INTEGER NOT NULL,
    first_warning_seconds INTEGER NOT NULL,
    second_warning_seconds INTEGER NOT NULL,
    show_ad_username BOOLEAN NOT NULL,
    history_days INTEGER NOT NULL,
    created_at BIGINT NOT NULL
);

-- The one row that each writing transaction locks last: revisions and the audit chain are in commit order.
CREATE TABLE tenant_heads (
    tenant_id BIGINT NOT NULL PRIMARY KEY REFERENCES tenants (id),
    revision BIGINT NOT NULL,
    audit_seq BIGINT NOT NULL,
    audit_hash BLOB NOT NULL
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    ad_username TEXT,
    role SMALLINT NOT NULL,
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    UNIQUE (tenant_id, username)
);

CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE group_members (
    group_id BIGINT NOT NULL REFERENCES groups (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    PRIMARY KEY (group_id, user_id)
);

CREATE TABLE environments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE hosts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    terminal SMALLINT NOT NULL,
    UNIQUE (tenant_id, name, terminal)
);

CREATE TABLE addresses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    address BLOB NOT NULL,
    UNIQUE (tenant_id, address)
);

CREATE TABLE resources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    kind SMALLINT NOT NULL,
    program TEXT,
    version TEXT,
    suspended_at BIGINT,
    max_sessions_per_user INTEGER,
    UNIQUE (tenant_id, kind, name)
);

CREATE TABLE delivery_methods (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    kind SMALLINT NOT NULL,
    licence_kind SMALLINT NOT NULL,
    offline_days INTEGER NOT NULL,
    UNIQUE (tenant_id, name)
);

-- Who may launch what. any_program: every program of the host, for managed apps.
CREATE TABLE provisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    resource_id BIGINT REFERENCES resources (id),
    any_program BOOLEAN NOT NULL,
    delivery_method_id BIGINT NOT NULL REFERENCES delivery_methods (id),
    environment_id BIGINT REFERENCES environments (id),
    host_id BIGINT REFERENCES hosts (id),
    everyone BOOLEAN NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE provision_users (
    provision_id BIGINT NOT NULL REFERENCES provisions (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    PRIMARY KEY (provision_id, user_id)
);

CREATE TABLE provision_groups (
    provision_id BIGINT NOT NULL REFERENCES provisions (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    PRIMARY KEY (provision_id, group_id)
);

-- "End and hold": launches refused for a time.
CREATE TABLE holds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    resource_id BIGINT NOT NULL REFERENCES resources (id),
    until_at BIGINT NOT NULL,
    placed_by BIGINT REFERENCES users (id)
);

-- taken_through: the highest report number taken. connected_until: the command channel is open until then.
CREATE TABLE agents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    host_id BIGINT NOT NULL REFERENCES hosts (id),
    key_hash BLOB NOT NULL UNIQUE,
    enrolled_at BIGINT NOT NULL,
    revoked_at BIGINT,
    simulated BOOLEAN NOT NULL,
    version TEXT,
    verbs INTEGER,
    boot_id TEXT,
    clock_skew_ms BIGINT,
    seen_at BIGINT,
    taken_through BIGINT NOT NULL,
    connected_until BIGINT NOT NULL
);

CREATE TABLE enrolment_codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    secret_hash BLOB NOT NULL UNIQUE,
    this_machine BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Narrow rows of integers. listed_until is the far future until the session is over.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    kind SMALLINT NOT NULL,
    status SMALLINT NOT NULL,
    observed_status SMALLINT NOT NULL,
    phase SMALLINT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    resource_id BIGINT NOT NULL REFERENCES resources (id),
    provision_id BIGINT REFERENCES provisions (id),
    delivery_method_id BIGINT REFERENCES delivery_methods (id),
    environment_id BIGINT REFERENCES environments (id),
    device_id BIGINT REFERENCES devices (id),
    host_id BIGINT REFERENCES hosts (id),
    agent_id BIGINT REFERENCES agents (id),
    address_id BIGINT REFERENCES addresses (id),
    terminal SMALLINT NOT NULL,
    access SMALLINT NOT NULL,
    source SMALLINT NOT NULL,
    connected BOOLEAN NOT NULL,
    stale BOOLEAN NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    last_activity_at BIGINT,
    valid_until BIGINT,
    offline_until BIGINT,
    listed_until BIGINT NOT NULL,
    end_reason SMALLINT,
    ended_how SMALLINT,
    command_id BIGINT,
    revision BIGINT NOT NULL
);

-- What few sessions have, or few people ask for.
CREATE TABLE session_extras (
    session_id BIGINT NOT NULL PRIMARY KEY REFERENCES sessions (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    launch_key TEXT,
    version TEXT,
    server_product TEXT,
    server_version TEXT
);

-- Signs of life, apart from the sessions: a beat touches no index.
CREATE TABLE session_beats (
    session_id BIGINT NOT NULL PRIMARY KEY REFERENCES sessions (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    seen_at BIGINT NOT NULL,
    idle_seconds INTEGER
);

CREATE TABLE session_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    session_id BIGINT NOT NULL REFERENCES sessions (id),
    kind SMALLINT NOT NULL,
    observed_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    from_status SMALLINT,
    to_status SMALLINT,
    command_id BIGINT,
    end_reason SMALLINT,
    actor_id BIGINT REFERENCES users (id),
    detail TEXT
);

CREATE TABLE commands (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    session_id BIGINT NOT NULL REFERENCES sessions (id),
    agent_id BIGINT REFERENCES agents (id),
    verb SMALLINT NOT NULL,
    state SMALLINT NOT NULL,
    requested_by BIGINT REFERENCES users (id),
    reason TEXT,
    message TEXT,
    first_warning_seconds INTEGER NOT NULL,
    second_warning_seconds INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    effective_by BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    delivered_at BIGINT,
    acknowledged_at BIGINT,
    warned_at BIGINT,
    closes_at BIGINT,
    finished_at BIGINT,
    outcome SMALLINT,
    detail TEXT,
    bulk_action_id BIGINT
);

-- body: the plan as it was shown; items: what must not have changed since (both JSON of one type).
CREATE TABLE plans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    verb SMALLINT NOT NULL,
    expires_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    items TEXT NOT NULL
);

CREATE TABLE bulk_actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    verb SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    idempotency_key TEXT,
    request_hash BLOB NOT NULL,
    total INTEGER NOT NULL,
    results TEXT NOT NULL,
    UNIQUE (tenant_id, user_id, idempotency_key)
);

-- private_hash covers the salted personal fields, kept beside the chain so that erasure leaves it whole.
CREATE TABLE audit_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_kind SMALLINT NOT NULL,
    actor_id BIGINT,
    action SMALLINT NOT NULL,
    session_id BIGINT,
    private_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (tenant_id, seq)
);

CREATE TABLE audit_privates (
    audit_id BIGINT NOT NULL PRIMARY KEY REFERENCES audit_entries (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    salt BLOB NOT NULL,
    actor TEXT,
    object TEXT,
    reason TEXT
);

CREATE TABLE sign_ins (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE refresh_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    sign_in_id BIGINT NOT NULL REFERENCES sign_ins (id),
    secret_hash BLOB NOT NULL UNIQUE,
    issued_at BIGINT NOT NULL,
    replaced_at BIGINT,
    expires_at BIGINT NOT NULL
);

CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    scopes INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);

CREATE TABLE set_up_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    secret_hash BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Failed tries by subject (email or address, hashed), over all servers.
CREATE TABLE throttles (
    subject BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    window_started_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL
);

-- Keys of the installation, shared by all its servers.
CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL,
    created_at BIGINT NOT NULL
);

-- Whoever holds the row runs the job.
CREATE TABLE job_locks (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    held_until BIGINT NOT NULL,
    last_run_at BIGINT NOT NULL
);

CREATE INDEX sessions_tenant_id ON sessions (tenant_id, id);
CREATE INDEX sessions_started ON sessions (tenant_id, started_at, id);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id, started_at, id);
CREATE INDEX sessions_resource ON sessions (tenant_id, resource_id, started_at, id);
CREATE INDEX sessions_status ON sessions (tenant_id, status, id);
CREATE INDEX sessions_revision ON sessions (tenant_id, revision);
CREATE INDEX sessions_listed ON sessions (tenant_id, listed_until, id);
-- 5 is the phase "over".
CREATE INDEX sessions_open ON sessions (tenant_id, agent_id, id) WHERE phase < 5;
CREATE UNIQUE INDEX session_extras_launch ON session_extras (tenant_id, launch_key) WHERE launch_key IS NOT NULL;
CREATE INDEX session_events_session ON session_events (session_id, id);
CREATE INDEX commands_session ON commands (session_id, id);
-- 1 to 3 are the open states.
CREATE INDEX commands_open ON commands (agent_id, id) WHERE state <= 3;
CREATE INDEX commands_deadline ON commands (deadline) WHERE state <= 3;
CREATE INDEX agents_host ON agents (host_id);
CREATE INDEX holds_user ON holds (tenant_id, user_id, resource_id);
CREATE INDEX provisions_resource ON provisions (tenant_id, resource_id);
