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

/// The browser's formatters for one zone; costly to make, so each is made when it is first needed, and kept.
#[derive(Default)]
struct Formats {
    zone: String,
    made: Vec<(Form, Function)>,
    /// The day that it is, and the minute in which that was looked up.
    today: (i64, String),
}

/// How much of a time is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Time,
    Seconds,
    Day,
    Year,
    Full,
    Zone,
}

thread_local! {
    static FORMATS: RefCell<Formats> = RefCell::default();
}

impl Form {
    fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Time => &[("hour", "2-digit"), ("minute", "2-digit")],
            Self::Seconds => &[("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")],
            Self::Day => &[("day", "numeric"), ("month", "short")],
            Self::Year => &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
            Self::Full => &[
                ("weekday", "short"),
                ("day", "numeric"),
                ("month", "short"),
                ("year", "numeric"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("second", "2-digit"),
                ("timeZoneName", "short"),
            ],
            Self::Zone => &[("timeZoneName", "short")],
        }
    }

    /// Its formatter for the zone, or for the browser's own where that is empty; none where the browser does not know it.
    fn make(self, zone: &str) -> Option<DateTimeFormat> {
        let object = Object::new();
        let zone = Some(("timeZone", zone)).filter(|(_, zone)| !zone.is_empty());
        for (key, value) in self.options().iter().copied().chain(zone).chain([("hourCycle", "h23")]) {
            Reflect::set(&object, &key.into(), &value.into()).ok()?;
        }
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let class = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into::<Function>().ok()?;
        let arguments = Array::of2(&Array::of1(&strings::locale().into()), &object);
        // Throws for a zone that is unknown.
        Reflect::construct(&class, &arguments).ok().map(JsCast::unchecked_into)
    }
}

/// From now on times are in the tenant's zone (an IANA name), unless the browser's was chosen; an unknown one means the
/// browser's own.
pub fn set_zone(tenants: &str) {
    let zone = if Zone::kept() == Zone::Tenant { tenants } else { "" };
    let (zone, made) = match Form::Time.make(zone) {
        Some(made) => (zone, Some(made)),
        None => ("", None),
    };
    let made = made.map(|made| (Form::Time, made.format())).into_iter().collect();
    FORMATS.set(Formats { zone: zone.to_owned(), made, ..Formats::default() });
}

/// The zone that times are in, by its IANA name.
pub fn zone_name() -> String {
    let zone = FORMATS.with_borrow(|formats| formats.zone.clone());
    if !zone.is_empty() {
        return zone;
    }
    let own = Form::Time.make("").and_then(|own| Reflect::get(&own.resolved_options(), &"timeZone".into()).ok());
    own.and_then(|zone| zone.as_string()).unwrap_or_default()
}

/// The same in short, as it is called at that time: `CET`.
pub fn zone_short(at: Timestamp) -> String {
    let text = with(at, Form::Zone);
    text.rsplit(", ").next().unwrap_or_default().to_owned()
}

fn with(time: Timestamp, form: Form) -> String {
    FORMATS
        .with_borrow_mut(|formats| {
            if !formats.made.iter().any(|(of, _)| *of == form) {
                formats.made.extend(form.make(&formats.zone).map(|made| (form, made.format())));
            }
            let (_, made) = formats.made.iter().find(|(of, _)| *of == form)?;
            let text = made.call1(&JsValue::UNDEFINED, &(time.millis() as f64).into());
            text.ok()?.as_string()
        })
        .unwrap_or_else(|| time.to_string())
}

/// The day that it is, looked up once a minute: every time of a list is held against it.
fn today(now: Timestamp) -> String {
    let minute = now.millis() / 60_000;
    let known = FORMATS.with_borrow(|formats| (formats.today.0 == minute).then(|| formats.today.1.clone()));
    known.unwrap_or_else(|| {
        let day = with(now, Form::Year);
        FORMATS.with_borrow_mut(|formats| formats.today = (minute, day.clone()));
        day
    })
}

/// `14:37`.
pub fn time(at: Timestamp) -> String {
    with(at, Form::Time)
}

/// `14:37:05`.
pub fn seconds(at: Timestamp) -> String {
    with(at, Form::Seconds)
}

/// `Sat, 21 Nov 2026, 14:37:05 CET`.
pub fn full(at: Timestamp) -> String {
    with(at, Form::Full)
}

/// `14:37` today, `21 Nov 14:37` within a year or nearly, else `21 Nov 2025, 14:37`.
pub fn short(at: Timestamp, now: Timestamp) -> String {
    let day = with(at, Form::Year);
    if day == today(now) {
        return time(at);
    }
    if now.seconds_since(at) < 300 * 86_400 && at.seconds_since(now) < 300 * 86_400 {
        return format!("{} {}", with(at, Form::Day), time(at));
    }
    format!("{day}, {}", time(at))
}

/// `14:37:05` today, else as [`short`].
pub fn stamp(at: Timestamp, now: Timestamp) -> String {
    if with(at, Form::Year) == today(now) { seconds(at) } else { short(at, now) }
}

/// How long ago, in the one unit that matters.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    match now.seconds_since(at) {
        0..5 => strings::just_now().to_owned(),
        s @ 5..60 => strings::seconds_ago(s.to_string()),
        s @ 60..3_600 => strings::minutes_ago((s / 60).to_string()),
        s @ 3_600..86_400 => strings::hours_ago((s / 3_600).to_string()),
        s => strings::days_ago((s / 86_400) as usize),
    }
}

/// A moment that moves on with the time, so many seconds from now, exactly: `7 d ago`, `90 min ago`, `in 2 d`.
pub fn from_now(seconds: i64) -> String {
    type Words = fn(i64) -> String;
    let units: [(i64, Words, Words); 4] = [
        (86_400, |n| strings::days_ago(n as usize), |n| strings::span_days(number(n))),
        (3_600, |n| strings::hours_ago(number(n)), |n| strings::span_hours(number(n))),
        (60, |n| strings::minutes_ago(number(n)), |n| strings::span_minutes(number(n))),
        (1, |n| strings::seconds_ago(number(n)), |n| strings::span_seconds(number(n))),
    ];
    let unit = units.into_iter().find(|(unit, ..)| seconds != 0 && seconds % unit == 0);
    match unit {
        Some((unit, ago, _)) if seconds < 0 => ago(-(seconds / unit)),
        Some((unit, _, span)) => strings::ahead(span(seconds / unit)),
        None => strings::now().to_owned(),
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
