//! Bringing a database to the newest form, and back.

use deskwarden_domain::list::fold;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{Conn, DatabaseUrl, Durability, Result, StoreError, demo};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// A number of our own, so that no two servers migrate one database at once.
const LOCK: i64 = 0x6465_736b;

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("migrating: {error}"))
}

/// Runs what is missing.
pub(crate) fn to_newest(conn: &mut Conn) -> Result<()> {
    run(conn)?;
    // A large load that was broken off. Looked at first: who opens the database of a busy server need not write.
    if demo::is_aside(conn)? { conn.in_transaction(demo::put_back) } else { Ok(()) }
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text as the rule book folds it, for migrations: SQLite knows no letters beyond ASCII.
    fn folded(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

fn run(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            folded_utils::register_impl(conn, |text: String| fold(&text))?;
            conn.run_pending_migrations(SQLITE).map(drop).map_err(failed)
        }
        Conn::Postgres(conn) => {
            use diesel::connection::SimpleConnection;
            // On a large table an index takes as long as it takes, and another server waits for it.
            conn.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0")?;
            conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
            let done = conn.run_pending_migrations(POSTGRES).map(drop).map_err(failed);
            conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
            done
        }
    }
}

/// Brings the database to the newest form.
pub fn migrate(url: &DatabaseUrl) -> Result<()> {
    to_newest(&mut url.connect(Durability::Full)?)
}

/// Undoes every migration: all data is gone. For going back from a trial, and for the test that it works.
pub fn unmigrate(url: &DatabaseUrl) -> Result<()> {
    match &mut url.connect(Durability::Full)? {
        Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE).map(drop).map_err(failed),
        Conn::Postgres(conn) => conn.revert_all_migrations(POSTGRES).map(drop).map_err(failed),
    }
}

/// The tables as the code knows them: `table.column type`, sorted. A test holds each database against it.
pub fn expected_columns() -> Vec<String> {
    let mut columns = Vec::new();
    let mut table = "";
    // schema.rs is what diesel compiles; reading its text spares a second list.
    for line in include_str!("schema.rs").lines().map(str::trim) {
        if let Some((name, kind)) = line.split_once(" -> ") {
            columns.push(format!("{table}.{name} {}", kind.trim_end_matches(',')));
        } else if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name;
        }
    }
    columns.sort();
    columns
}
