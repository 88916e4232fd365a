//! By whom, when and where a filter is asked.

use chrono::NaiveDate;
use deskwarden_types::{Timestamp, UserId};

use super::TimeValue;

/// Days of a place. The zone's rules are no part of this crate: the server and the browser each have theirs.
pub trait Zone {
    /// When a day begins; where it begins twice or not at all, the first instant of it.
    fn start_of(&self, day: NaiveDate) -> Timestamp;
    /// The day on which an instant falls.
    fn day_of(&self, at: Timestamp) -> NaiveDate;
}

/// By whom, when and where a filter is asked.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Who `me` is.
    pub me: UserId,
    /// When.
    pub now: Timestamp,
    /// Where days begin.
    pub zone: &'a dyn Zone,
}

/// The instants that a time stands for: from the first, to before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub from: Timestamp,
    /// The first after it.
    pub to: Timestamp,
}

impl Context<'_> {
    /// What a time stands for now: a day, or one millisecond.
    pub fn span(&self, value: TimeValue) -> Span {
        let day = |day: NaiveDate| {
            let next = day.succ_opt().unwrap_or(NaiveDate::MAX);
            Span { from: self.zone.start_of(day), to: self.zone.start_of(next) }
        };
        let instant = |at: Timestamp| Span { from: at, to: at.plus_millis(1) };
        match value {
            TimeValue::At(at) => instant(at),
            TimeValue::Day(date) => day(date),
            TimeValue::Today(days) => {
                let today = self.zone.day_of(self.now);
                let other = chrono::Days::new(days.unsigned_abs().into());
                let date = if days < 0 { today.checked_sub_days(other) } else { today.checked_add_days(other) };
                day(date.unwrap_or(today))
            }
            TimeValue::FromNow(seconds) => instant(self.now.plus_seconds(seconds)),
        }
    }
}

/// Universal time, for tests and where nothing else is known.
#[derive(Debug, Clone, Copy)]
pub struct Universal;

impl Zone for Universal {
    fn start_of(&self, day: NaiveDate) -> Timestamp {
        Timestamp::from(day.and_time(chrono::NaiveTime::MIN).and_utc())
    }

    fn day_of(&self, at: Timestamp) -> NaiveDate {
        at.to_chrono().date_naive()
    }
}
