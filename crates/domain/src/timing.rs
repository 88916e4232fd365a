//! Leases, warnings, and by when a verb takes effect.

use deskwarden_types::{DeliveryKind, Phase, Status, Timestamp, Trust, Verb};

use crate::{Facts, rules};

/// From stale to lost, in seconds.
pub const GRACE_SECONDS: i64 = 900;
/// The most that a command takes to an agent that is connected, in seconds.
pub const DELIVERY_SECONDS: i64 = 5;
/// The most that an app is given between the request to close and the kill, in seconds. Agents keep to it.
pub const CLOSING_SECONDS: i64 = 5;
/// How long a message stays on the screen of someone who does not close it, in seconds. Agents keep to it.
pub const MESSAGE_SECONDS: i64 = 120;
/// How long after its latest moment a command is still waited for, in seconds: a sleeping device may be silent
/// for 5 minutes (003), and its reports need a minute.
pub const DEADLINE_MARGIN_SECONDS: i64 = 360;

/// For so long a session may be on its way before it counts as failed, in seconds: a screen starts within a few.
pub const START_SECONDS: i64 = 90;

/// The tenant's settings that decide timing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Seconds between two words of an agent.
    pub heartbeat_seconds: u32,
    /// Seconds from the first warning to the end.
    pub first_warning_seconds: u32,
    /// Seconds from the second warning to the end.
    pub second_warning_seconds: u32,
}

/// How long an agent may be silent: three heartbeats, in seconds.
pub fn lease_seconds(timing: &Timing) -> i64 {
    i64::from(timing.heartbeat_seconds) * 3
}

/// Whether an agent is connected: its command channel is open, and its last word is not older than its lease. What the
/// server writes into a channel reaches nobody where the agent has stopped.
pub fn is_connected(open_until: Timestamp, spoke_at: Option<Timestamp>, timing: &Timing, now: Timestamp) -> bool {
    open_until > now && spoke_at.is_some_and(|at| now < at.plus_seconds(lease_seconds(timing)))
}

/// How many seconds the user is given after the first warning; 0 where nobody is warned. Managed apps warn, when
/// they run, before they are evicted or expired (003).
pub fn warning_seconds(facts: &Facts, verb: Verb, timing: &Timing) -> u32 {
    let warns = matches!(verb, Verb::Evict | Verb::Expire) && facts.app_runs();
    if warns { timing.first_warning_seconds } else { 0 }
}

/// The latest moment at which a verb asked for now takes effect; never before `now`. Delivery, a heartbeat more
/// for an agent that is silent (003), the warning, and the time to close, or of a message the time that it is shown. A
/// device that is offline under a fixed licence may not hear of it before the licence ends (003).
pub fn effective_by(facts: &Facts, verb: Verb, timing: &Timing, now: Timestamp) -> Timestamp {
    if verb == Verb::CloseRecord {
        return now;
    }
    let silence = if facts.agent_connected { 0 } else { i64::from(timing.heartbeat_seconds) };
    let warning = i64::from(warning_seconds(facts, verb, timing));
    let closing = match verb {
        Verb::Message => MESSAGE_SECONDS,
        _ if crate::is_ending(verb) => CLOSING_SECONDS,
        _ => 0,
    };
    let by = now.plus_seconds(DELIVERY_SECONDS + silence + warning + closing);
    match facts.offline_until {
        Some(end) if !facts.agent_connected && facts.kind == DeliveryKind::ManagedApp => by.max(end),
        _ => by,
    }
}

/// When a command without a word is `timed_out`: [`DEADLINE_MARGIN_SECONDS`] after its latest moment.
pub fn command_deadline(effective_by: Timestamp) -> Timestamp {
    effective_by.plus_seconds(DEADLINE_MARGIN_SECONDS)
}

/// When a session goes stale if nothing more is heard of it: at the end of the lease, and under a fixed licence not
/// before that ends.
pub fn stale_at(
    kind: DeliveryKind,
    seen_at: Timestamp,
    offline_until: Option<Timestamp>,
    timing: &Timing,
) -> Timestamp {
    let lease_end = seen_at.plus_seconds(lease_seconds(timing));
    match offline_until {
        Some(end) if kind == DeliveryKind::ManagedApp => lease_end.max(end),
        _ => lease_end,
    }
}

/// When a session that is not heard of any more is closed, abnormally, as `lost`: [`GRACE_SECONDS`] after it went
/// stale. Never, where it is over; nor for a managed app that does not run: it lies in the player of a device that
/// is switched off, and the daily clean-up decides about it (003).
pub fn lost_at(
    kind: DeliveryKind,
    observed: Status,
    seen_at: Timestamp,
    offline_until: Option<Timestamp>,
    timing: &Timing,
) -> Option<Timestamp> {
    let phase = rules(kind).phase(observed)?;
    let closes = match kind {
        DeliveryKind::ManagedApp => phase == Phase::Live,
        _ => phase != Phase::Over,
    };
    closes.then(|| stale_at(kind, seen_at, offline_until, timing).plus_seconds(GRACE_SECONDS))
}

/// How far what was observed may be believed. Nothing more is expected of a session that is over.
pub fn trust(
    kind: DeliveryKind,
    observed: Status,
    seen_at: Timestamp,
    offline_until: Option<Timestamp>,
    timing: &Timing,
    now: Timestamp,
) -> Trust {
    if rules(kind).is_over(observed) || now < seen_at.plus_seconds(lease_seconds(timing)) {
        Trust::Fresh
    } else if now < stale_at(kind, seen_at, offline_until, timing) {
        Trust::OfflineUntil
    } else {
        Trust::Stale
    }
}
