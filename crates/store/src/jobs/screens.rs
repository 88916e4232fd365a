//! Ends of screens that time brings.

use deskwarden_domain::START_SECONDS;
use deskwarden_types::{
    DeliveryKind, EndReason, EventKind, Phase, PlanOutcome, SessionId, Status, Timestamp, Verb, api::NewCommand,
};
use diesel::sql_types::{BigInt, Bool};

use super::{PORTION, locked};
use crate::{
    Actor, Result, WriteScope, actions, events, parts,
    sessions::{SYSTEM, Sql, find, state},
    tenants,
};

/// What an agent ends by itself at the end of its time is given so long, in seconds, before it is told to.
const BY_ITSELF_SECONDS: i64 = 3;

/// Ends sessions whose start no agent has ever spoken of.
pub(super) fn end_unstarted(scope: &mut WriteScope<'_>) -> Result<usize> {
    let look = |scope: &mut WriteScope<'_>| {
        let mut sql = parts::open(scope, "s.id", "");
        sql.push(" AND s.phase = ").number(Phase::Pending.code().into());
        sql.push(" AND s.observed_status = ").number(Status::Pending.code().into());
        sql.push(" AND s.started_at <= ").number(scope.now.plus_seconds(-START_SECONDS).millis());
        ids(scope, sql)
    };
    let due = locked(scope, look)?;
    for (id, ()) in &due {
        let mut state = state::lock(scope, *id)?;
        actions::close(scope, &mut state, EndReason::LaunchFailed, EventKind::StatusChanged);
        let detail = Some(format!("its machine did not say within {START_SECONDS} s that it had started"));
        events::explain(scope, *id, detail);
        state::settle(scope, &mut state)?;
    }
    Ok(due.len())
}

/// Tells agents to end streamed apps that nobody was connected to for the time that the tenant set (000), and sessions that
/// are not valid any more (001). What is silent is recorded as over when it was to be over.
pub(super) fn end_by_policy(scope: &mut WriteScope<'_>) -> Result<usize> {
    let minutes = tenants::settings(scope)?.disconnected_minutes;
    let unused_since = scope.now.plus_seconds(-i64::from(minutes) * 60);
    let due = locked(scope, |scope| unused(scope, unused_since))?;
    let mut done = 0;
    for (id, ()) in &due {
        let reason = format!("nobody was connected for {minutes} min");
        done += usize::from(tell(scope, *id, Verb::Kill, &reason)?);
    }
    let due = locked(scope, not_valid)?;
    for (id, stale) in &due {
        if *stale {
            let mut state = state::lock(scope, *id)?;
            actions::close(scope, &mut state, EndReason::Expired, EventKind::StatusChanged);
            state::settle(scope, &mut state)?;
            done += 1;
        } else {
            done += usize::from(tell(scope, *id, Verb::Expire, "it was valid until now")?);
        }
    }
    Ok(done)
}

/// Streamed apps that nobody is connected to since then.
fn unused(scope: &mut WriteScope<'_>, since: Timestamp) -> Result<Vec<(SessionId, ())>> {
    let idle = format!("s.phase = {} AND s.kind = {}", Phase::Idle.code(), DeliveryKind::AppStream.code());
    let mut sql = parts::part(scope, "s.id", ("sessions_unused", &idle), "");
    sql.push(" AND COALESCE(s.last_activity_at, s.started_at) <= ").number(since.millis());
    sql.push(" AND s.observed_status IN (").number(Status::Disconnected.code().into());
    sql.push(", ").number(Status::PoorNetwork.code().into()).push(")");
    ids(scope, sql)
}

/// The first of the sessions that a statement finds. The plus keeps PostgreSQL from a walk in that order.
fn ids(scope: &mut WriteScope<'_>, mut sql: Sql) -> Result<Vec<(SessionId, ())>> {
    sql.push(&format!(" ORDER BY +s.id LIMIT {PORTION}"));
    Ok(sql.numbers(scope.conn)?.into_iter().map(|id| (SessionId(id), ())).collect())
}

/// Sessions whose time is over, and whether they are silent.
fn not_valid(scope: &mut WriteScope<'_>) -> Result<Vec<(SessionId, bool)>> {
    let until = scope.now.plus_seconds(-BY_ITSELF_SECONDS).millis();
    let open = format!("s.phase < {} AND s.kind = {}", Phase::Over.code(), DeliveryKind::CloudDelivery.code());
    let mut sql = parts::part(scope, "s.id, s.stale", ("sessions_to_end", &open), "");
    sql.push(" AND s.valid_until <= ").number(until);
    sql.push(&format!(" ORDER BY +s.id LIMIT {PORTION}"));
    let rows: Vec<(i64, bool)> = sql.load::<(BigInt, Bool), _>(scope.conn)?;
    Ok(rows.into_iter().map(|(id, stale)| (SessionId(id), stale)).collect())
}

/// Sends the agent a verb of the server's own, once: one that failed is for people to look at.
fn tell(scope: &mut WriteScope<'_>, id: SessionId, verb: Verb, reason: &str) -> Result<bool> {
    let loaded = find(scope, &SYSTEM, id)?;
    if loaded.facts.open_command.is_some_and(deskwarden_domain::is_ending) || loaded.facts.last_command_went_wrong {
        return Ok(false);
    }
    let reason = reason.parse().ok();
    let request = actions::Request::new(&NewCommand { verb, reason, message: None, hold_minutes: None })?;
    let rules = tenants::rules(scope)?;
    let target = actions::Target::new(&loaded, PlanOutcome::WillAct);
    actions::issue(scope, &Actor::system(), &[target], &request, &rules, None)?;
    Ok(true)
}
