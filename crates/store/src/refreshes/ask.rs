//! Asking, and which agents are to hear of it.

use deskwarden_types::{AgentId, api::RefreshState};
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};

use super::{WAIT_SECONDS, lock, row, state};
use crate::{
    Result, Scope, WriteScope, agents,
    schema::{refresh_agents, refreshes},
};

/// So many seconds have to pass between two refreshes of a tenant.
pub const PAUSE_SECONDS: i64 = 30;

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The agents were asked.
    Now(RefreshState),
    /// They were asked a short while ago.
    TooSoon {
        /// Seconds to wait.
        seconds: i64,
    },
}

/// Asks every connected agent to report now. Where there is none the refresh is complete at once.
pub fn ask(scope: &mut WriteScope<'_>) -> Result<Asked> {
    lock(scope)?;
    let (tenant, now) = (scope.tenant, scope.now.millis());
    let last = row(scope)?.map_or(0, |row| row.asked_at);
    let wait = last + PAUSE_SECONDS * 1000 - now;
    // A last time that lies in the future is another clock's; it must not keep anybody waiting for hours.
    if wait > 0 && last <= now + PAUSE_SECONDS * 1000 {
        return Ok(Asked::TooSoon { seconds: (wait + 999) / 1000 });
    }
    let sql = format!(
        "UPDATE refreshes SET completed_at = CASE WHEN running THEN asked_at + {wait} ELSE completed_at END, \
         number = number + 1, asked_at = {now}, answered = 0 WHERE tenant_id = {tenant}",
        wait = WAIT_SECONDS * 1000,
        tenant = tenant.0,
    );
    diesel::sql_query(sql).execute(scope.conn)?;
    let asked = expect(scope)?;
    let own = refreshes::table.filter(refreshes::tenant_id.eq(tenant.0));
    diesel::update(own)
        .set((refreshes::running.eq(asked > 0), refreshes::agents_asked.eq(i32::try_from(asked).unwrap_or(i32::MAX))))
        .execute(scope.conn)?;
    if asked == 0 {
        diesel::update(own).set(refreshes::completed_at.eq(now)).execute(scope.conn)?;
    }
    scope.tell();
    Ok(Asked::Now(state(scope)?))
}

/// Awaits the reports of the connected agents and of no others, and wakes them; tells how many they are.
fn expect(scope: &mut WriteScope<'_>) -> Result<usize> {
    let tenant = scope.tenant.0;
    let number = row(scope)?.map_or(0, |row| row.number);
    let awaited = refresh_agents::table.filter(refresh_agents::tenant_id.eq(tenant));
    diesel::delete(awaited).execute(scope.conn)?;
    let connected = agents::connected(scope)?;
    let sql = format!(
        "INSERT INTO refresh_agents (agent_id, tenant_id, number) SELECT id, tenant_id, {number} FROM agents \
         WHERE tenant_id = {tenant} AND {connected}"
    );
    diesel::sql_query(sql).execute(scope.conn)?;
    let agents: Vec<i64> = awaited.select(refresh_agents::agent_id).load(scope.conn)?;
    for agent in &agents {
        scope.wake(AgentId(*agent));
    }
    Ok(agents.len())
}

/// The number of the refresh that waits for this agent, if one does.
pub fn is_asked(scope: &mut Scope<'_>, agent: AgentId) -> Result<Option<i64>> {
    Ok(refresh_agents::table
        .inner_join(refreshes::table.on(refreshes::tenant_id.eq(refresh_agents::tenant_id)))
        .filter(refresh_agents::tenant_id.eq(scope.tenant.0))
        .filter(refresh_agents::agent_id.eq(agent.0))
        .filter(refreshes::running.eq(true))
        .select(refresh_agents::number)
        .first(scope.conn)
        .optional()?)
}
