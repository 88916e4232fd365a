//! Times and numbers for people, in the tenant's zone.

use std::cell::RefCell;

use deskwarden_types::Timestamp;
use js_sys::{Array, Function, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The browser's formatters for one zone; costly to make, so kept.
struct Formats {
    time: Function,
    seconds: Function,
    day: Function,
    year: Function,
    full: Function,
}

thread_local! {
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

fn format_with(zone: &str, options: &[(&str, &str)]) -> Function {
    let object = Object::new();
    let set = |key: &str, value: &str| {
        // Setting a field of a fresh object does not fail.
        let _ = Reflect::set(&object, &key.into(), &value.into());
    };
    for (key, value) in options {
        set(key, value);
    }
    if !zone.is_empty() {
        set("timeZone", zone);
    }
    set("hourCycle", "h23");
    DateTimeFormat::new(&Array::of1(&"en-GB".into()), &object).format()
}

/// Whether the browser knows the zone; a formatter for an unknown one throws.
fn known(zone: &str) -> bool {
    let check = || {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let class = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into::<Function>().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"timeZone".into(), &zone.into()).ok()?;
        Reflect::construct(&class, &Array::of2(&"en-GB".into(), &options)).ok()
    };
    check().is_some()
}

/// From now on times are in this zone (an IANA name); an unknown one means the browser's own.
pub fn set_zone(zone: &str) {
    let zone = if known(zone) { zone } else { "" };
    let hm = [("hour", "2-digit"), ("minute", "2-digit")];
    let dm = [("day", "numeric"), ("month", "short")];
    let formats = Formats {
        time: format_with(zone, &hm),
        seconds: format_with(zone, &[hm[0], hm[1], ("second", "2-digit")]),
        day: format_with(zone, &dm),
        year: format_with(zone, &[dm[0], dm[1], ("year", "numeric")]),
        full: format_with(
            zone,
            &[
                ("weekday", "short"),
                dm[0],
                dm[1],
                ("year", "numeric"),
                hm[0],
                hm[1],
                ("second", "2-digit"),
                ("timeZoneName", "short"),
            ],
        ),
    };
    FORMATS.with_borrow_mut(|kept| *kept = Some(formats));
}

fn with(time: Timestamp, choose: impl Fn(&Formats) -> &Function) -> String {
    if FORMATS.with_borrow(Option::is_none) {
        set_zone("");
    }
    FORMATS.with_borrow(|formats| {
        let text =
            formats.as_ref().and_then(|f| choose(f).call1(&JsValue::UNDEFINED, &(time.millis() as f64).into()).ok());
        text.and_then(|t| t.as_string()).unwrap_or_else(|| time.to_string())
    })
}

/// `14:37`.
pub fn time(at: Timestamp) -> String {
    with(at, |f| &f.time)
}

/// `14:37:05`.
pub fn seconds(at: Timestamp) -> String {
    with(at, |f| &f.seconds)
}

/// `Sat, 21 Nov 2026, 14:37:05 CET`.
pub fn full(at: Timestamp) -> String {
    with(at, |f| &f.full)
}

/// `14:37` today, `21 Nov 14:37` this year, else `21 Nov 2025`.
pub fn short(at: Timestamp, now: Timestamp) -> String {
    let day = with(at, |f| &f.year);
    if day == with(now, |f| &f.year) {
        return time(at);
    }
    if now.seconds_since(at) < 300 * 86_400 && at.seconds_since(now) < 300 * 86_400 {
        return format!("{} {}", with(at, |f| &f.day), time(at));
    }
    day
}

/// `14:37:05` today, else as [`short`].
pub fn stamp(at: Timestamp, now: Timestamp) -> String {
    if with(at, |f| &f.year) == with(now, |f| &f.year) { seconds(at) } else { short(at, now) }
}

/// How long ago, in the one unit that matters.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    match now.seconds_since(at) {
        0..5 => "just now".to_owned(),
        s @ 5..60 => format!("{s} s ago"),
        s @ 60..3_600 => format!("{} min ago", s / 60),
        s @ 3_600..86_400 => format!("{} h ago", s / 3_600),
        s => format!("{} d ago", s / 86_400),
    }
}

/// How long until then: `1:32`, `12 min`, `now`.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    match until.seconds_since(now) {
        0 => "now".to_owned(),
        s @ 1..600 => format!("{}:{:02}", s / 60, s % 60),
        s @ 600..7_200 => format!("{} min", s / 60),
        s @ 7_200..172_800 => format!("{} h", s / 3_600),
        s => format!("{} d", s / 86_400),
    }
}

/// So many seconds, exactly: `2 min 10 s`.
pub fn span(seconds: i64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, s) => format!("{s} s"),
        (m, 0) => format!("{m} min"),
        (m, s) => format!("{m} min {s} s"),
    }
}

/// Minutes, as the rule book has durations on screen.
pub fn minutes(seconds: i64) -> String {
    if seconds < 60 { "< 1 min".to_owned() } else { format!("{} min", number(seconds / 60)) }
}

/// `1:02:03`.
pub fn clock_face(seconds: i64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// `1,234`.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 7);
    if n < 0 {
        text.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
