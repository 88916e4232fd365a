//! The agents' answers, and what happens when some do not come.

use deskwarden_types::{AgentId, TenantId, Timestamp};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::{lock, row};
use crate::{
    Conn, Result, WriteScope,
    schema::{refresh_agents, refreshes},
};

/// So many seconds a refresh waits for reports.
pub const WAIT_SECONDS: i64 = 10;

/// What was seen so many milliseconds before the asking counts as an answer: servers' clocks differ a little.
const SLACK: i64 = 2000;
/// Before the first refresh the time of the last report is written at most so often, in milliseconds.
const EVERY: i64 = 1000;

/// An agent has told everything, as it was at `at`.
pub(crate) fn reported(scope: &mut WriteScope<'_>, agent: AgentId, at: Timestamp) -> Result<()> {
    let (tenant, now) = (scope.tenant, scope.now.millis());
    let awaited = refresh_agents::table
        .filter(refresh_agents::tenant_id.eq(tenant.0))
        .filter(refresh_agents::agent_id.eq(agent.0));
    let number: Option<i64> = awaited.select(refresh_agents::number).first(scope.conn).optional()?;
    let before = row(scope)?;
    let is_first = before.as_ref().is_none_or(|row| row.number == 0);
    let is_news = before.as_ref().and_then(|row| row.completed_at).is_none_or(|at| at + EVERY <= now);
    if is_first && is_news {
        lock(scope)?;
        let mine = refreshes::table.filter(refreshes::tenant_id.eq(tenant.0)).filter(refreshes::number.eq(0));
        diesel::update(mine).set(refreshes::completed_at.eq(now)).execute(scope.conn)?;
        return Ok(());
    }
    if number.is_none() || before.is_some_and(|row| at.millis() < row.asked_at - SLACK) {
        return Ok(());
    }
    lock(scope)?;
    let mine = awaited.filter(refresh_agents::number.eq(number.unwrap_or(0)));
    if diesel::delete(mine).execute(scope.conn)? == 0 {
        return Ok(());
    }
    let Some(row) = row(scope)? else { return Ok(()) };
    let answered = row.answered + 1;
    let own = refreshes::table.filter(refreshes::tenant_id.eq(tenant.0));
    diesel::update(own).set(refreshes::answered.eq(answered)).execute(scope.conn)?;
    // One that comes after the time-out is counted, and completes nothing.
    if row.running && answered >= row.agents_asked {
        diesel::update(own).set((refreshes::running.eq(false), refreshes::completed_at.eq(now))).execute(scope.conn)?;
        scope.tell();
    }
    Ok(())
}

/// Ends the tenant's refresh if its time is over.
pub fn time_out(scope: &mut WriteScope<'_>) -> Result<()> {
    let sql = format!(
        "UPDATE refreshes SET running = FALSE, completed_at = asked_at + {wait} \
         WHERE tenant_id = {tenant} AND running AND asked_at <= {now} - {wait}",
        wait = WAIT_SECONDS * 1000,
        tenant = scope.tenant.0,
        now = scope.now.millis(),
    );
    if diesel::sql_query(sql).execute(scope.conn)? > 0 {
        scope.tell();
    }
    Ok(())
}

/// Tenants whose refresh should have ended: the server that was to see to it is gone.
// no tenant: a job for all of them.
pub fn overdue(conn: &mut Conn, now: Timestamp) -> Result<Vec<TenantId>> {
    let ids: Vec<i64> = refreshes::table
        .filter(refreshes::running.eq(true))
        .filter(refreshes::asked_at.le(now.plus_seconds(-WAIT_SECONDS).millis()))
        .select(refreshes::tenant_id)
        .load(conn)?;
    Ok(ids.into_iter().map(TenantId).collect())
}
