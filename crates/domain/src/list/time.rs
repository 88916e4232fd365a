//! Times and spans as they are written.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use deskwarden_types::Timestamp;
use winnow::{Parser, ascii::digit1, combinator::repeat, error::EmptyError, token::one_of};

use super::TimeValue;
use crate::sentence::{self, Sentence};

/// No zone is further from universal time than this, in milliseconds.
const FURTHEST_ZONE_MS: i64 = 14 * 3_600_000;
/// The longest span, in seconds: a hundred years.
const LONGEST: i64 = 36_525 * DAY;
const DAY: i64 = 86_400;
/// The years of dates.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// The units of spans, the longest first, with their seconds.
const UNITS: [(char, i64); 5] = [('w', 7 * DAY), ('d', DAY), ('h', 3_600), ('m', 60), ('s', 1)];

/// What a time can be written as.
pub(super) const TIMES: [&str; 6] = ["today", "yesterday", "-7d", "-2h", "2026-11-21", "2026-11-21T14:05:00Z"];

/// What a span can be written as.
pub(super) const SPANS: [&str; 4] = ["90m", "2h", "1d", "1h30m"];

impl TimeValue {
    /// Reads a date, an instant of RFC 3339, or a relative time: `now`, `today`, `yesterday`, `tomorrow`, `today-6d`,
    /// `-7d`, `+2h30m` (units w, d, h, m, s; at most a hundred years). The error is a sentence that says what to write.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let folded = super::fold(text.trim());
        match folded.as_str() {
            "now" => return Ok(Self::FromNow(0)),
            "today" => return Ok(Self::Today(0)),
            "yesterday" => return Ok(Self::Today(-1)),
            "tomorrow" => return Ok(Self::Today(1)),
            _ => {}
        }
        match folded.strip_prefix("today").map(signed_span) {
            Some(Ok(span)) if span % DAY == 0 => {
                return i32::try_from(span / DAY).map(Self::Today).map_err(|_| sentence::FAR_AWAY.say());
            }
            Some(Err(NoSpan::TooLong)) => return Err(sentence::FAR_AWAY.say()),
            _ => {}
        }
        if folded.starts_with(['-', '+']) {
            return signed_span(&folded).map(Self::FromNow).map_err(|error| match error {
                NoSpan::TooLong => sentence::FAR_AWAY.say(),
                NoSpan::Form => sentence::NO_TIME_FROM_NOW.with("text", text),
            });
        }
        if let Some(day) = date(&folded) {
            return if YEARS.contains(&day.year()) { Ok(Self::Day(day)) } else { Err(sentence::YEARS.say()) };
        }
        if let Ok(at) = text.trim().parse::<Timestamp>() {
            return Ok(Self::At(at));
        }
        if span(&folded).is_ok_and(|seconds| seconds > 0) {
            return Err(sentence::NO_SIGN.with("text", folded));
        }
        let instant = folded.split_at_checked(10).and_then(|(day, rest)| Some((date(day)?, rest)));
        Err(match instant {
            Some((day, rest)) if !rest.is_empty() => no_instant(day, rest, text),
            _ => sentence::NO_TIME.with("text", text),
        })
    }

    /// Whether this begins after the other one whenever and wherever it is asked. A day beside an instant is told only
    /// where no zone makes a difference; a fixed time beside a relative one changes with the hours, and is not told.
    pub fn is_after(self, other: Self) -> bool {
        let start = |day: NaiveDate| Timestamp::from(day.and_time(chrono::NaiveTime::MIN).and_utc()).millis();
        match (self, other) {
            (Self::At(this), Self::At(other)) => this > other,
            (Self::Day(this), Self::Day(other)) => this > other,
            (Self::Today(this), Self::Today(other)) => this > other,
            (Self::FromNow(this), Self::FromNow(other)) => this > other,
            (Self::At(this), Self::Day(other)) => this.millis() - start(other) > FURTHEST_ZONE_MS,
            (Self::Day(this), Self::At(other)) => start(this) - other.millis() > FURTHEST_ZONE_MS,
            _ => false,
        }
    }
}

