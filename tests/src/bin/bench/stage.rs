//! What writes are measured on: agents with many sessions, put there by SQL.

use deskwarden_tests::{Database, FakeAgent, TestApp};
use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_types::BigInt,
};

/// Agents.
pub const AGENTS: usize = 32;
/// Live sessions of each.
pub const EACH: usize = 1_000;

/// Columns of a session that SQL copies.
const COLUMNS: &str = "tenant_id, kind, status, observed_status, phase, user_id, resource_id, provision_id, \
    delivery_method_id, device_id, host_id, address_id, terminal, access, source, connected, stale, started_at, \
    listed_until, revision";

/// A connection of our own to the same database.
pub enum Direct {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl Direct {
    /// Opens one with the settings of the server's writer.
    pub fn open(app: &TestApp) -> Self {
        let url = app.database.url();
        match app.database.kind {
            Database::Sqlite => {
                let path = url.trim_start_matches("sqlite:");
                let mut conn = SqliteConnection::establish(path).expect("the file opens");
                conn.batch_execute(
                    "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
                     PRAGMA foreign_keys=ON; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000; \
                     PRAGMA temp_store=MEMORY",
                )
                .expect("settings");
                Self::Sqlite(conn)
            }
            Database::Postgres => Self::Postgres(PgConnection::establish(url).expect("the database opens")),
        }
    }

    pub fn run(&mut self, sql: &str) {
        let done = match self {
            Self::Sqlite(conn) => conn.batch_execute(sql),
            Self::Postgres(conn) => conn.batch_execute(sql),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub fn number(&mut self, sql: &str) -> i64 {
        let query = diesel::sql_query(format!("SELECT CAST(({sql}) AS BIGINT) AS n"));
        let row: Number = match self {
            Self::Sqlite(conn) => query.get_result(conn),
            Self::Postgres(conn) => query.get_result(conn),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        row.n
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// Agents, each with the ids of its sessions.
pub struct Stage {
    pub agents: Vec<(FakeAgent, Vec<i64>)>,
    pub direct: Direct,
}

impl Stage {
    /// Sets it up; `history` further sessions are over.
    pub async fn new(app: &TestApp, history: usize) -> Self {
        let mut direct = Direct::open(app);
        let owner = app.owner().await;
        let first = app.agent("first").await;
        let seed = first.run(&owner.username, "bench").await.0;
        let mut agents = Vec::with_capacity(AGENTS);
        for n in 0..AGENTS {
            let agent = app.agent(&format!("bench-{n}")).await;
            agent.hello().await;
            direct.run(&copies(seed, EACH, &agent.id.to_string(), app.database.kind));
            let least = direct.number(&format!("SELECT MIN(id) FROM sessions WHERE agent_id = {}", agent.id));
            let ids: Vec<i64> = (least..).take(EACH).collect();
            agents.push((agent, ids));
        }
        direct.run(
            "INSERT INTO session_beats (session_id, tenant_id, seen_at) SELECT s.id, s.tenant_id, s.started_at \
             FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM session_beats b WHERE b.session_id = s.id)",
        );
        if history > 0 {
            direct.run(&copies(seed, history, "NULL", app.database.kind));
            direct.run("UPDATE sessions SET phase = 5, listed_until = started_at WHERE agent_id IS NULL");
        }
        direct.run(if direct.is_sqlite() { "PRAGMA wal_checkpoint(TRUNCATE); ANALYZE" } else { "VACUUM ANALYZE" });
        Self { agents, direct }
    }
}

/// Copies of a session for another agent.
fn copies(seed: i64, count: usize, agent: &str, kind: Database) -> String {
    let numbers = match kind {
        Database::Sqlite => format!(
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)"
        ),
        Database::Postgres => format!("generate_series(1, {count})"),
    };
    format!(
        "INSERT INTO sessions ({COLUMNS}, agent_id) SELECT {COLUMNS}, {agent} FROM sessions, {numbers} AS numbers \
         WHERE id = {seed}"
    )
}
