//! Times and numbers for people, in the page's language and in the zone that was chosen.

use std::cell::RefCell;

use deskwarden_types::Timestamp;
use js_sys::{
    Array, Function,
    Intl::{DateTimeFormat, NumberFormat},
    Object, Reflect,
};
use wasm_bindgen::{JsCast, JsValue};

use crate::{strings, zone::Zone};

/// The browser's formatters for one zone; costly to make, so kept.
struct Formats {
    time: Function,
    seconds: Function,
    day: Function,
    year: Function,
    full: Function,
    zone: Function,
    zone_name: String,
}

thread_local! {
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

type Options<'a> = &'a [(&'a str, &'a str)];

fn formatter(zone: &str, options: Options<'_>) -> DateTimeFormat {
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
    DateTimeFormat::new(&Array::of1(&strings::locale().into()), &object)
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

/// From now on times are in the tenant's zone (an IANA name), unless the browser's was chosen; an unknown one means the
/// browser's own.
pub fn set_zone(tenants: &str) {
    let zone = if Zone::kept() == Zone::Tenant && known(tenants) { tenants } else { "" };
    let hm = [("hour", "2-digit"), ("minute", "2-digit")];
    let dm = [("day", "numeric"), ("month", "short")];
    let hms = [hm[0], hm[1], ("second", "2-digit")];
    let dmy = [dm[0], dm[1], ("year", "numeric")];
    let name = ("timeZoneName", "short");
    let full = [("weekday", "short"), dmy[0], dmy[1], dmy[2], hms[0], hms[1], hms[2], name];
    let make = |options: Options<'_>| formatter(zone, options).format();
    let resolved = Reflect::get(&formatter(zone, &[]).resolved_options(), &"timeZone".into());
    let formats = Formats {
        time: make(&hm),
        seconds: make(&hms),
        day: make(&dm),
        year: make(&dmy),
        full: make(&full),
        zone: make(&[name]),
        zone_name: resolved.ok().and_then(|z| z.as_string()).unwrap_or_else(|| tenants.to_owned()),
    };
    FORMATS.with_borrow_mut(|kept| *kept = Some(formats));
}

/// The zone that times are in, by its IANA name.
pub fn zone_name() -> String {
    FORMATS.with_borrow(|formats| formats.as_ref().map(|f| f.zone_name.clone()).unwrap_or_default())
}

/// The same in short, as it is called at that time: `CET`.
pub fn zone_short(at: Timestamp) -> String {
    let text = with(at, |f| &f.zone);
    text.rsplit(", ").next().unwrap_or_default().to_owned()
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
        0..5 => strings::just_now().to_owned(),
        s @ 5..60 => strings::seconds_ago(s.to_string()),
        s @ 60..3_600 => strings::minutes_ago((s / 60).to_string()),
        s @ 3_600..86_400 => strings::hours_ago((s / 3_600).to_string()),
        s => strings::days_ago(number(s / 86_400)),
    }
}

/// How long until then: `1:32`, `12 min`, `now`.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    match until.seconds_since(now) {
        0 => strings::now().to_owned(),
        s @ 1..600 => format!("{}:{:02}", s / 60, s % 60),
        s @ 600..7_200 => strings::span_minutes((s / 60).to_string()),
        s @ 7_200..172_800 => strings::span_hours((s / 3_600).to_string()),
        s => strings::span_days(number(s / 86_400)),
    }
}

/// So many seconds, exactly: `2 min 10 s`.
pub fn span(seconds: i64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, s) => strings::span_seconds(s.to_string()),
        (m, 0) => strings::span_minutes(number(m)),
        (m, s) => strings::span_both(number(m), s.to_string()),
    }
}

/// Minutes, as the rule book has durations on screen.
pub fn minutes(seconds: i64) -> String {
    if seconds < 60 { strings::less_than_a_minute().to_owned() } else { strings::span_minutes(number(seconds / 60)) }
}

/// `1:02:03`.
pub fn clock_face(seconds: i64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// `1,234`, in the way of the page's language.
pub fn number(n: i64) -> String {
    thread_local! {
        static FORMAT: Function = NumberFormat::new(&Array::of1(&strings::locale().into()), &Object::new()).format();
    }
    let text = FORMAT.with(|format| format.call1(&JsValue::UNDEFINED, &(n as f64).into()).ok());
    text.and_then(|t| t.as_string()).unwrap_or_else(|| n.to_string())
}