impl fmt::Display for TimeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::At(at) => {
                let text = at.to_string();
                match text.strip_suffix(".000Z") {
                    Some(whole) => write!(f, "{whole}Z"),
                    None => f.write_str(&text),
                }
            }
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Self::Today(0) => f.write_str("today"),
            Self::Today(-1) => f.write_str("yesterday"),
            Self::Today(1) => f.write_str("tomorrow"),
            Self::Today(days) => write!(f, "today{days:+}d"),
            Self::FromNow(0) => f.write_str("now"),
            Self::FromNow(seconds) => {
                let sign = if seconds < 0 { '-' } else { '+' };
                write!(f, "{sign}{}", Seconds(seconds.saturating_abs()))
            }
        }
    }
}

/// What is wrong with what stands behind the day of an instant; `text` is all of it.
fn no_instant(day: NaiveDate, rest: &str, text: &str) -> Sentence {
    let Some(rest) = rest.strip_prefix(['t', ' ']) else { return sentence::NO_TIME.with("text", text) };
    let (time, zone) = rest.split_at(rest.find(['z', '+', '-']).unwrap_or(rest.len()));
    let (whole, part) = time.split_once('.').unwrap_or((time, "0"));
    let is_time = numbers(whole)
        .is_some_and(|all| matches!(all[..], [hour, minute, second] if hour < 24 && minute < 60 && second < 60));
    let is_zone = |zone: &str| {
        let distance = zone.strip_prefix(['+', '-']).and_then(numbers);
        zone == "z" || distance.is_some_and(|all| matches!(all[..], [hours, minutes] if hours < 24 && minutes < 60))
    };
    let is_part = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !time.starts_with(|c: char| c.is_ascii_digit()) {
        sentence::NO_TIME.with("text", text)
    } else if zone.is_empty() {
        sentence::NO_ZONE.say()
    } else if !is_time || !is_part {
        sentence::NO_TIME_OF_DAY.with("text", time)
    } else if !is_zone(zone) {
        sentence::NO_SUCH_ZONE.with("text", zone)
    } else if !YEARS.contains(&day.year()) {
        sentence::YEARS.say()
    } else {
        sentence::NO_TIME.with("text", text)
    }
}

/// Numbers of two digits with colons between them.
fn numbers(text: &str) -> Option<Vec<u8>> {
    let two =
        |part: &str| if part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None };
    text.split(':').map(two).collect()
}

/// A date with four, two and two digits.
fn date(text: &str) -> Option<NaiveDate> {
    let form = text.len() == 10
        && text.char_indices().all(|(at, c)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() });
    if form { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

/// Reads a span of a duration's term: `90` (minutes), `90m`, `2h`, `1h30m`. The error is a sentence.
pub(super) fn parse_seconds(text: &str) -> Result<i64, Sentence> {
    let folded = super::fold(text);
    let minutes = if folded.chars().all(|c| c.is_ascii_digit()) { format!("{folded}m") } else { folded };
    span(&minutes).map_err(|error| match error {
        NoSpan::TooLong => sentence::LONG_SPAN.say(),
        NoSpan::Form => sentence::NO_SPAN.with("text", text),
    })
}

/// Why a text is no span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoSpan {
    /// It is written otherwise.
    Form,
    /// More than [`LONGEST`].
    TooLong,
}

fn signed_span(text: &str) -> Result<i64, NoSpan> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text.strip_prefix('+')), |rest| (-1, Some(rest)));
    span(rest.ok_or(NoSpan::Form)?).map(|seconds| sign * seconds)
}

/// Numbers with their units, each unit once, longer ones first.
fn span(text: &str) -> Result<i64, NoSpan> {
    let unit = one_of(|c: char| UNITS.iter().any(|(unit, _)| *unit == c));
    let part = (digit1::<&str, EmptyError>, unit);
    let parts: Vec<(&str, char)> = repeat(1.., part).parse(text).map_err(|_| NoSpan::Form)?;
    let (mut total, mut before) = (0_i64, i64::MAX);
    for (number, unit) in parts {
        let seconds = UNITS.iter().find(|(name, _)| *name == unit).ok_or(NoSpan::Form)?.1;
        if seconds >= before {
            return Err(NoSpan::Form);
        }
        before = seconds;
        // Digits that are no number are too many of them.
        let part = number.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(seconds);
        total = total.saturating_add(part);
    }
    if total > LONGEST { Err(NoSpan::TooLong) } else { Ok(total) }
}

