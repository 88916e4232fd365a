//! How long history is kept.

use deskwarden_types::{DeliveryKind, Status, Timestamp};

use crate::{
    BadSetting, listed_until,
    settings::{HISTORY_DAYS, within},
};

const DAY: i64 = 86_400;

/// A session as far as its retention is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// Its kind.
    pub kind: DeliveryKind,
    /// What was observed last.
    pub observed: Status,
    /// Its end. What is over has one, confirmed or not: the clean-up and the lease give it to what nobody speaks of.
    pub ended_at: Option<Timestamp>,
    /// Whether a command on it has not come to its end.
    pub has_open_command: bool,
}

/// Until when a session is kept, where history is kept for so many days: so long after its end, and while it is still
/// listed. None while it is not over, or a command on it is open.
pub fn kept_until(past: &Past, history_days: u32) -> Option<Timestamp> {
    let ended_at = past.ended_at.filter(|_| !past.has_open_command)?;
    let listed = listed_until(past.kind, past.observed, ended_at)?;
    Some(ended_at.plus_seconds(i64::from(history_days) * DAY).max(listed))
}

/// What ended before is not kept now.
pub fn kept_since(history_days: u32, now: Timestamp) -> Timestamp {
    now.plus_seconds(-i64::from(history_days) * DAY)
}

/// Checks for how many days history is to be kept.
pub fn check_history_days(days: u32) -> Result<(), BadSetting> {
    within("history_days", days, *HISTORY_DAYS.start(), *HISTORY_DAYS.end())
}
