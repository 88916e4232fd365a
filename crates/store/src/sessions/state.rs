//! A session's state while a transaction changes it: locked, changed, settled.

use deskwarden_domain::{listed_until, reopens, rules, shown_status, strength};
use deskwarden_types::{
    AgentId, CommandId, CommandState, DeliveryKind, EndReason, EventKind, Phase, SessionId, Status, Timestamp, Trust,
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::{
    Conn, Result, StoreError, WriteScope, commands,
    events::{self, NewEvent},
    names::{optional_word, word},
    schema::{commands as command_rows, sessions},
};

/// What can change of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) id: SessionId,
    pub(crate) kind: DeliveryKind,
    pub(crate) observed: Status,
    pub(crate) agent: Option<AgentId>,
    pub(crate) connected: bool,
    pub(crate) stale: bool,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) last_activity_at: Option<Timestamp>,
    /// When its agent closes it: it runs without being authorised (003).
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) end_reason: Option<EndReason>,
    pub(crate) command: Option<CommandId>,
}

type Row = (i64, i16, i16, Option<i64>, bool, bool, Option<i64>, Option<i64>, Option<i64>, Option<i16>, Option<i64>);

/// Reads a session and keeps others from changing it until the transaction ends.
pub(crate) fn lock(scope: &mut WriteScope<'_>, id: SessionId) -> Result<State> {
    try_lock(scope, id)?.ok_or_else(|| StoreError::not_found("session"))
}

/// [`lock`] for an id that may be nobody's.
pub(crate) fn try_lock(scope: &mut WriteScope<'_>, id: SessionId) -> Result<Option<State>> {
    if matches!(scope.conn, Conn::Postgres(_)) {
        let sql = format!("SELECT 1 FROM sessions WHERE tenant_id = {} AND id = {} FOR UPDATE", scope.tenant.0, id.0);
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    let row: Option<Row> = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::id.eq(id.0))
        .select((
            sessions::id,
            sessions::kind,
            sessions::observed_status,
            sessions::agent_id,
            sessions::connected,
            sessions::stale,
            sessions::ended_at,
            sessions::last_activity_at,
            sessions::valid_until,
            sessions::end_reason,
            sessions::command_id,
        ))
        .first(scope.conn)
        .optional()?;
    let Some((
        id,
        kind,
        observed,
        agent,
        connected,
        stale,
        ended_at,
        last_activity_at,
        valid_until,
        end_reason,
        command,
    )) = row
    else {
        return Ok(None);
    };
    Ok(Some(State {
        id: SessionId(id),
        kind: word(kind)?,
        observed: word(observed)?,
        agent: agent.map(AgentId),
        connected,
        stale,
        ended_at: ended_at.map(Timestamp::from_millis),
        last_activity_at: last_activity_at.map(Timestamp::from_millis),
        valid_until: valid_until.map(Timestamp::from_millis),
        end_reason: optional_word(end_reason)?,
        command: command.map(CommandId),
    }))
}

/// What was seen of a session, and when.
pub(crate) struct Seen<'a> {
    pub(crate) status: Status,
    pub(crate) at: Timestamp,
    pub(crate) end_reason: Option<EndReason>,
    /// When the agent closes it, where it runs without being authorised (003).
    pub(crate) closes_at: Option<Timestamp>,
    pub(crate) detail: Option<&'a str>,
}

impl State {
    pub(crate) fn is_over(&self) -> bool {
        rules(self.kind).is_over(self.observed)
    }
}

/// Records what was seen; settle afterwards. A session that is over stays over, unless its end was
/// never confirmed. A status that the kind does not have is refused.
pub(crate) fn observe(scope: &mut WriteScope<'_>, state: &mut State, seen: &Seen<'_>) -> Result<()> {
    let rules = rules(state.kind);
    if rules.phase(seen.status).is_none() {
        return Err(StoreError::bad_field("status", format!("{} has no status {}.", state.kind, seen.status)));
    }
    heard(scope, state, seen.at)?;
    let from = state.observed;
    if state.is_over() {
        let unconfirmed = state.end_reason.is_some_and(|reason| reopens(state.kind, reason, seen.status));
        if !unconfirmed {
            return Ok(());
        }
        state.ended_at = None;
        state.end_reason = None;
        let event = NewEvent { statuses: Some((from, seen.status)), ..NewEvent::new(EventKind::Reopened, seen.at) };
        events::append(scope, state.id, &event)?;
    } else if from == seen.status {
        state.valid_until = valid_until(state, seen);
        return Ok(());
    } else if !rules.can_follow(from, seen.status) {
        tracing::warn!(session = %state.id, %from, to = %seen.status, "a report that cannot follow");
        return Ok(());
    }
    let was_used = rules.phase(from) == Some(Phase::Live) || rules.phase(seen.status) == Some(Phase::Live);
    if was_used {
        state.last_activity_at = Some(seen.at);
    }
    state.observed = seen.status;
    state.valid_until = valid_until(state, seen);
    state.connected = is_connected(state.kind, seen.status, state.connected);
    let mut event = NewEvent {
        statuses: Some((from, seen.status)),
        detail: seen.detail.map(str::to_owned),
        ..NewEvent::new(EventKind::StatusChanged, seen.at)
    };
    if state.is_over() {
        state.ended_at = Some(seen.at);
        state.end_reason = seen.end_reason.or_else(|| default_reason(state.kind));
        event.end_reason = state.end_reason;
    }
    events::append(scope, state.id, &event)
}