/// A span of so many seconds, as it is written: `1d`, `1h30m`, `0m`.
pub(super) struct Seconds(pub(super) i64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 <= 0 {
            return f.write_str("0m");
        }
        let mut left = self.0;
        for (unit, seconds) in UNITS.iter().filter(|(unit, _)| *unit != 'w') {
            if left >= *seconds {
                write!(f, "{}{unit}", left / seconds)?;
                left %= seconds;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let at = "2026-11-21T14:05:00Z".parse().unwrap();
        for (text, value, written) in [
            ("today", TimeValue::Today(0), "today"),
            ("Yesterday", TimeValue::Today(-1), "yesterday"),
            ("tomorrow", TimeValue::Today(1), "tomorrow"),
            ("today-6d", TimeValue::Today(-6), "today-6d"),
            ("today+2w", TimeValue::Today(14), "today+14d"),
            ("now", TimeValue::FromNow(0), "now"),
            ("-7d", TimeValue::FromNow(-7 * DAY), "-7d"),
            ("-2H", TimeValue::FromNow(-7200), "-2h"),
            ("+3d", TimeValue::FromNow(3 * DAY), "+3d"),
            ("-1w", TimeValue::FromNow(-7 * DAY), "-7d"),
            ("-90m", TimeValue::FromNow(-5400), "-1h30m"),
            ("-0d", TimeValue::FromNow(0), "now"),
            ("2026-11-21", TimeValue::Day(day), "2026-11-21"),
            ("2026-11-21T15:05:00+01:00", TimeValue::At(at), "2026-11-21T14:05:00Z"),
            ("2026-11-21t14:05:00.000z", TimeValue::At(at), "2026-11-21T14:05:00Z"),
        ] {
            assert_eq!(TimeValue::parse(text), Ok(value), "{text}");
            assert_eq!(value.to_string(), written);
            assert_eq!(TimeValue::parse(written), Ok(value));
        }
        for (text, part) in [
            ("7d", "-7d is that long ago"),
            ("2026-11-21T14:05", "zone"),
            ("2026-13-01", "no time"),
            ("2026-02-30", "no time"),
            ("1969-12-31", "1970"),
            ("-7", "a sign, a number and a unit"),
            ("-7y", "a sign, a number and a unit"),
            ("-99999999999999999999d", "at most a hundred years"),
            ("+101w36525d", "at most a hundred years"),
            ("-40000d", "at most a hundred years"),
            ("today-40000d", "at most a hundred years"),
            ("-1h1h", "a sign, a number and a unit"),
            ("2026-11-21T10:00Z", "10:00 is no time of day"),
            ("2026-11-21T24:00:00Z", "24:00:00 is no time of day"),
            ("2026-11-21T10:60:00+01:00", "10:60:00 is no time of day"),
            ("2026-11-21T1:00:00Z", "1:00:00 is no time of day"),
            ("2026-11-21T10:00:00.Z", "10:00:00. is no time of day"),
            ("2026-11-21T10:00:00+0100", "+0100 is no zone"),
            ("2026-11-21T10:00:00+24:00", "+24:00 is no zone"),
            ("2026-11-21T10:00:00-01", "-01 is no zone"),
            ("2026-11-21T10:00:00Zulu", "zulu is no zone"),
            ("2026-11-21T10:00:00.5", "zone"),
            ("1969-12-31T10:00:00Z", "1970"),
            ("2026-11-21x", "no time"),
            ("2026-11-21T", "no time"),
            ("2026-11-21Tnoon", "no time"),
            ("", "no time"),
            ("todayish", "no time"),
        ] {
            let error = TimeValue::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn spans_are_read_and_written() {
        for (text, seconds, written) in [
            ("90", 5400, "1h30m"),
            ("90m", 5400, "1h30m"),
            ("2h", 7200, "2h"),
            ("1D", DAY, "1d"),
            ("1h30m", 5400, "1h30m"),
            ("45s", 45, "45s"),
            ("0", 0, "0m"),
            ("1w", 7 * DAY, "7d"),
        ] {
            assert_eq!(parse_seconds(text), Ok(seconds), "{text}");
            assert_eq!(Seconds(seconds).to_string(), written);
            assert_eq!(parse_seconds(written), Ok(seconds));
        }
        for long in ["36526d", "99999999999999999999", "99999999999999999999w1s"] {
            assert!(parse_seconds(long).unwrap_err().to_string().contains("a hundred years"), "{long}");
        }
        for bad in ["", "1.5h", "-5m", "5x", "m", "30m1h", "1h1h", "٣m"] {
            assert!(parse_seconds(bad).is_err(), "{bad}");
        }
    }
}
