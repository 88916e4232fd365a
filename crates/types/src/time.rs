//! Instants on the wire.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, Timelike, Utc};

/// An instant: UTC, whole milliseconds since 1970, from 1970 to 9999; RFC 3339 in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(value_type = String, format = DateTime, example = "2026-11-21T14:05:00.000Z")
)]
#[serde(try_from = "std::borrow::Cow<'_, str>")]
pub struct Timestamp(i64);

/// The text is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a time is RFC 3339 with a zone, such as 2026-11-21T14:05:00Z, from 1970 to 9999")]
pub struct BadTime;

impl Timestamp {
    /// The start of 1970.
    pub const MIN: Self = Self(0);
    /// The end of 9999, the last that RFC 3339 can write.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// That many milliseconds after 1970, held within the bounds.
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Later by so many seconds (earlier, where negative), held within the bounds.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    /// Later by so many milliseconds (earlier, where negative), held within the bounds.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// Whole seconds from `earlier` to this; never below 0.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        let millis = self.0 - earlier.0;
        if millis < 0 { 0 } else { millis / 1000 }
    }

    /// As `chrono` has it.
    pub fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self::from_millis(time.timestamp_millis())
    }
}

impl Timestamp {
    /// RFC 3339, in UTC.
    fn text(self) -> [u8; 24] {
        let (time, mut text) = (self.to_chrono(), *b"0000-00-00T00:00:00.000Z");
        let millis = time.timestamp_subsec_millis();
        let parts = [
            (0..4, time.year().unsigned_abs()),
            (5..7, time.month()),
            (8..10, time.day()),
            (11..13, time.hour()),
            (14..16, time.minute()),
            (17..19, time.second()),
            (20..23, millis),
        ];
        for (place, mut number) in parts {
            for digit in text.get_mut(place).unwrap_or_default().iter_mut().rev() {
                *digit = b'0' + (number % 10) as u8;
                number /= 10;
            }
        }
        text
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.text()).unwrap_or_default())
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A list has hundreds of them: no text on the way.
        serializer.serialize_str(str::from_utf8(&self.text()).unwrap_or_default())
    }
}

impl From<Timestamp> for String {
    fn from(time: Timestamp) -> Self {
        time.to_string()
    }
}

impl FromStr for Timestamp {
    type Err = BadTime;

    fn from_str(text: &str) -> Result<Self, BadTime> {
        let millis = DateTime::parse_from_rfc3339(text).map_err(|_| BadTime)?.timestamp_millis();
        if (Self::MIN.0..=Self::MAX.0).contains(&millis) { Ok(Self(millis)) } else { Err(BadTime) }
    }
}

impl TryFrom<std::borrow::Cow<'_, str>> for Timestamp {
    type Error = BadTime;

    fn try_from(text: std::borrow::Cow<'_, str>) -> Result<Self, BadTime> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_rfc_3339_in_utc() {
        let time: Timestamp = serde_json::from_str("\"2026-11-21T15:05:00.1239+01:00\"").unwrap();
        assert_eq!(serde_json::to_string(&time).unwrap(), "\"2026-11-21T14:05:00.123Z\"");
        for bad in ["\"2026-11-21\"", "\"1969-12-31T23:59:59Z\"", "5", "\"\"", "\"2026-11-21T14:05:00\""] {
            assert!(serde_json::from_str::<Timestamp>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn arithmetic_stays_within_the_bounds() {
        assert_eq!(Timestamp::MAX.plus_seconds(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.plus_millis(-1), Timestamp::MIN);
        assert_eq!(Timestamp::from_millis(1_999).seconds_since(Timestamp::MIN), 1);
        assert_eq!(Timestamp::MIN.seconds_since(Timestamp::MAX), 0);
    }
}
