//! Ends of screens that time brings.

use deskwarden_domain::START_SECONDS;
use deskwarden_types::{
    DeliveryKind, EndReason, EventKind, Phase, PlanOutcome, SessionId, Status, Timestamp, Verb, api::NewCommand,
};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{PORTION, locked};
use crate::{
    Actor, Result, WriteScope, actions, events, parts,
    schema::sessions,
    sessions::{SYSTEM, find, state},
    tenants,
};

/// What an agent ends by itself at the end of its time is given so long, in seconds, before it is told to.
const BY_ITSELF_SECONDS: i64 = 3;

/// Ends sessions whose start no agent has ever spoken of.
pub(super) fn end_unstarted(scope: &mut WriteScope<'_>) -> Result<usize> {
    let look = |scope: &mut WriteScope<'_>| {
        let ids: Vec<i64> = sessions::table
            .filter(sessions::tenant_id.eq(scope.tenant.0))
            .filter(parts::is_open())
            .filter(sessions::phase.eq(Phase::Pending.code()))
            .filter(sessions::observed_status.eq(Status::Pending.code()))
            .filter(parts::number("started_at").le(scope.now.plus_seconds(-START_SECONDS).millis()))
            .order(parts::number("id"))
            .limit(PORTION)
            .select(sessions::id)
            .load(scope.conn)?;
        Ok(ids.into_iter().map(|id| (SessionId(id), ())).collect())
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
    let since = since.millis();
    let ids: Vec<i64> = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(parts::is_open())
        .filter(parts::is_of(DeliveryKind::AppStream))
        .filter(sessions::phase.eq(Phase::Idle.code()))
        .filter(sessions::observed_status.eq_any([Status::Disconnected.code(), Status::PoorNetwork.code()]))
        .filter(
            sessions::last_activity_at
                .le(since)
                .or(sessions::last_activity_at.is_null().and(sessions::started_at.le(since))),
        )
        .order(parts::number("id"))
        .limit(PORTION)
        .select(sessions::id)
        .load(scope.conn)?;
    Ok(ids.into_iter().map(|id| (SessionId(id), ())).collect())
}

/// Sessions whose time is over, and whether they are silent.
fn not_valid(scope: &mut WriteScope<'_>) -> Result<Vec<(SessionId, bool)>> {
    let until = scope.now.plus_seconds(-BY_ITSELF_SECONDS).millis();
    let rows: Vec<(i64, bool)> = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(parts::is_open())
        .filter(parts::is_of(DeliveryKind::CloudDelivery))
        .filter(parts::number("valid_until").le(until))
        .order(parts::number("id"))
        .limit(PORTION)
        .select((sessions::id, sessions::stale))
        .load(scope.conn)?;
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
