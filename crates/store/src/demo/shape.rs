//! When sessions start, how long they last, and what people sit at.

use chrono::{Datelike, Timelike};
use deskwarden_types::{DeliveryKind, Terminal, Timestamp};

use super::dice::Dice;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
/// Days of history: eighteen months.
const DAYS: i64 = 549;
/// The load is even within so many milliseconds.
const BIN: i64 = 5 * MINUTE;
/// The newest session starts at least so long before now.
const LAST_START: i64 = MINUTE;

/// Starts in each hour of the day, relative to each other.
const HOURS: [f64; 24] = [
    2.0, 1.2, 1.0, 0.8, 0.9, 1.5, 3.0, 8.0, 18.0, 26.0, 29.0, 27.0, 22.0, 25.0, 29.0, 28.0, 24.0, 18.0, 13.0, 11.0,
    10.0, 8.0, 6.0, 3.5,
];
/// Monday first.
const WEEKDAYS: [f64; 7] = [1.0, 1.05, 1.08, 1.02, 0.82, 0.22, 0.28];

/// Each kind's share of the sessions.
pub(super) const KINDS: [(DeliveryKind, f64); 5] = [
    (DeliveryKind::AppStream, 40.0),
    (DeliveryKind::ManagedApp, 25.0),
    (DeliveryKind::CloudDelivery, 15.0),
    (DeliveryKind::CloudDesktop, 14.0),
    (DeliveryKind::RemoteAccess, 6.0),
];

/// What people sit at.
pub(super) fn terminals(kind: DeliveryKind) -> &'static [(Terminal, f64)] {
    use Terminal::*;
    match kind {
        DeliveryKind::AppStream => &[(SoftClient, 8.0), (Mobile, 7.0), (Browser, 85.0)],
        DeliveryKind::CloudDelivery => &[(Mobile, 5.0), (Browser, 95.0)],
        DeliveryKind::CloudDesktop => &[(ThinClient, 45.0), (SoftClient, 35.0), (Mobile, 8.0), (Browser, 12.0)],
        DeliveryKind::ManagedApp => &[(OwnComputer, 1.0)],
        DeliveryKind::RemoteAccess => &[(SoftClient, 70.0), (Mobile, 20.0), (Browser, 10.0)],
    }
}

/// How long a session lasts, in milliseconds: log-normal, from 5 seconds to 40 days.
pub(super) fn duration(kind: DeliveryKind, dice: &mut Dice) -> i64 {
    let (median, sigma) = match kind {
        DeliveryKind::AppStream => (2_700.0, 1.0),
        DeliveryKind::ManagedApp => (21_600.0, 1.5),
        DeliveryKind::CloudDelivery => (3_600.0, 0.9),
        DeliveryKind::CloudDesktop => (9_000.0, 0.9),
        DeliveryKind::RemoteAccess => (1_200.0, 1.1),
    };
    ((dice.log_normal(median, sigma) * 1000.0) as i64).clamp(5_000, 40 * DAY)
}

/// How the starts are spread over the eighteen months before now.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    start: i64,
    /// The load up to the end of each bin.
    sums: Vec<f64>,
}

impl Curve {
    pub(super) fn new(now: Timestamp) -> Self {
        let end = now.millis() - LAST_START;
        let start = (now.millis() - now.millis().rem_euclid(DAY) - DAYS * DAY).max(0);
        let mut sum = 0.0;
        let bins = ((end - start) / BIN).max(1);
        let sums = (0..bins).map(|bin| {
            sum += load(start + bin * BIN, (bin * BIN) / DAY);
            sum
        });
        Self { start, sums: sums.collect() }
    }

    /// The start that has this share (0 to 1) of all before it. `bin` is where the last one was found; shares rise.
    pub(super) fn start_at(&self, share: f64, bin: &mut usize) -> i64 {
        let wanted = share * self.sums.last().copied().unwrap_or(0.0);
        let sum = |bin: usize| self.sums.get(bin).copied();
        while *bin + 1 < self.sums.len() && sum(*bin).is_some_and(|sum| sum <= wanted) {
            *bin += 1;
        }
        let before = bin.checked_sub(1).and_then(sum).unwrap_or(0.0);
        let width = sum(*bin).unwrap_or(before) - before;
        let within = if width > 0.0 { ((wanted - before) / width).clamp(0.0, 1.0) } else { 0.0 };
        let offset = (within * BIN as f64) as i64;
        self.start + *bin as i64 * BIN + offset.min(BIN - 1)
    }
}

/// The load at a moment, so many days after the beginning.
fn load(at: i64, day: i64) -> f64 {
    let time = Timestamp::from_millis(at).to_chrono();
    let hour = time.hour() as usize;
    let part = f64::from(time.minute()) / 60.0;
    let weight = |hour: usize| HOURS.get(hour % 24).copied().unwrap_or(1.0);
    let mut load = weight(hour) * (1.0 - part) + weight(hour + 1) * part;
    let weekday = time.weekday().num_days_from_monday() as usize;
    load *= WEEKDAYS.get(weekday).copied().unwrap_or(1.0);
    if weekday < 5 && (8..=16).contains(&hour) && time.minute() < 10 {
        // Classes start.
        load *= 1.7;
    }
    load *= match (time.month(), time.day()) {
        (12, 20..) | (1, ..=6) => 0.25,
        (6, 10..) | (7, _) | (8, ..=25) => 0.5,
        // Examinations.
        (12, 5..) | (5, ..=20) => 1.25,
        _ => 1.0,
    };
    load * (1.0 + 0.3 * day as f64 / DAYS as f64)
}
