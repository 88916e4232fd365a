//! Sessions that history has kept for long enough, with all that belongs to them alone.

use deskwarden_domain::{Past, kept_since, kept_until};
use deskwarden_types::{CommandState, Phase, SessionId, TenantId, Timestamp};
use diesel::RunQueryDsl;

use super::PORTION;
use crate::{
    Conn, Result, Scope, WriteScope,
    sessions::{Dialect, Sql, add_sessions, state},
    sets::id_list,
};

/// What belongs to a session alone, each before what it points to. The audit log names sessions without pointing to them.
const BESIDE: [&str; 6] = ["streams", "consents", "commands", "session_events", "session_beats", "session_extras"];

/// Adds the tenant's sessions `s` that ended before, by the index of ends: those that are over and off the current list,
/// without a command that is open.
pub(super) fn add_due(sql: &mut Sql, tenant: TenantId, before: Timestamp, now: Timestamp) {
    add_sessions(sql, tenant.0, "sessions_ended");
    sql.push(" AND s.ended_at < ").number(before.millis());
    sql.push(&format!(" AND s.phase = {} AND +s.listed_until < ", Phase::Over.code())).number(now.millis());
    // no tenant: commands of a session that is the tenant's.
    sql.push(&format!(
        " AND NOT EXISTS (SELECT 1 FROM commands c WHERE c.session_id = s.id AND c.state <= {})",
        CommandState::Acknowledged.code()
    ));
}

/// The oldest sessions that are not kept any more, as many as one transaction deletes.
pub fn oldest(scope: &mut Scope<'_>, history_days: u32) -> Result<Vec<SessionId>> {
    let mut sql = Sql::new(Dialect::of(scope.conn), "SELECT s.id FROM ");
    add_due(&mut sql, scope.tenant, kept_since(history_days, scope.now), scope.now);
    sql.push(&format!(" ORDER BY s.ended_at, s.id LIMIT {PORTION}"));
    Ok(sql.numbers(scope.conn)?.into_iter().map(SessionId).collect())
}

/// Deletes them; gives how many.
pub(super) fn delete(scope: &mut WriteScope<'_>, history_days: u32) -> Result<usize> {
    let found = oldest(scope, history_days)?;
    state::lock_all(scope, found.iter().copied())?;
    state::hold_of_sessions(scope, found.iter().copied())?;
    // Whoever held one of them may have changed it: the rule decides on what is locked.
    let mut due = Vec::with_capacity(found.len());
    for id in found {
        let has_open_command = state::has_open_command(scope, id);
        let Some(state) = state::try_lock(scope, id)? else { continue };
        let past = Past { kind: state.kind, observed: state.observed, ended_at: state.ended_at, has_open_command };
        if kept_until(&past, history_days).is_some_and(|until| until < scope.now) {
            due.push(id.0);
        }
    }
    let tenant = scope.tenant;
    for table in BESIDE {
        delete_of(scope.conn, tenant, (table, "session_id"), &due)?;
    }
    delete_of(scope.conn, tenant, ("sessions", "id"), &due)?;
    Ok(due.len())
}

/// Deletes the rows of a table that have one of these ids in a column.
pub(super) fn delete_of(
    conn: &mut Conn,
    tenant: TenantId,
    (table, column): (&str, &str),
    ids: &[i64],
) -> Result<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    let ids = id_list(ids.iter().copied());
    // The sum keeps the databases from the indexes that begin with the tenant.
    let sql = format!("DELETE FROM {table} WHERE {column} IN ({ids}) AND tenant_id + 0 = {}", tenant.0);
    Ok(diesel::sql_query(sql).execute(conn)?)
}
