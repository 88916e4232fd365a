//! What is shown while a command is on its way.

use deskwarden_types::{DeliveryKind, Status, Trust, Verb};

use crate::rules;

/// The status that is shown. Managed apps show what was asked for at once (003), and what was observed again if
/// the command fails; other kinds keep what was observed. A stale streamed app is `unknown` (000). What is over
/// stays over.
pub fn shown_status(kind: DeliveryKind, observed: Status, open_command: Option<Verb>, trust: Trust) -> Status {
    if rules(kind).is_over(observed) {
        return observed;
    }
    match (kind, open_command) {
        (DeliveryKind::AppStream, _) if trust == Trust::Stale => Status::Unknown,
        (DeliveryKind::ManagedApp, Some(Verb::Evict)) if !on_its_way_out(observed) => Status::Evicted,
        // A session that the clean-up flagged says so until its expiry is confirmed.
        (DeliveryKind::ManagedApp, Some(Verb::Expire)) if observed != Status::AwaitingExpiry => Status::Expired,
        _ => observed,
    }
}

fn on_its_way_out(observed: Status) -> bool {
    matches!(observed, Status::AwaitingExpiry | Status::Expired)
}
