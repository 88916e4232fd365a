//! Refreshes: all agents of a tenant are asked to report now, at most so often, over all servers.

mod ask;
mod report;

pub use ask::{Asked, PAUSE_SECONDS, ask, is_asked};
pub(crate) use report::reported;
pub use report::{WAIT_SECONDS, overdue, time_out};

use deskwarden_types::{Timestamp, api::RefreshState};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::{Conn, Result, Scope, WriteScope, schema::refreshes};

/// A tenant's last refresh.
#[derive(diesel::Queryable)]
pub(crate) struct Row {
    number: i64,
    asked_at: i64,
    completed_at: Option<i64>,
    running: bool,
    agents_asked: i32,
    answered: i32,
}

fn row(scope: &mut Scope<'_>) -> Result<Option<Row>> {
    let columns = (
        refreshes::number,
        refreshes::asked_at,
        refreshes::completed_at,
        refreshes::running,
        refreshes::agents_asked,
        refreshes::answered,
    );
    let own = refreshes::table.filter(refreshes::tenant_id.eq(scope.tenant.0));
    Ok(own.select(columns).first(scope.conn).optional()?)
}

/// When the tenant's agents were last asked to report, and whether they have. Before the first time: when an agent last
/// told everything by itself, as each does when it connects.
pub fn state(scope: &mut Scope<'_>) -> Result<RefreshState> {
    Ok(as_of(row(scope)?, scope.now))
}

/// What a tenant's row tells at this time.
pub(crate) fn as_of(row: Option<Row>, now: Timestamp) -> RefreshState {
    let Some(row) = row else { return RefreshState::default() };
    let asked_at = Timestamp::from_millis(row.asked_at);
    // Over by its time, though nobody may have written that down yet.
    let ends = asked_at.plus_seconds(WAIT_SECONDS);
    let running = row.running && ends > now;
    let completed_at = if row.running && !running { Some(ends) } else { row.completed_at.map(Timestamp::from_millis) };
    let available_at = asked_at.plus_seconds(PAUSE_SECONDS);
    let count = |n: i32| u32::try_from(n).unwrap_or(0);
    RefreshState {
        asked_at: (row.number > 0).then_some(asked_at),
        completed_at,
        available_at: (row.number > 0 && available_at > now).then_some(available_at),
        agents_asked: count(row.agents_asked),
        answered: count(row.answered),
        running,
    }
}

/// Makes the tenant's row, if it has none yet, and locks it until the transaction ends: the last lock before the head's.
fn lock(scope: &mut WriteScope<'_>) -> Result<()> {
    let tenant = scope.tenant.0;
    let make = format!(
        "INSERT INTO refreshes (tenant_id, number, asked_at, running, agents_asked, answered) \
         VALUES ({tenant}, 0, 0, FALSE, 0, 0) ON CONFLICT (tenant_id) DO NOTHING"
    );
    diesel::sql_query(make).execute(scope.conn)?;
    if matches!(scope.conn, Conn::Postgres(_)) {
        let lock = format!("SELECT 1 FROM refreshes WHERE tenant_id = {tenant} FOR UPDATE");
        diesel::sql_query(lock).execute(scope.conn)?;
    }
    Ok(())
}
