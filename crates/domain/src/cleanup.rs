//! The daily clean-up, and when a session that is over leaves the current list.

use deskwarden_types::{DeliveryKind, Status, Timestamp};

use crate::rules;

const DAY: i64 = 86_400;
/// The next daily run, which may start a little early.
const NEXT_RUN: i64 = DAY - 3600;

/// What the daily job does to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CleanUp {
    /// Nothing.
    Nothing,
    /// Takes what is over off the current list. History keeps it.
    Unlist,
    /// Makes it `awaiting_expiry` and sends an expire command (003).
    FlagForExpiry,
    /// Makes it `expired`, though the device has not confirmed it by the run after the flag (003).
    ExpireUnconfirmed,
    /// Records it as over (`clean_up`) and takes it off the current list: it was expired by the day before, and
    /// the device has not told of its removal.
    CloseUnconfirmed,
}

/// What the daily job does now. `since`: when the session took this status (was flagged, expired).
pub fn clean_up(
    kind: DeliveryKind,
    status: Status,
    started_at: Timestamp,
    last_activity_at: Option<Timestamp>,
    since: Option<Timestamp>,
    listed_until: Option<Timestamp>,
    now: Timestamp,
) -> CleanUp {
    if rules(kind).is_over(status) {
        return if listed_until.is_some_and(|until| until <= now) { CleanUp::Unlist } else { CleanUp::Nothing };
    }
    if kind != DeliveryKind::ManagedApp {
        return CleanUp::Nothing;
    }
    let since = since.unwrap_or(started_at);
    let (from, days, then) = match status {
        Status::Stopped => (last_activity_at.unwrap_or(started_at), 30 * DAY, CleanUp::FlagForExpiry),
        Status::Launched => (started_at, 2 * DAY, CleanUp::FlagForExpiry),
        Status::AwaitingExpiry => (since, NEXT_RUN, CleanUp::ExpireUnconfirmed),
        Status::Expired => (since, NEXT_RUN, CleanUp::CloseUnconfirmed),
        _ => return CleanUp::Nothing,
    };
    if from.plus_seconds(days) <= now { then } else { CleanUp::Nothing }
}

/// Until when a session stays on the current list; none while it is not over. Expired deliveries stay 2 days (001),
/// removed apps a day (003), others leave when they end.
pub fn listed_until(kind: DeliveryKind, status: Status, over_at: Timestamp) -> Option<Timestamp> {
    let days = match kind {
        DeliveryKind::CloudDelivery => 2,
        DeliveryKind::ManagedApp => 1,
        DeliveryKind::AppStream | DeliveryKind::CloudDesktop | DeliveryKind::RemoteAccess => 0,
    };
    rules(kind).is_over(status).then(|| over_at.plus_seconds(days * DAY))
}
