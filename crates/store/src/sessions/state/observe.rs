//! What was seen of a session, and what follows from it.

use deskwarden_domain::{reopens, rules};
use deskwarden_types::{DeliveryKind, EndReason, EventKind, Phase, Status, Timestamp};

use super::{Seen, State};
use crate::{
    Result, StoreError, WriteScope,
    events::{self, NewEvent},
};

/// Records what was seen; settle afterwards. A session that is over stays over, unless its end was
/// never confirmed. A status that the kind does not have is refused.
pub(crate) fn observe(scope: &mut WriteScope<'_>, state: &mut State, seen: &Seen<'_>) -> Result<()> {
    let rules = rules(state.kind);
    if rules.phase(seen.status).is_none() {
        return Err(StoreError::bad_field("status", format!("{} has no status {}.", state.kind, seen.status)));
    }
    heard(scope, state, seen.at);
    let from = state.observed;
    if state.is_over() {
        let unconfirmed = state.end_reason.is_some_and(|reason| reopens(state.kind, reason, seen.status));
        if !unconfirmed {
            return Ok(());
        }
        state.ended_at = None;
        state.end_reason = None;
        let event = NewEvent { statuses: Some((from, seen.status)), ..NewEvent::new(EventKind::Reopened, seen.at) };
        events::append(scope, state.id, event);
    } else if from == seen.status {
        state.valid_until = valid_until(state, seen);
        opened_or_closed(scope, state, seen);
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
    state.connected = seen.connected.unwrap_or_else(|| is_connected(state.kind, seen.status, state.connected));
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
    events::append(scope, state.id, event);
    Ok(())
}

/// Whether its screen is open has changed, and its status has not.
fn opened_or_closed(scope: &mut WriteScope<'_>, state: &mut State, seen: &Seen<'_>) {
    let Some(connected) = seen.connected.filter(|connected| *connected != state.connected) else { return };
    state.connected = connected;
    state.last_activity_at = Some(seen.at);
    let kind = if connected { EventKind::Connected } else { EventKind::ConnectionClosed };
    let detail = seen.detail.map(str::to_owned);
    events::append(scope, state.id, NewEvent { detail, ..NewEvent::new(kind, seen.at) });
}

/// Until when the session may be used. Of a managed app its agent says so with each status.
fn valid_until(state: &State, seen: &Seen<'_>) -> Option<Timestamp> {
    if state.kind == DeliveryKind::ManagedApp { seen.closes_at } else { state.valid_until }
}

/// The agent speaks of the session again.
pub(crate) fn heard(scope: &mut WriteScope<'_>, state: &mut State, at: Timestamp) {
    if state.stale {
        state.stale = false;
        events::append(scope, state.id, NewEvent::new(EventKind::HeardAgain, at));
    }
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
