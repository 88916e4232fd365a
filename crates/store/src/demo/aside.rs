//! Indexes and references of the tables that a large demo fills: set aside before, put back after, so that each index
//! is built once instead of being kept up row by row.
//!
//! What is set aside is written down in the database: whatever happens meanwhile, the next start puts it back.

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    sql_types::{BigInt, Text},
};

use crate::{Conn, Result};

/// The tables that it is worth for.
const TABLES: &str = "'sessions', 'session_extras', 'session_beats', 'session_events', 'commands'";

#[derive(diesel::QueryableByName)]
struct Thing {
    #[diesel(sql_type = Text)]
    name: String,
    /// The statement that takes it away.
    #[diesel(sql_type = Text)]
    away: String,
    /// The statement that makes it.
    #[diesel(sql_type = Text)]
    back: String,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Sets indexes aside, and on PostgreSQL references, where nobody's sessions need them.
pub(crate) fn set_aside(conn: &mut Conn) -> Result<()> {
    // no tenant: an installation without a session of anybody's.
    let held: Count =
        diesel::sql_query("SELECT COUNT(*) AS n FROM (SELECT 1 FROM sessions LIMIT 1) held").get_result(conn)?;
    if held.n > 0 {
        return Ok(());
    }
    let things = match conn {
        Conn::Sqlite(_) => format!(
            "SELECT name, 'DROP INDEX ' || name AS away, sql AS back FROM sqlite_master \
             WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({TABLES})"
        ),
        Conn::Postgres(_) => format!(
            "SELECT i.indexname::text AS name, 'DROP INDEX ' || i.indexname AS away, i.indexdef AS back \
             FROM pg_indexes i WHERE i.schemaname = current_schema() AND i.tablename IN ({TABLES}) \
             AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname) \
             UNION ALL SELECT c.conname::text, 'ALTER TABLE ' || t.relname || ' DROP CONSTRAINT ' || c.conname, \
             'ALTER TABLE ' || t.relname || ' ADD CONSTRAINT ' || c.conname || ' ' || pg_get_constraintdef(c.oid) \
             FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
             WHERE c.contype = 'f' AND n.nspname = current_schema() AND t.relname IN ({TABLES})"
        ),
    };
    for thing in diesel::sql_query(things).load::<Thing>(conn)? {
        let note = diesel::sql_query(match conn {
            Conn::Sqlite(_) => "INSERT INTO set_aside (name, statement) VALUES (?, ?)",
            Conn::Postgres(_) => "INSERT INTO set_aside (name, statement) VALUES ($1, $2)",
        });
        note.bind::<Text, _>(&thing.name).bind::<Text, _>(&thing.back).execute(conn)?;
        conn.batch_execute(&thing.away)?;
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Statement {
    #[diesel(sql_type = Text)]
    statement: String,
}

/// Whether anything is set aside.
// no tenant: the tables are everybody's.
pub(crate) fn is_aside(conn: &mut Conn) -> Result<bool> {
    let first: Vec<Statement> = diesel::sql_query("SELECT statement FROM set_aside LIMIT 1").load(conn)?;
    Ok(!first.is_empty())
}

/// Puts back what is set aside, if anything is. With millions of sessions that takes minutes.
// no tenant: the tables are everybody's.
pub(crate) fn put_back(conn: &mut Conn) -> Result<()> {
    // Indexes first: the references are checked with them.
    let all = "SELECT statement FROM set_aside ORDER BY CASE WHEN statement LIKE 'ALTER%' THEN 1 ELSE 0 END, name";
    let statements: Vec<Statement> = diesel::sql_query(all).load(conn)?;
    if statements.is_empty() {
        return Ok(());
    }
    if matches!(conn, Conn::Postgres(_)) {
        conn.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB'")?;
    }
    for Statement { statement } in statements {
        conn.batch_execute(&statement)?;
    }
    conn.batch_execute("DELETE FROM set_aside")?;
    if matches!(conn, Conn::Postgres(_)) {
        // Plans are made by it; nobody looks at the tables by himself for a minute.
        conn.batch_execute("ANALYZE")?;
    }
    Ok(())
}
