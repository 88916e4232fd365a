-- Columns that end in _folded hold what stands beside them in lower case, as the rule book folds it: lists search and
-- sort by them. Whoever writes the one writes the other.

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
-- names_revision: rises when a name in a dictionary changes or goes; new ones are found by their id.
CREATE TABLE tenant_heads (
    tenant_id BIGINT NOT NULL PRIMARY KEY REFERENCES tenants (id),
    revision BIGINT NOT NULL,
    audit_seq BIGINT NOT NULL,
    audit_hash BLOB NOT NULL,
    names_revision BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    ad_username TEXT,
    username_folded TEXT NOT NULL,
    display_name_folded TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    ad_username_folded TEXT,
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
    name_folded TEXT NOT NULL,
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
    name_folded TEXT NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE hosts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    terminal SMALLINT NOT NULL,
    UNIQUE (tenant_id, name, terminal)
);

CREATE TABLE addresses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    address BLOB NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (tenant_id, address)
);

CREATE TABLE resources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
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
    name_folded TEXT NOT NULL,
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
    name_folded TEXT NOT NULL,
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

-- Between which ids the sessions lie that began in an hour since 1970; kept by a trigger. A range of time is a range of
-- ids, and every index ends with the id.
CREATE TABLE session_hours (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    hour BIGINT NOT NULL,
    first_id BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hour)
);

