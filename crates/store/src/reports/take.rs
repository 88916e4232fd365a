//! Taking reports, in order, each number once.

use deskwarden_domain::end_by_server;
use deskwarden_types::{
    AgentId, EndReason, ErrorCode, EventKind, SessionId, Status, Timestamp,
    agent::{CommandStep, Observation, Report, Reports, StatusSeen, Taken},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, sql_types::BigInt};

use crate::{
    Conn, Result, StoreError, WriteScope,
    agents::AgentIdentity,
    commands::{self, Step},
    events::{self, NewEvent},
    parts, refreshes,
    schema::{agents, sessions},
    sessions::state::{self, Seen},
};

/// Reports in one batch.
const MOST: usize = 1000;

/// A launch is not under way for longer: an agent waits 30 s for the answer.
const UNDER_WAY_SECONDS: i64 = 60;

/// Takes a batch. Numbers taken before are passed over; a gap refuses the batch and names the number
/// that is expected. Reports on sessions that are not this agent's are named and change nothing.
pub fn take(scope: &mut WriteScope<'_>, who: &AgentIdentity, batch: &Reports) -> Result<Taken> {
    if batch.reports.is_empty() || batch.reports.len() > MOST {
        return Err(StoreError::bad_field("reports", format!("1 to {MOST} reports in a batch.")));
    }
    let mut taken = lock_agent(scope, who.agent)?;
    let new = new_ones(&batch.reports, taken)?;
    hold(scope, &new)?;
    let mut unknown_sessions = Vec::new();
    let mut told_everything = None;
    for report in new {
        apply(scope, who, report, &mut unknown_sessions)?;
        taken = report.seq;
        if matches!(report.what, Observation::Inventory { .. }) {
            told_everything = Some(observed_at(scope, report));
        }
    }
    let row = agents::table.filter(agents::tenant_id.eq(scope.tenant.0)).filter(agents::id.eq(who.agent.0));
    diesel::update(row)
        .set((agents::taken_through.eq(taken), agents::seen_at.eq(scope.now.millis())))
        .execute(scope.conn)?;
    // Last: it locks what all agents of the tenant share.
    if let Some(at) = told_everything {
        refreshes::reported(scope, who.agent, at)?;
    }
    unknown_sessions.sort_unstable();
    unknown_sessions.dedup();
    Ok(Taken { taken_through: taken, unknown_sessions })
}

/// The reports with numbers that were not taken before; refused where one is missing.
fn new_ones(reports: &[Report], mut taken: i64) -> Result<Vec<&Report>> {
    let mut new = Vec::with_capacity(reports.len());
    for report in reports {
        if report.seq <= taken {
            continue;
        }
        if report.seq != taken + 1 {
            let detail = format!("Number {} is expected, not {}.", taken + 1, report.seq);
            return Err(StoreError::refused(ErrorCode::SequenceGap, detail));
        }
        taken = report.seq;
        new.push(report);
    }
    Ok(new)
}

/// Reads and locks at once all that the reports name.
fn hold(scope: &mut WriteScope<'_>, reports: &[&Report]) -> Result<()> {
    let (mut sessions, mut commands) = (Vec::new(), Vec::new());
    for report in reports {
        match &report.what {
            Observation::Status(status) => sessions.push(status.session_id),
            Observation::Command(command) => commands.push(command.command_id),
            Observation::Inventory { sessions: named } => {
                sessions.extend(named.iter().map(|status| status.session_id));
            }
        }
    }
    state::hold_commands(scope, commands, sessions)
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    taken_through: i64,
}

fn lock_agent(scope: &mut WriteScope<'_>, agent: AgentId) -> Result<i64> {
    // The row is there to be pointed at meanwhile: only changing it has to wait.
    let lock = if matches!(scope.conn, Conn::Postgres(_)) { " FOR NO KEY UPDATE" } else { "" };
    let (tenant, agent) = (scope.tenant.0, agent.0);
    let sql = format!("SELECT taken_through FROM agents WHERE tenant_id = {tenant} AND id = {agent}{lock}");
    Ok(diesel::sql_query(sql).get_result::<Number>(scope.conn)?.taken_through)
}

/// The server's clock less an age by the monotonic clock: the host's clock does not matter.
fn observed_at(scope: &WriteScope<'_>, report: &Report) -> Timestamp {
    scope.now.plus_millis(-i64::try_from(report.age_ms).unwrap_or(i64::MAX))
}

