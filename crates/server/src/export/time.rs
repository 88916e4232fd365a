//! Times as cells: in the tenant's zone with its offset, or in UTC.

use chrono::{DateTime, Datelike, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use deskwarden_types::Timestamp;

/// Zones change their offset at full quarters of an hour.
const QUARTER: i64 = 900;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// The zone of this name; UTC where there is none of it.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// Writes times. Keeps the day and the offset of the last one: neighbours in a file share them.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: Option<Tz>,
    quarter: i64,
    offset: i64,
    day: i64,
    date: Vec<u8>,
    tail: Vec<u8>,
}

impl Clock {
    /// `2026-11-21T15:05:00+01:00`, in this zone.
    pub fn local(zone: Tz) -> Self {
        Self { zone: Some(zone), ..Self::utc() }
    }

    /// `2026-11-21T14:05:00.000Z`.
    pub fn utc() -> Self {
        Self { zone: None, quarter: i64::MIN, offset: 0, day: i64::MIN, date: Vec::new(), tail: Vec::new() }
    }

    /// Writes a time, given in milliseconds since 1970.
    pub fn write(&mut self, millis: i64, out: &mut Vec<u8>) {
        let millis = Timestamp::from_millis(millis).millis();
        let seconds = millis / 1000;
        if let Some(zone) = self.zone
            && seconds / QUARTER != self.quarter
        {
            self.quarter = seconds / QUARTER;
            self.set_offset(zone, seconds);
        }
        let local = seconds + self.offset;
        if local.div_euclid(DAY) != self.day {
            self.day = local.div_euclid(DAY);
            self.set_day();
        }
        let of_day = local.rem_euclid(DAY);
        out.extend_from_slice(&self.date);
        two(of_day / 3600, out);
        out.push(b':');
        two(of_day / 60 % 60, out);
        out.push(b':');
        two(of_day % 60, out);
        match self.zone {
            Some(_) => out.extend_from_slice(&self.tail),
            None => {
                let part = millis % 1000;
                out.push(b'.');
                digit(part / 100, out);
                two(part % 100, out);
                out.push(b'Z');
            }
        }
    }

    fn set_offset(&mut self, zone: Tz, seconds: i64) {
        let at = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or_default().naive_utc();
        self.offset = zone.offset_from_utc_datetime(&at).fix().local_minus_utc().into();
        // To the minute: no zone has had seconds since 1972.
        self.offset -= self.offset % 60;
        let minutes = self.offset.abs() / 60;
        self.tail.clear();
        self.tail.push(if self.offset < 0 { b'-' } else { b'+' });
        two(minutes / 60, &mut self.tail);
        self.tail.push(b':');
        two(minutes % 60, &mut self.tail);
    }

    fn set_day(&mut self) {
        let date = DateTime::<Utc>::from_timestamp(self.day * DAY, 0).unwrap_or_default().date_naive();
        self.date.clear();
        let year = i64::from(date.year());
        two(year / 100, &mut self.date);
        two(year % 100, &mut self.date);
        self.date.push(b'-');
        two(date.month().into(), &mut self.date);
        self.date.push(b'-');
        two(date.day().into(), &mut self.date);
        self.date.push(b'T');
    }
}

fn digit(n: i64, out: &mut Vec<u8>) {
    out.push(b'0' + u8::try_from(n % 10).unwrap_or(0));
}

fn two(n: i64, out: &mut Vec<u8>) {
    digit(n / 10, out);
    digit(n, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(clock: &mut Clock, at: i64) -> String {
        let mut out = Vec::new();
        clock.write(at, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn times_are_what_chrono_makes_of_them() {
        for name in
            ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe"]
        {
            let zone = zone(name);
            let (mut local, mut utc) = (Clock::local(zone), Clock::utc());
            // A step that meets all hours, days and both changes of each year.
            for n in 0..20_000 {
                let at = 1_600_000_000_123 + n * 7_919_337;
                let moment = DateTime::from_timestamp_millis(at).unwrap();
                let expected = moment.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string();
                assert_eq!(written(&mut local, at), expected, "{name} {at}");
                let expected = moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
                assert_eq!(written(&mut utc, at), expected);
            }
        }
        let mut clock = Clock::local(zone("Europe/Berlin"));
        // The hour that comes twice.
        assert_eq!(written(&mut clock, 1_792_888_200_000), "2026-10-25T02:30:00+02:00");
        assert_eq!(written(&mut clock, 1_792_891_800_000), "2026-10-25T02:30:00+01:00");
        assert_eq!(written(&mut Clock::utc(), 0), "1970-01-01T00:00:00.000Z");
        assert_eq!(written(&mut Clock::utc(), i64::MAX), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_zone_that_is_none_is_universal_time() {
        assert_eq!(zone("Middle/Earth"), Tz::UTC);
    }
}