-- What few sessions have, or few people ask for.
CREATE TABLE session_extras (
    session_id BIGINT NOT NULL PRIMARY KEY REFERENCES sessions (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    launch_key TEXT,
    version TEXT,
    version_folded TEXT,
    server_product TEXT,
    server_version TEXT,
    server_folded TEXT
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

-- work: what is left to do and for whom (JSON of one type), empty when it is done.
CREATE TABLE bulk_actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    verb SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    idempotency_key TEXT,
    request_hash BLOB NOT NULL,
    total INTEGER NOT NULL,
    state SMALLINT NOT NULL,
    worked_at BIGINT NOT NULL,
    work TEXT NOT NULL,
    UNIQUE (tenant_id, user_id, idempotency_key)
);

-- Results of a part that is done (JSON of one type). The next part is the number of rows.
CREATE TABLE bulk_action_parts (
    bulk_action_id BIGINT NOT NULL REFERENCES bulk_actions (id),
    part INTEGER NOT NULL,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    results TEXT NOT NULL,
    PRIMARY KEY (bulk_action_id, part)
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

-- Statements that make again what a large load has set aside: indexes and references.
CREATE TABLE set_aside (
    name TEXT NOT NULL PRIMARY KEY,
    statement TEXT NOT NULL
);

-- Whoever holds the row runs the job.
CREATE TABLE job_locks (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    held_until BIGINT NOT NULL,
    last_run_at BIGINT NOT NULL
);

-- What lists walk: each begins with the tenant and ends with the id, which orders equal values.
CREATE INDEX sessions_tenant_id ON sessions (tenant_id, id);
CREATE INDEX sessions_started ON sessions (tenant_id, started_at, id);
CREATE INDEX sessions_ended ON sessions (tenant_id, ended_at, id);
CREATE INDEX sessions_valid ON sessions (tenant_id, valid_until, id);
CREATE INDEX sessions_listed ON sessions (tenant_id, listed_until, id);
CREATE INDEX sessions_status ON sessions (tenant_id, status, id);
CREATE INDEX sessions_kind ON sessions (tenant_id, kind, id);
-- With the status: a list by people passes by what has another one without a look at the rows.
CREATE INDEX sessions_user ON sessions (tenant_id, user_id, id, status);
CREATE INDEX sessions_resource ON sessions (tenant_id, resource_id, id);
CREATE INDEX sessions_provision ON sessions (tenant_id, provision_id, id);
CREATE INDEX sessions_device ON sessions (tenant_id, device_id, id);
CREATE INDEX sessions_host ON sessions (tenant_id, host_id, id);
CREATE INDEX sessions_address ON sessions (tenant_id, address_id, id);
CREATE INDEX sessions_kind_resource ON sessions (tenant_id, kind, resource_id, id);
CREATE INDEX sessions_resource_status ON sessions (tenant_id, resource_id, status, id);
CREATE INDEX sessions_status_valid ON sessions (tenant_id, status, valid_until, id) WHERE valid_until IS NOT NULL;
-- None, or nearly: all others are valid until after their start, and a range of time bounds both.
CREATE INDEX sessions_valid_before ON sessions (tenant_id, id) WHERE valid_until < started_at;
CREATE INDEX sessions_connected ON sessions (tenant_id, id) WHERE connected;
CREATE INDEX sessions_revision ON sessions (tenant_id, revision);
-- 5 is the phase "over".
CREATE INDEX sessions_open ON sessions (tenant_id, agent_id, id) WHERE phase < 5;
-- Those that took an hour or more, by how long: what was running at an instant is found class by class.
CREATE INDEX sessions_long ON sessions (
    tenant_id,
    (CASE WHEN ended_at - started_at < 14400000 THEN 1 WHEN ended_at - started_at < 57600000 THEN 2
        WHEN ended_at - started_at < 230400000 THEN 3 WHEN ended_at - started_at < 921600000 THEN 4
        WHEN ended_at - started_at < 3686400000 THEN 5 ELSE 6 END),
    started_at,
    ended_at,
    id
) WHERE ended_at - started_at >= 3600000;
CREATE TRIGGER session_hours_new AFTER INSERT ON sessions BEGIN
    INSERT INTO session_hours (tenant_id, hour, first_id, last_id)
    VALUES (NEW.tenant_id, NEW.started_at / 3600000, NEW.id, NEW.id)
    ON CONFLICT (tenant_id, hour) DO UPDATE
    SET first_id = MIN(first_id, excluded.first_id), last_id = MAX(last_id, excluded.last_id);
END;
CREATE TRIGGER session_hours_moved AFTER UPDATE OF started_at ON sessions BEGIN
    INSERT INTO session_hours (tenant_id, hour, first_id, last_id)
    VALUES (NEW.tenant_id, NEW.started_at / 3600000, NEW.id, NEW.id)
    ON CONFLICT (tenant_id, hour) DO UPDATE
    SET first_id = MIN(first_id, excluded.first_id), last_id = MAX(last_id, excluded.last_id);
END;
-- Names in the order of lists.
CREATE INDEX users_username_folded ON users (tenant_id, username_folded, id);
CREATE INDEX users_display_name_folded ON users (tenant_id, display_name_folded, id);
CREATE INDEX users_email_folded ON users (tenant_id, email_folded, id);
CREATE INDEX resources_name_folded ON resources (tenant_id, name_folded, id);
CREATE INDEX addresses_text ON addresses (tenant_id, text);
CREATE INDEX group_members_user ON group_members (user_id);
CREATE UNIQUE INDEX session_extras_launch ON session_extras (tenant_id, launch_key) WHERE launch_key IS NOT NULL;
CREATE INDEX session_events_session ON session_events (session_id, id);
CREATE INDEX commands_session ON commands (session_id, id);
-- 1 to 3 are the open states.
CREATE INDEX commands_open ON commands (agent_id, id) WHERE state <= 3;
CREATE INDEX commands_deadline ON commands (deadline) WHERE state <= 3;
CREATE INDEX agents_host ON agents (host_id);
CREATE INDEX agents_revoked ON agents (revoked_at) WHERE revoked_at IS NOT NULL;
-- 1 is the state "running".
CREATE INDEX bulk_actions_running ON bulk_actions (worked_at) WHERE state = 1;
CREATE INDEX holds_user ON holds (tenant_id, user_id, resource_id);
CREATE INDEX provisions_resource ON provisions (tenant_id, resource_id);

-- An export: whose ticket fetches the file once, and what was sent. request: what was asked for (JSON of one type).
CREATE TABLE exports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    format SMALLINT NOT NULL,
    state SMALLINT NOT NULL,
    file_name TEXT NOT NULL,
    request TEXT NOT NULL,
    ticket_hash BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    heard_at BIGINT,
    finished_at BIGINT,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    sha256 BLOB,
    failure TEXT
);
CREATE INDEX exports_user ON exports (tenant_id, user_id, id);
-- 1 and 2 are the states that time ends.
CREATE INDEX exports_open ON exports (tenant_id, id) WHERE state <= 2;

-- When a tenant's agents were last asked to report. number: how often; completed_at: the last time that all had.
CREATE TABLE refreshes (
    tenant_id BIGINT NOT NULL PRIMARY KEY REFERENCES tenants (id),
    number BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    completed_at BIGINT,
    running BOOLEAN NOT NULL,
    agents_asked INTEGER NOT NULL,
    answered INTEGER NOT NULL
);

-- Agents that were asked and have not reported yet.
CREATE TABLE refresh_agents (
    agent_id BIGINT NOT NULL PRIMARY KEY REFERENCES agents (id),
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    number BIGINT NOT NULL
);
CREATE INDEX refresh_agents_tenant ON refresh_agents (tenant_id);

-- A saved view of a list; body: all of it (JSON of one type).
CREATE TABLE views (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    page SMALLINT NOT NULL,
    reach SMALLINT NOT NULL,
    name_folded TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (tenant_id, user_id, page, name_folded)
);
-- 2 is shared, 3 the page's default.
CREATE UNIQUE INDEX views_shared ON views (tenant_id, page, name_folded) WHERE reach >= 2;
CREATE UNIQUE INDEX views_default ON views (tenant_id, page) WHERE reach = 3;