fn apply(scope: &mut WriteScope<'_>, who: &AgentIdentity, report: &Report, unknown: &mut Vec<SessionId>) -> Result<()> {
    let at = observed_at(scope, report);
    match &report.what {
        Observation::Status(status) => {
            if !observe(scope, who.agent, status, at)? {
                unknown.push(status.session_id);
            }
        }
        Observation::Command(command) => {
            let step = match &command.step {
                CommandStep::Acknowledged {} => Step::Acknowledged,
                CommandStep::Warned { closes_in_ms, shown } => {
                    let closes_at = at.plus_millis(i64::try_from(*closes_in_ms).unwrap_or(i64::MAX));
                    Step::Warned { closes_at, shown: *shown }
                }
                CommandStep::Done { outcome } => Step::Done(*outcome),
                CommandStep::Failed { outcome, detail } => Step::Failed(*outcome, detail.clone()),
            };
            commands::advance(scope, Some(who.agent), command.command_id, &step, at)?;
        }
        Observation::Inventory { sessions } => inventory(scope, who.agent, sessions, at, unknown)?,
    }
    Ok(())
}

/// Records what was seen of a session; `false` when it is not this agent's.
fn observe(scope: &mut WriteScope<'_>, agent: AgentId, status: &StatusSeen, at: Timestamp) -> Result<bool> {
    let Some(mut state) = state::try_lock(scope, status.session_id)?.filter(|state| state.agent == Some(agent)) else {
        return Ok(false);
    };
    let before = state.clone();
    // An end that the server asked for by itself is none by an admin, whatever verb it took.
    let (seen, end_reason) = match state::ended_by_server(scope, state.id) {
        true => end_by_server(state.kind, status.status, status.end_reason),
        false => (status.status, status.end_reason),
    };
    let observed = Seen {
        status: seen,
        at,
        end_reason,
        closes_at: status.closes_in_ms.map(|ms| at.plus_millis(i64::try_from(ms).unwrap_or(i64::MAX))),
        detail: status.detail.as_deref(),
        connected: status.connected,
    };
    match state::observe(scope, &mut state, &observed) {
        // A status that the kind does not have must not hold the spool up for ever.
        Err(StoreError::Refused(refusal)) => {
            tracing::warn!(session = %status.session_id, %refusal, "a report that cannot be true");
            return Ok(true);
        }
        other => other?,
    }
    if status.adopted {
        events::append(scope, state.id, NewEvent::new(EventKind::Adopted, at));
    }
    scope.heard_of.insert(state.id);
    if state != before || status.adopted {
        state::settle(scope, &mut state)?;
    }
    Ok(true)
}

fn inventory(
    scope: &mut WriteScope<'_>,
    agent: AgentId,
    named: &[StatusSeen],
    at: Timestamp,
    unknown: &mut Vec<SessionId>,
) -> Result<()> {
    for status in named {
        if !observe(scope, agent, status, at)? {
            unknown.push(status.session_id);
        }
    }
    // What was reported just before counts.
    state::flush(scope)?;
    let open: Vec<(i64, i16)> = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::agent_id.eq(agent.0))
        .filter(parts::is_open())
        // What was launched after the inventory was taken cannot be in it. The launch overtakes an inventory that is
        // spooled, so the times tell that only from a distance: a session that its agent has never spoken of is left
        // alone until no launch of it can be under way. One that it has spoken of is told in order.
        .filter(parts::number("started_at").lt(at.millis()))
        // What is still to be started cannot be in it either; a job ends what nobody speaks of.
        .filter(sessions::observed_status.ne(Status::Pending.code()))
        .filter(
            sessions::observed_status
                .ne(Status::Launched.code())
                .or(sessions::started_at.lt(at.plus_seconds(-UNDER_WAY_SECONDS).millis())),
        )
        .select((sessions::id, sessions::kind))
        .load(scope.conn)?;
    for (id, kind) in open {
        let session_id = SessionId(id);
        if named.iter().any(|status| status.session_id == session_id) {
            continue;
        }
        let kind = crate::names::word(kind)?;
        let gone = StatusSeen {
            session_id,
            status: deskwarden_domain::over_status(kind, EndReason::Lost),
            end_reason: Some(EndReason::Lost),
            adopted: false,
            connected: None,
            closes_in_ms: None,
            detail: Some("the agent does not know it any more".to_owned()),
        };
        observe(scope, agent, &gone, at)?;
    }
    Ok(())
}
