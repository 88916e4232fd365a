//! A database with a made-up institution, some of whose sessions live.

use deskwarden_domain::rules;
use deskwarden_store::{Durability, Options, Store, demo, sessions::Viewer, tenants};
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
        let make = |conn: &mut deskwarden_store::Conn| {
            // Ids of its own are no ids of the institution's.
            tenants::create(conn, "Other", false, NOW)?;
            tenants::create(conn, "Northfield", true, NOW)
        };
        let tenant = store.write_all(make).await.unwrap();
        let plan = demo::Plan { sessions, seed: 5, now: NOW, timelines: false };
        demo::load(&store, tenant, plan, |_| ()).await.unwrap();
        let seed = Self { store, tenant, _database: database };
        for statement in changes() {
            seed.run(statement).await;
        }
        if kind == Database::Postgres {
            seed.run("ANALYZE".to_owned()).await;
        }
        seed
    }

    /// Runs statements behind the store's back.
    pub async fn run(&self, sql: String) {
        let run = move |conn: &mut deskwarden_store::Conn| Ok(conn.batch_execute(&sql)?);
        self.store.write_all(run).await.unwrap();
    }

    /// The text in the column `t` of the one row of a query.
    pub async fn text(&self, sql: impl Into<String>) -> String {
        let sql = sql.into();
        let read = move |conn: &mut deskwarden_store::Conn| Ok(diesel::sql_query(sql).get_result::<Line>(conn)?.t);
        self.store.read_all(read).await.unwrap()
    }
}

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