/// Until when the session may be used. Of a managed app its agent says so with each status.
fn valid_until(state: &State, seen: &Seen<'_>) -> Option<Timestamp> {
    if state.kind == DeliveryKind::ManagedApp { seen.closes_at } else { state.valid_until }
}

/// The agent speaks of the session again.
pub(crate) fn heard(scope: &mut WriteScope<'_>, state: &mut State, at: Timestamp) -> Result<()> {
    if state.stale {
        state.stale = false;
        events::append(scope, state.id, &NewEvent::new(EventKind::HeardAgain, at))?;
    }
    Ok(())
}

/// Whether somebody uses it, as far as the status tells.
fn is_connected(kind: DeliveryKind, status: Status, before: bool) -> bool {
    match (kind, status) {
        (DeliveryKind::ManagedApp, Status::RenewalRequested | Status::UpgradeRequested) => before,
        (DeliveryKind::ManagedApp, status) => status == Status::Running,
        (DeliveryKind::CloudDelivery, Status::Active) => before,
        (kind, status) => rules(kind).phase(status) == Some(Phase::Live),
    }
}

fn default_reason(kind: DeliveryKind) -> Option<EndReason> {
    Some(match kind {
        DeliveryKind::ManagedApp => EndReason::Removed,
        DeliveryKind::CloudDelivery => EndReason::Expired,
        _ => EndReason::Logout,
    })
}

/// Works out what is shown from what was observed and what is on its way, and writes the row.
pub(crate) fn settle(scope: &mut WriteScope<'_>, state: &mut State) -> Result<()> {
    let open = commands::open_of_session(scope, state.id)?;
    let strongest = open.iter().max_by_key(|open| (strength(open.verb), open.id));
    state.command = match strongest {
        Some(open) => Some(open.id),
        None => latest_if_wrong(scope, state.id)?,
    };
    let trust = if state.stale { Trust::Stale } else { Trust::Fresh };
    let status = shown_status(state.kind, state.observed, strongest.map(|open| open.verb), trust);
    let kind_rules = rules(state.kind);
    let phase = kind_rules.phase(status).ok_or_else(|| StoreError::Corrupt(format!("{} {status}", state.kind)))?;
    let listed = match state.ended_at {
        Some(ended_at) if state.is_over() => listed_until(state.kind, state.observed, ended_at).unwrap_or(ended_at),
        _ => Timestamp::MAX,
    };
    // An app that does not run is not about to be closed, whatever was last said of it.
    state.valid_until =
        state.valid_until.filter(|_| state.kind != DeliveryKind::ManagedApp || state.observed == Status::Running);
    diesel::update(sessions::table.filter(sessions::tenant_id.eq(scope.tenant.0)).filter(sessions::id.eq(state.id.0)))
        .set((
            sessions::status.eq(status.code()),
            sessions::observed_status.eq(state.observed.code()),
            sessions::phase.eq(phase.code()),
            sessions::connected.eq(state.connected && !state.is_over()),
            sessions::stale.eq(state.stale && !state.is_over()),
            sessions::ended_at.eq(state.ended_at.map(Timestamp::millis)),
            sessions::last_activity_at.eq(state.last_activity_at.map(Timestamp::millis)),
            sessions::valid_until.eq(state.valid_until.map(Timestamp::millis)),
            sessions::listed_until.eq(listed.millis()),
            sessions::end_reason.eq(state.end_reason.map(EndReason::code)),
            sessions::ended_how.eq(state
                .end_reason
                .filter(|_| state.is_over())
                .map(|reason| deskwarden_domain::ended_how(reason).code())),
            sessions::command_id.eq(state.command.map(|command| command.0)),
        ))
        .execute(scope.conn)?;
    scope.touch(state.id);
    Ok(())
}

/// The session's latest command, if it failed or timed out.
fn latest_if_wrong(scope: &mut WriteScope<'_>, session: SessionId) -> Result<Option<CommandId>> {
    let latest: Option<(i64, i16)> = command_rows::table
        .filter(command_rows::tenant_id.eq(scope.tenant.0))
        .filter(command_rows::session_id.eq(session.0))
        .order(command_rows::id.desc())
        .select((command_rows::id, command_rows::state))
        .first(scope.conn)
        .optional()?;
    let Some((id, state)) = latest else { return Ok(None) };
    Ok(deskwarden_domain::went_wrong(word::<CommandState>(state)?).then_some(CommandId(id)))
}
