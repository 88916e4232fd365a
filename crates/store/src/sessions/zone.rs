//! The days of a tenant's place.

use chrono::{LocalResult, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use deskwarden_domain::list::Zone;
use deskwarden_types::Timestamp;

/// A tenant's time zone.
#[derive(Debug, Clone, Copy)]
pub struct TenantZone(Tz);

impl TenantZone {
    /// The zone of this name (`Europe/Berlin`); universal time where there is none.
    pub fn named(name: &str) -> Self {
        Self(name.parse().unwrap_or(Tz::UTC))
    }
}

impl Zone for TenantZone {
    fn start_of(&self, day: NaiveDate) -> Timestamp {
        // Where a day begins twice, the first time; where clocks jump over midnight, the first instant after it.
        let midnight = day.and_time(NaiveTime::MIN);
        let first = (0..=48).find_map(|half_hours| {
            match self.0.from_local_datetime(&(midnight + chrono::Duration::minutes(half_hours * 30))) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
                LocalResult::None => None,
            }
        });
        first.map_or_else(|| Timestamp::from(midnight.and_utc()), |at| Timestamp::from(at.to_utc()))
    }

    fn day_of(&self, at: Timestamp) -> NaiveDate {
        let local = at.to_chrono().with_timezone(&self.0);
        local.date_naive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(day: NaiveDate) -> NaiveDate {
        day.succ_opt().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_begin_at_the_places_midnight() {
        let berlin = TenantZone::named("Europe/Berlin");
        assert_eq!(berlin.start_of(day("2026-01-10")).to_string(), "2026-01-09T23:00:00.000Z");
        assert_eq!(berlin.start_of(day("2026-07-10")).to_string(), "2026-07-09T22:00:00.000Z");
        // No midnight in Beirut on that day: clocks jump from 0:00 to 1:00.
        let beirut = TenantZone::named("Asia/Beirut");
        assert_eq!(beirut.start_of(day("2021-03-28")).to_string(), "2021-03-27T22:00:00.000Z");
        // Midnight twice in Havana.
        let havana = TenantZone::named("America/Havana");
        assert_eq!(havana.start_of(day("2021-11-07")).to_string(), "2021-11-07T04:00:00.000Z");
        assert_eq!(TenantZone::named("nowhere").start_of(day("2026-01-10")).to_string(), "2026-01-10T00:00:00.000Z");
    }

    #[test]
    fn every_instant_is_in_the_day_that_has_it() {
        for name in ["Europe/Berlin", "Asia/Beirut", "Pacific/Apia", "America/Havana", "Asia/Kathmandu"] {
            let zone = TenantZone::named(name);
            let mut date = day("2011-12-20");
            for _ in 0..400 {
                let (from, to) = (zone.start_of(date), zone.start_of(next(date)));
                assert!(from <= to, "{name} {date}");
                if from < to {
                    assert_eq!(zone.day_of(from), date, "{name}");
                }
                date = next(date);
            }
        }
    }
}
