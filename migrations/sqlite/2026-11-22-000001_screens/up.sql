-- Settings that screens and seats need.
ALTER TABLE tenants ADD COLUMN consent_seconds INTEGER NOT NULL DEFAULT 30;
ALTER TABLE tenants ADD COLUMN poor_network_seconds INTEGER NOT NULL DEFAULT 15;
ALTER TABLE tenants ADD COLUMN disconnected_minutes INTEGER NOT NULL DEFAULT 15;
ALTER TABLE tenants ADD COLUMN seats_warn_percent INTEGER NOT NULL DEFAULT 80;
ALTER TABLE tenants ADD COLUMN seats_capacity INTEGER NOT NULL DEFAULT 5;

-- From where access is internal.
CREATE TABLE networks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    cidr TEXT NOT NULL
);
CREATE INDEX networks_tenant ON networks (tenant_id, id);

ALTER TABLE hosts ADD COLUMN environment_id BIGINT REFERENCES environments (id);
CREATE INDEX hosts_environment ON hosts (environment_id);

-- For how long a session of cloud delivery is valid.
ALTER TABLE resources ADD COLUMN valid_hours INTEGER;

-- abilities: one bit each. gate: where native viewers connect.
ALTER TABLE agents ADD COLUMN abilities INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agents ADD COLUMN gate TEXT;

-- A wish to watch a session, with what became of it. user_id: who is asked. command_id: the question on its way.
CREATE TABLE consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    session_id BIGINT NOT NULL REFERENCES sessions (id),
    command_id BIGINT NOT NULL UNIQUE REFERENCES commands (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    asked_by BIGINT NOT NULL REFERENCES users (id),
    reason TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    answer_by BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    answer SMALLINT,
    answered_at BIGINT,
    watched_from BIGINT,
    watched_until BIGINT,
    ended_by BIGINT REFERENCES users (id)
);
CREATE INDEX consents_user ON consents (tenant_id, user_id, id);
CREATE INDEX consents_asked_by ON consents (tenant_id, asked_by, id);
CREATE INDEX consents_session ON consents (session_id, id);

-- A stream of a screen to one viewer, from its ticket to its end. server: the address that the agent dials. heard_at: the
-- server that has it said so then; one that does not any more is gone.
CREATE TABLE streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    session_id BIGINT NOT NULL REFERENCES sessions (id),
    agent_id BIGINT NOT NULL REFERENCES agents (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    consent_id BIGINT REFERENCES consents (id),
    reach SMALLINT NOT NULL,
    ticket_hash BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at BIGINT,
    joined_at BIGINT,
    heard_at BIGINT,
    closed_at BIGINT,
    server TEXT
);
CREATE INDEX streams_session ON streams (session_id, id);
CREATE INDEX streams_open ON streams (tenant_id, id) WHERE closed_at IS NULL;
-- What an agent is still to join.
CREATE INDEX streams_waiting ON streams (agent_id, id) WHERE opened_at IS NOT NULL AND joined_at IS NULL AND closed_at IS NULL;

-- A password for one connection of a native viewer. It is kept as it is, because the viewer proves it by a challenge;
-- gone with its use or its minute.
CREATE TABLE viewer_passwords (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    resource_id BIGINT NOT NULL REFERENCES resources (id),
    host_id BIGINT NOT NULL REFERENCES hosts (id),
    password TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX viewer_passwords_host ON viewer_passwords (tenant_id, host_id);

-- Connections that found no seat.
CREATE TABLE seat_refusals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    ip TEXT,
    at BIGINT NOT NULL,
    capacity INTEGER NOT NULL
);
CREATE INDEX seat_refusals_tenant ON seat_refusals (tenant_id, id);
