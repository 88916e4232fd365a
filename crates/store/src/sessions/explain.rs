//! How the database would carry out the statements of a question: for tests that hold it to the plans that are quick.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    sql_types::{Integer, Text},
};

use super::sql::{Dialect, Sql};
use crate::{Conn, Result, Scope};

/// A statement that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Its text.
    pub sql: String,
    /// The database's plan for it, whatever its values are, line by line.
    pub plan: Vec<String>,
}

thread_local! {
    static SPENT: Cell<Option<Duration>> = const { Cell::new(None) };
    static HEARD: RefCell<Option<Vec<Explained>>> = const { RefCell::new(None) };
}

/// Does work and tells the plan of each statement of lists that it ran. For tests: slow.
pub fn explained<T>(
    scope: &mut Scope<'_>,
    work: impl FnOnce(&mut Scope<'_>) -> Result<T>,
) -> Result<(T, Vec<Explained>)> {
    HEARD.set(Some(Vec::new()));
    let done = work(scope);
    let heard = HEARD.take().unwrap_or_default();
    Ok((done?, heard))
}

/// Does work and tells for how long the database worked on its statements, until all of their rows and columns were
/// read: what a page of a list is measured by. Rows count as if the database had joined all their names to them, in one
/// statement: what the server knows without asking is its gain, and no part of what it is measured by.
pub fn timed<T>(scope: &mut Scope<'_>, work: impl FnOnce(&mut Scope<'_>) -> Result<T>) -> Result<(T, Duration)> {
    SPENT.set(Some(Duration::ZERO));
    let done = work(scope);
    let spent = SPENT.take().unwrap_or_default();
    Ok((done?, spent))
}

/// Where time is counted, does the yardstick's work too, and counts its time instead of the other's.
pub(super) fn instead<T>(
    scope: &mut Scope<'_>,
    yardstick: impl FnOnce(&mut Scope<'_>) -> Result<()>,
    work: impl FnOnce(&mut Scope<'_>) -> Result<T>,
) -> Result<T> {
    if SPENT.get().is_none() {
        return work(scope);
    }
    yardstick(scope)?;
    let spent = SPENT.take();
    let done = work(scope);
    SPENT.set(spent);
    done
}

/// Runs a statement, and counts its time where somebody asks for it.
pub(super) fn counted<T>(run: impl FnOnce() -> T) -> T {
    let Some(before) = SPENT.get() else { return run() };
    let started = Instant::now();
    let done = run();
    SPENT.set(Some(before + started.elapsed()));
    done
}

/// Notes a statement that is about to be run, where somebody listens.
pub(super) fn note(sql: &Sql, conn: &mut Conn) -> Result<()> {
    if HEARD.with_borrow(Option::is_none) {
        return Ok(());
    }
    let plan = match sql.dialect {
        Dialect::Sqlite => sqlite(sql, conn)?,
        Dialect::Postgres => postgres(sql, conn)?,
    };
    let explained = Explained { sql: sql.text(), plan };
    HEARD.with_borrow_mut(|heard| heard.iter_mut().for_each(|heard| heard.push(explained.clone())));
    Ok(())
}

fn sqlite(sql: &Sql, conn: &mut Conn) -> Result<Vec<String>> {
    let mut explain = Sql::new(sql.dialect, "EXPLAIN QUERY PLAN ");
    explain.add(sql);
    let Conn::Sqlite(conn) = conn else { return Ok(Vec::new()) };
    let query = explain.prepared::<(Integer, Integer, Integer, Text)>();
    let lines: Vec<(i32, i32, i32, String)> = query.load(conn)?;
    Ok(lines.into_iter().map(|(.., detail)| detail).collect())
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// The plan that knows no values, as prepared statements have it here.
fn postgres(sql: &Sql, conn: &mut Conn) -> Result<Vec<String>> {
    let (types, values) = sql.literals();
    let brackets = |list: &str| if list.is_empty() { String::new() } else { format!("({list})") };
    conn.batch_execute(&format!("PREPARE explained{} AS {}", brackets(&types), sql.text()))?;
    let lines: std::result::Result<Vec<Line>, _> =
        diesel::sql_query(format!("EXPLAIN EXECUTE explained{}", brackets(&values))).load(conn);
    conn.batch_execute("DEALLOCATE explained")?;
    Ok(lines?.into_iter().map(|line| line.line).collect())
}
