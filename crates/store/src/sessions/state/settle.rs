//! From what was observed and what is on its way to what is shown.

use deskwarden_domain::{ended_how, listed_until, rules, shown_status, stays_shown, strength};
use deskwarden_types::{CommandId, DeliveryKind, EndReason, SessionId, Status, Timestamp, Trust, Verb};

use super::{State, load::hold_of_sessions};
use crate::{Result, StoreError, WriteScope};

/// Works out what is shown from what was observed and what is on its way. The row is written when the transaction ends.
pub(crate) fn settle(scope: &mut WriteScope<'_>, state: &mut State) -> Result<()> {
    hold_of_sessions(scope, [state.id])?;
    let (strongest, shown) = on_its_way(scope, state.id)?;
    state.command = shown;
    let trust = if state.stale { Trust::Stale } else { Trust::Fresh };
    let status = shown_status(state.kind, state.observed, strongest, trust);
    let phase =
        rules(state.kind).phase(status).ok_or_else(|| StoreError::Corrupt(format!("{} {status}", state.kind)))?;
    let over = state.is_over();
    let listed = match state.ended_at {
        Some(ended_at) if over => listed_until(state.kind, state.observed, ended_at).unwrap_or(ended_at),
        _ => Timestamp::MAX,
    };
    // An app that does not run is not about to be closed, whatever was last said of it.
    state.valid_until =
        state.valid_until.filter(|_| state.kind != DeliveryKind::ManagedApp || state.observed == Status::Running);
    let how = state.end_reason.filter(|_| over).map(|reason| ended_how(reason).code());
    let columns = [
        Some(status.code().into()),
        Some(state.observed.code().into()),
        Some(phase.code().into()),
        Some((state.connected && !over).into()),
        Some((state.stale && !over).into()),
        state.ended_at.map(Timestamp::millis),
        state.last_activity_at.map(Timestamp::millis),
        state.valid_until.map(Timestamp::millis),
        Some(listed.millis()),
        state.end_reason.map(EndReason::code).map(i64::from),
        how.map(i64::from),
        state.command.map(|command| command.0),
    ];
    if let Some(held) = scope.ledger.sessions.get_mut(&state.id) {
        held.state = state.clone();
        held.state.connected = state.connected && !over;
        held.state.stale = state.stale && !over;
        held.settled = Some(columns);
    }
    scope.touch(state.id);
    Ok(())
}

/// The strongest open command's verb, and the command that the row shows: the strongest open one, or the latest, if it
/// failed or timed out, or was a message.
fn on_its_way(scope: &WriteScope<'_>, session: SessionId) -> Result<(Option<Verb>, Option<CommandId>)> {
    let ids = scope.ledger.sessions.get(&session).and_then(|held| held.commands.as_deref()).unwrap_or_default();
    let commands = || ids.iter().filter_map(|id| Some((*id, scope.ledger.commands.get(id)?)));
    let open = commands().filter(|(_, command)| !command.is_finished());
    if let Some((id, command)) = open.max_by_key(|(id, command)| (strength(command.verb), *id)) {
        return Ok((Some(command.verb), Some(id)));
    }
    let Some((id, latest)) = commands().max_by_key(|(id, _)| *id) else { return Ok((None, None)) };
    Ok((None, stays_shown(latest.verb, latest.state()?).then_some(id)))
}
