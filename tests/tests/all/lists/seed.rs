//! A database with a made-up institution, some of whose sessions live.

use deskwarden_domain::rules;
use deskwarden_store::{Conn, Durability, Options, Store, demo, sessions::Viewer, tenants};
use deskwarden_tests::{Database, TestDatabase};
use deskwarden_types::{DeliveryKind, Phase, Role, TenantId, Timestamp, UserId};
use diesel::{RunQueryDsl, connection::SimpleConnection};

/// When everything is asked.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_300_000_000);

/// The institution.
pub struct Seed {
    /// The database, open.
    pub store: Store,
    /// The institution.
    pub tenant: TenantId,
    kind: Database,
    _database: TestDatabase,
}

/// Who sees everything.
pub const OWNER: Viewer = Viewer { user: UserId(1), role: Role::Owner };

impl Seed {
    /// With so many sessions.
    pub async fn new(kind: Database, sessions: u64) -> Self {
        let database = TestDatabase::new(kind);
        let url = database.url().parse().unwrap();
        let store = Store::open(Options { url, durability: Durability::Normal, connections: 2 }).await.unwrap();
        let make = |conn: &mut Conn| {
            // Ids of its own are no ids of the institution's.
            tenants::create(conn, "Other", false, NOW)?;
            tenants::create(conn, "Northfield", true, NOW)
        };
        let tenant = store.write_all(make).await.unwrap();
        let seed = Self { store, tenant, kind, _database: database };
        if kind == Database::Postgres {
            seed.run(BY_HAND.to_owned()).await;
        }
        let plan = demo::Plan { sessions, seed: 5, now: NOW, timelines: false };
        demo::load(&seed.store, tenant, plan, |_| ()).await.unwrap();
        for statement in changes() {
            seed.run(statement).await;
        }
        seed.analyze("").await;
        seed
    }

    /// Has PostgreSQL learn anew what is in one table, or in all. It looks at every row: a sample differs each time, and so
    /// might the plans.
    pub async fn analyze(&self, table: &str) {
        if self.kind == Database::Postgres {
            self.run(format!("SET LOCAL default_statistics_target = 400; ANALYZE {table}")).await;
        }
    }

    /// Runs statements behind the store's back, for as long as a busy machine takes to change every session.
    pub async fn run(&self, sql: String) {
        let run = move |conn: &mut Conn| {
            if matches!(conn, Conn::Postgres(_)) {
                conn.batch_execute("SET LOCAL statement_timeout = 0")?;
            }
            Ok(conn.batch_execute(&sql)?)
        };
        self.store.write_all(run).await.unwrap();
    }

    /// The text in the column `t` of the one row of a query.
    pub async fn text(&self, sql: impl Into<String>) -> String {
        let sql = sql.into();
        let read = move |conn: &mut Conn| Ok(diesel::sql_query(sql).get_result::<Line>(conn)?.t);
        self.store.read_all(read).await.unwrap()
    }
}

/// What PostgreSQL does by itself, it does whenever it comes to it.
const BY_HAND: &str = "DO $$ DECLARE name text; BEGIN \
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP \
        EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = off)', name); \
    END LOOP; END $$";

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    t: String,
}

/// The demo's sessions are all over; here one in forty lives.
fn changes() -> Vec<String> {
    let live = DeliveryKind::ALL.iter().map(|kind| {
        let status = rules(*kind).table.iter().find(|row| row.phase == Phase::Live).unwrap().status.code();
        format!(
            "UPDATE sessions SET status = {status}, observed_status = {status}, phase = {}, ended_at = NULL, \
             end_reason = NULL, ended_how = NULL, listed_until = {}, connected = (id % 2 = 0) \
             WHERE kind = {} AND id % 40 = 7",
            Phase::Live.code(),
            Timestamp::MAX.millis(),
            kind.code()
        )
    });
    let mut all: Vec<String> = live.collect();
    let now = NOW.millis();
    all.push(format!("UPDATE session_beats SET seen_at = {now} - (session_id % 400) * 1000 WHERE session_id % 40 = 7"));
    all.push("UPDATE sessions SET environment_id = NULL, address_id = NULL WHERE id % 11 = 3".to_owned());
    all.push(format!("UPDATE sessions SET valid_until = {now} + (id % 50) * 60000 WHERE id % 13 = 5"));
    // Two people of one name, in different cases.
    all.push("UPDATE users SET display_name = UPPER(display_name) WHERE id % 3 = 0".to_owned());
    all
}
