//! A made-up institution with many sessions: up to a million are the project's own, more are made from these by SQL,
//! between them in time, each for another person.

use deskwarden_store::{Durability, Options, Store, demo, tenants};
use deskwarden_tests::{Database, TestDatabase, now};
use deskwarden_types::{TenantId, Timestamp};
use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_types::{BigInt, Text},
};

/// Sessions that are made one by one.
const MADE: u64 = 1_000_000;
const SEED: u64 = 20_261_104;
/// The tables whose rows are multiplied, with the column of a session's id.
const TABLES: [(&str, &str); 3] =
    [("sessions", "id"), ("session_beats", "session_id"), ("session_extras", "session_id")];
const TIMES: [&str; 6] = ["started_at", "ended_at", "last_activity_at", "valid_until", "offline_until", "listed_until"];

/// Where the sessions are.
pub struct Made {
    pub kind: Database,
    pub url: String,
    pub store: Store,
    pub tenant: TenantId,
    pub sessions: i64,
    pub people: i64,
    pub now: Timestamp,
    _database: Option<TestDatabase>,
}

/// A connection of our own.
pub enum Own {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    t: String,
}

impl Own {
    pub fn open(kind: Database, url: &str) -> Self {
        match kind {
            Database::Sqlite => {
                let path = url.trim_start_matches("sqlite:");
                Self::Sqlite(SqliteConnection::establish(path).expect("the file opens"))
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

    /// The numbers in the column `n`.
    pub fn numbers(&mut self, sql: &str) -> Vec<i64> {
        let rows: Vec<Number> = match self {
            Self::Sqlite(conn) => diesel::sql_query(sql).load(conn),
            Self::Postgres(conn) => diesel::sql_query(sql).load(conn),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().map(|row| row.n).collect()
    }

    pub fn number(&mut self, sql: &str) -> i64 {
        self.numbers(&format!("SELECT CAST(({sql}) AS BIGINT) AS n")).first().copied().unwrap_or_default()
    }

    /// The texts in the column `t`.
    pub fn texts(&mut self, sql: &str) -> Vec<String> {
        let rows: Vec<Line> = match self {
            Self::Sqlite(conn) => diesel::sql_query(sql).load(conn),
            Self::Postgres(conn) => diesel::sql_query(sql).load(conn),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().map(|row| row.t).collect()
    }
}

impl Made {
    /// Makes so many, in a database of our own or an empty one at an address; what is at the address already, it takes.
    pub async fn new(kind: Database, rows: u64, at: Option<&str>) -> Self {
        let database = at.is_none().then(|| TestDatabase::durable(kind));
        let url = database.as_ref().map_or_else(|| at.unwrap_or_default().to_owned(), |made| made.url().to_owned());
        let address = url.parse().expect("the database's address");
        let options = Options { url: address, durability: Durability::Normal, connections: 1 };
        let store = Store::open(options).await.expect("the database opens");
        if Own::open(kind, &url).number("SELECT COUNT(*) FROM tenants") == 0 {
            let tenant = store.write_all(|conn| tenants::create(conn, "Northfield", true, now())).await;
            let plan = demo::Plan { sessions: rows.min(MADE), seed: SEED, now: now(), timelines: false };
            demo::load(&store, tenant.expect("a tenant"), plan, |_| ()).await.expect("sessions");
            let mut own = Own::open(kind, &url);
            if rows > MADE {
                multiply(&mut own, rows / MADE);
            }
            own.run(if kind == Database::Sqlite { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM ANALYZE" });
        }
        let mut own = Own::open(kind, &url);
        let tenant = TenantId(own.number("SELECT MIN(tenant_id) FROM sessions"));
        let sessions = own.number("SELECT COUNT(*) FROM sessions");
        let people = own.number("SELECT COUNT(*) FROM users");
        let newest = own.number("SELECT MAX(started_at) FROM sessions");
        let now = now().max(Timestamp::from_millis(newest));
        Self { kind, url, store, tenant, sessions, people, now, _database: database }
    }

    pub fn own(&self) -> Own {
        Own::open(self.kind, &self.url)
    }
}

/// Makes each session so many times.
fn multiply(own: &mut Own, times: u64) {
    let sqlite = matches!(own, Own::Sqlite(_));
    own.run(if sqlite {
        "PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-500000; \
         CREATE TEMP TABLE n AS WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k < 99) SELECT k FROM n"
    } else {
        "SET maintenance_work_mem = '512MB'; CREATE TEMP TABLE n AS SELECT generate_series(0, 99) AS k"
    });
    let aside = aside(own, sqlite);
    for (table, key) in TABLES {
        own.run(&format!("CREATE TEMP TABLE b_{table} AS SELECT * FROM {table} ORDER BY {key}"));
    }
    own.run(if sqlite {
        "DELETE FROM sessions; DELETE FROM session_beats; DELETE FROM session_extras; DELETE FROM session_hours"
    } else {
        "TRUNCATE session_hours, sessions, session_beats, session_extras CASCADE"
    });
    let first = own.number("SELECT MIN(id) FROM b_sessions");
    let (low, people) = (
        own.number("SELECT MIN(user_id) FROM b_sessions"),
        own.number("SELECT MAX(user_id) - MIN(user_id) + 1 FROM b_sessions"),
    );
    let step = own.number("SELECT (MAX(started_at) - MIN(started_at)) / COUNT(*) FROM b_sessions") / times as i64;
    for (table, key) in TABLES {
        let columns = columns(own, table, sqlite);
        let value = |column: &String| match column.as_str() {
            column if column == key => format!("(b.{column} - {first}) * {times} + n.k + {first}"),
            "user_id" => format!("(b.user_id - {low} + n.k * 2711) % {people} + {low}"),
            "launch_key" => "b.launch_key || '-' || n.k".to_owned(),
            column if TIMES.contains(&column) => format!("b.{column} + n.k * {step}"),
            column => format!("b.{column}"),
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        own.run(&format!(
            "INSERT INTO {table} ({}) {} SELECT {} FROM b_{table} b CROSS JOIN n WHERE n.k < {times}",
            columns.join(", "),
            if sqlite { "" } else { "OVERRIDING SYSTEM VALUE" },
            values.join(", "),
        ));
        own.run(&format!("DROP TABLE b_{table}"));
    }
    own.run(
        "INSERT INTO session_hours (tenant_id, hour, first_id, last_id) \
         SELECT tenant_id, started_at / 3600000, MIN(id), MAX(id) FROM sessions GROUP BY 1, 2",
    );
    if !sqlite {
        own.run("SELECT setval(pg_get_serial_sequence('sessions', 'id'), (SELECT MAX(id) FROM sessions))");
    }
    for statement in aside {
        own.run(&statement);
    }
}

fn columns(own: &mut Own, table: &str, sqlite: bool) -> Vec<String> {
    own.texts(&if sqlite {
        format!("SELECT name AS t FROM pragma_table_info('{table}')")
    } else {
        format!("SELECT column_name::text AS t FROM information_schema.columns WHERE table_name = '{table}'")
    })
}

/// Takes indexes, references and triggers away; gives the statements that make them again.
fn aside(own: &mut Own, sqlite: bool) -> Vec<String> {
    let names = TABLES.map(|(table, _)| format!("'{table}'")).join(", ");
    let (away, mut back): (String, String) = if sqlite {
        let of = format!(
            "FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('index', 'trigger') AND tbl_name IN ({names})"
        );
        (format!("SELECT 'DROP ' || type || ' ' || name AS t {of}"), format!("SELECT sql AS t {of}"))
    } else {
        let of = format!(
            "FROM pg_indexes i WHERE i.tablename IN ({names}) AND NOT EXISTS \
             (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
        );
        (format!("SELECT ('DROP INDEX ' || i.indexname)::text AS t {of}"), format!("SELECT i.indexdef::text AS t {of}"))
    };
    let mut statements = own.texts(&std::mem::take(&mut back));
    let mut drops = own.texts(&away);
    if !sqlite {
        let of = format!(
            "FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
             WHERE c.contype = 'f' AND (t.relname IN ({names}) OR r.relname IN ({names}))"
        );
        let name = "'ALTER TABLE ' || t.relname || ' %s CONSTRAINT ' || c.conname";
        drops.extend(own.texts(&format!("SELECT ({})::text AS t {of}", name.replace("%s", "DROP"))));
        drops.push("ALTER TABLE sessions DISABLE TRIGGER USER".to_owned());
        let add =
            format!("SELECT ({} || ' ' || pg_get_constraintdef(c.oid))::text AS t {of}", name.replace("%s", "ADD"));
        statements.extend(own.texts(&add));
        statements.push("ALTER TABLE sessions ENABLE TRIGGER USER".to_owned());
    }
    for statement in drops {
        own.run(&statement);
    }
    statements
}
