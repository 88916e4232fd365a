//! Hosts, for the console.

use deskwarden_domain::{Timing, is_connected};
use deskwarden_types::{
    AgentId, AuditAction, HostId, Timestamp,
    api::{AgentBrief, Host},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl, dsl::count_star};

use crate::{
    Actor, AuditDraft, Result, Scope, StoreError, WriteScope,
    agents::host_name,
    parts,
    schema::{agents, hosts, sessions},
    tenants,
};

#[derive(diesel::Queryable)]
struct Row {
    host_id: i64,
    name: String,
    agent_id: i64,
    version: Option<String>,
    enrolled_at: i64,
    seen_at: Option<i64>,
    connected_until: i64,
    clock_skew_ms: Option<i64>,
    revoked_at: Option<i64>,
    simulated: bool,
}

macro_rules! rows {
    ($scope:expr) => {
        hosts::table
            .inner_join(agents::table.on(agents::host_id.eq(hosts::id)))
            .filter(hosts::tenant_id.eq($scope.tenant.0))
            .select((
                hosts::id,
                hosts::name,
                agents::id,
                agents::version,
                agents::enrolled_at,
                agents::seen_at,
                agents::connected_until,
                agents::clock_skew_ms,
                agents::revoked_at,
                agents::simulated,
            ))
    };
}

/// A page of hosts by name: those after `after` (name and id).
pub fn list(scope: &mut Scope<'_>, after: Option<(&str, HostId)>, limit: i64) -> Result<Vec<Host>> {
    let (name, id) = after.map_or(("", 0), |(name, id)| (name, id.0));
    let rows: Vec<Row> = rows!(scope)
        .filter(hosts::name.gt(name).or(hosts::name.eq(name).and(hosts::id.gt(id))))
        .order((hosts::name, hosts::id))
        .limit(limit)
        .load(scope.conn)?;
    let timing = tenants::rules(scope)?.timing;
    rows.into_iter().map(|row| host(scope, &timing, row)).collect()
}

fn host(scope: &mut Scope<'_>, timing: &Timing, row: Row) -> Result<Host> {
    let open_sessions = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::agent_id.eq(row.agent_id))
        .filter(parts::is_open())
        .select(count_star())
        .first(scope.conn)?;
    let seen_at = row.seen_at.map(Timestamp::from_millis);
    let open_until = Timestamp::from_millis(row.connected_until);
    Ok(Host {
        id: HostId(row.host_id),
        name: row.name,
        agent: AgentBrief {
            id: AgentId(row.agent_id),
            version: row.version,
            enrolled_at: Timestamp::from_millis(row.enrolled_at),
            seen_at,
            connected: row.revoked_at.is_none() && is_connected(open_until, seen_at, timing, scope.now),
            clock_skew_ms: row.clock_skew_ms,
            revoked_at: row.revoked_at.map(Timestamp::from_millis),
            simulated: row.simulated,
        },
        open_sessions,
    })
}

/// How many hosts a list shows: those that have an agent.
pub fn count(scope: &mut Scope<'_>) -> Result<i64> {
    Ok(hosts::table
        .inner_join(agents::table.on(agents::host_id.eq(hosts::id)))
        .filter(hosts::tenant_id.eq(scope.tenant.0))
        .select(count_star())
        .first(scope.conn)?)
}

/// Revokes a host's agent. Doing it again changes nothing.
pub fn revoke(scope: &mut WriteScope<'_>, actor: &Actor, id: HostId) -> Result<Host> {
    let found: Vec<Row> = rows!(scope).filter(hosts::id.eq(id.0)).load(scope.conn)?;
    let row = found.into_iter().next().ok_or_else(|| StoreError::not_found("host"))?;
    let agent = AgentId(row.agent_id);
    if row.revoked_at.is_none() {
        let tenant = scope.tenant;
        let name = host_name(scope.conn, tenant, id)?;
        let target = agents::table.filter(agents::tenant_id.eq(scope.tenant.0)).filter(agents::id.eq(agent.0));
        diesel::update(target)
            .set((agents::revoked_at.eq(scope.now.millis()), agents::connected_until.eq(0i64)))
            .execute(scope.conn)?;
        scope.audit(AuditDraft {
            actor: actor.clone(),
            action: AuditAction::AgentRevoked,
            session: None,
            object: Some(name),
            reason: None,
        });
        scope.wake(agent);
    }
    let found: Vec<Row> = rows!(scope).filter(hosts::id.eq(id.0)).load(scope.conn)?;
    let row = found.into_iter().next().ok_or_else(|| StoreError::not_found("host"))?;
    let timing = tenants::rules(scope)?.timing;
    host(scope, &timing, row)
}
