//! A range of days, as people fill it in and as lists are asked for it.

use chrono::{Days, NaiveDate};
use deskwarden_domain::list::TimeValue;
use deskwarden_types::Timestamp;
use js_sys::{Array, Date, Function, Object, Reflect};
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    api::{SignedInAs, use_api},
    browser,
    clock::use_clock,
    format, strings,
};

/// The quick ranges, in days that end with today.
const QUICK: [i32; 4] = [1, 7, 30, 90];
/// The longest quick range that is called by its days.
const TODAY: i32 = 1;

/// Two date fields with what is wrong with them.
#[derive(Clone, Copy)]
pub struct Range {
    from: RwSignal<String>,
    to: RwSignal<String>,
    /// What is wrong, and the field that it is about where it is about one.
    complaint: RwSignal<Option<(&'static str, Option<usize>)>>,
    /// What the list is asked for, and the days that the fields show of it.
    kept: StoredValue<[(Option<String>, String); 2]>,
    fields: [NodeRef<html::Input>; 2],
    now: Timestamp,
    /// Today, where the tenant is.
    today: Option<NaiveDate>,
    zone: StoredValue<String>,
}

impl Range {
    /// An empty one.
    pub fn new() -> Self {
        let zone = zone_here();
        let now = use_clock().now_once();
        Self {
            from: RwSignal::default(),
            to: RwSignal::default(),
            complaint: RwSignal::new(None),
            kept: StoredValue::default(),
            fields: [NodeRef::new(), NodeRef::new()],
            now,
            today: day_in(&zone, now).and_then(|day| day.parse().ok()),
            zone: StoredValue::new(zone),
        }
    }

    /// Fills the fields from a list's parameters. An hour, or what moves on with the time, is shown by no field: what
    /// nobody touches stays what it was.
    pub fn read(self, from: Option<String>, to: Option<String>) {
        let first = from.as_deref().and_then(|text| self.day(text, false));
        let last = to.as_deref().and_then(|text| self.day(text, true));
        let [first, last] = [first, last].map(|day| day.map(|day| day.to_string()).unwrap_or_default());
        self.from.set(first.clone());
        self.to.set(last.clone());
        self.kept.set_value([(from, first), (to, last)]);
    }

    /// The day of a parameter; with `is_end` the last one before it.
    fn day(self, text: &str, is_end: bool) -> Option<NaiveDate> {
        let before = |day: NaiveDate| if is_end { day.pred_opt() } else { Some(day) };
        let at = |at: Timestamp| {
            let at = at.plus_millis(-i64::from(is_end));
            self.zone.with_value(|zone| day_in(zone, at))?.parse().ok()
        };
        match TimeValue::parse(text).ok()? {
            TimeValue::Day(day) => before(day),
            TimeValue::Today(days) => shifted(self.today?, days).and_then(before),
            TimeValue::At(instant) => at(instant),
            TimeValue::FromNow(seconds) => at(self.now.plus_millis(seconds.saturating_mul(1_000))),
        }
    }

    /// Fills in so many days that end with today.
    pub fn fill(self, days: i32) {
        self.complaint.set(None);
        self.kept.set_value(Default::default());
        let day = |days| self.today.and_then(|today| shifted(today, days)).map(|day| day.to_string());
        self.from.set(day(1 - days).unwrap_or_default());
        self.to.set(day(0).unwrap_or_default());
    }

    /// What is wrong with a field, if anything is: no date, or one of a year that no list knows (`11/20/26` is the year 26).
    fn wrong(self, at: usize) -> Option<&'static str> {
        let field = self.fields.get(at)?.get_untracked()?;
        let found = field.validity();
        let strange = found.range_underflow() || found.range_overflow();
        found.bad_input().then(strings::bad_date).or(strange.then(strings::bad_year))
    }

    /// Says what is wrong, at its field.
    fn complain(self, words: &'static str, at: Option<usize>) {
        self.complaint.set(Some((words, at)));
        if let Some(field) = at.and_then(|at| self.fields.get(at)?.get_untracked()) {
            browser::focus(&field);
        }
    }

    /// The parameters `from` and `to` for what is filled in; none, with a complaint, where it is no range.
    pub fn parameters(self) -> Option<(Option<String>, Option<String>)> {
        if let Some((at, words)) = [0, 1].into_iter().find_map(|at| Some((at, self.wrong(at)?))) {
            self.complain(words, Some(at));
            return None;
        }
        let [from, to] = [self.from, self.to].map(|text| text.with_untracked(|text| text.parse::<NaiveDate>().ok()));
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            self.complain(strings::from_after_to(), None);
            return None;
        }
        self.complaint.set(None);
        let [from, to] = [from, to.and_then(|day| day.succ_opt())].map(|day| day.map(|day| day.to_string()));
        Some(self.kept.with_value(|[old_from, old_to]| {
            let as_it_was = |new, text: RwSignal<String>, (old, shown): &(Option<String>, String)| {
                if old.is_some() && text.with_untracked(|text| text == shown) { old.clone() } else { new }
            };
            (as_it_was(from, self.from, old_from), as_it_was(to, self.to, old_to))
        }))
    }

    fn is_ahead(self) -> bool {
        let from = self.from.with(|text| text.parse::<NaiveDate>().ok());
        from.zip(self.today).is_some_and(|(from, today)| from > today)
    }

    /// The fields, the quick ranges, and whose days they are.
    pub fn fields(self, quick: Callback<i32>) -> AnyView {
        let [first, last] = self.fields;
        let field = |at: usize, id: &'static str, label: &'static str, value: RwSignal<String>| {
            let node = if at == 0 { first } else { last };
            let wrong = move || self.complaint.get().is_some_and(|(_, of)| of.is_none_or(|of| of == at));
            view! {
                <div class="field">
                    <label for=id>{label}</label>
                    <input
                        node_ref=node
                        id=id
                        type="date"
                        min="1970-01-01"
                        max="9999-12-30"
                        aria-describedby="range-about"
                        aria-invalid=move || wrong().to_string()
                        aria-errormessage=move || wrong().then_some("range-about")
                        prop:value=move || value.get()
                        on:input=move |event| {
                            value.set(event_target_value(&event));
                            self.complaint.set(None);
                        }
                    />
                </div>
            }
            .into_any()
        };
        let button = |days: i32| {
            let words = if days == TODAY { strings::today().to_owned() } else { strings::last_days(days as usize) };
            view! { <button type="button" class="button small" on:click=move |_| quick.run(days)>{words}</button> }
        };
        view! {
            <div class="quick">{QUICK.map(button).into_iter().collect_view()}</div>
            <div class="range-fields">
                {field(0, "range-from", strings::from(), self.from)}
                {field(1, "range-to", strings::to(), self.to)}
            </div>
            <p id="range-about" class="field-about">
                {move || match self.complaint.get() {
                    Some((text, _)) => view! { <span class="field-error" role="alert">{text}</span> }.into_any(),
                    None if self.is_ahead() => strings::from_ahead().into_any(),
                    None => self.zone.with_value(|zone| strings::days_in(zone)).into_any(),
                }}
            </p>
        }
        .into_any()
    }
}

/// The institution's zone.
fn zone_here() -> String {
    use_api().who.with_untracked(|who| match who {
        SignedInAs::Person(me) => me.tenant.time_zone.clone(),
        _ => String::new(),
    })
}

/// The institution's day; taken when a component is made.
pub fn today_here() -> Option<NaiveDate> {
    day_in(&zone_here(), use_clock().now_once()).and_then(|day| day.parse().ok())
}

/// A time of a filter in words.
pub fn time_in_words(time: TimeValue, today: Option<NaiveDate>) -> String {
    match time {
        TimeValue::Today(0) => strings::today().to_owned(),
        TimeValue::Day(day) => words(day),
        TimeValue::Today(days) => today.and_then(|day| shifted(day, days)).map_or_else(|| time.to_string(), words),
        TimeValue::At(at) => format::full(at),
        TimeValue::FromNow(seconds) => format::from_now(seconds),
    }
}

/// A range in words, for a chip.
pub fn in_words(from: Option<&str>, to: Option<&str>, today: Option<NaiveDate>) -> String {
    let read = |text: &str| TimeValue::parse(text).ok();
    let start = from.map(|text| match read(text) {
        Some(TimeValue::Today(0)) if to.is_none() => strings::today().to_owned(),
        Some(TimeValue::Today(days)) if to.is_none() && days < 0 => {
            strings::last_days(days.unsigned_abs() as usize + 1)
        }
        Some(time) => strings::from_time(time_in_words(time, today)),
        _ => strings::from_time(text),
    });
    let end = to.map(|text| match read(text) {
        Some(TimeValue::Day(day)) => strings::to_time(words(day.pred_opt().unwrap_or(day))),
        // The end is no part of it: the day before is the last one.
        Some(TimeValue::Today(days)) => strings::to_time(time_in_words(TimeValue::Today(days - 1), today)),
        Some(time) => strings::to_time(time_in_words(time, today)),
        _ => strings::to_time(text),
    });
    start.into_iter().chain(end).collect::<Vec<_>>().join(" · ")
}

/// `21 Nov 2026`, in the page's language.
fn words(day: NaiveDate) -> String {
    let noon = day.and_hms_opt(12, 0, 0).map(|noon| noon.and_utc().timestamp_millis()).unwrap_or_default();
    let options = [("timeZone", "UTC"), ("day", "numeric"), ("month", "short"), ("year", "numeric")];
    dated(&strings::locale(), &options, Timestamp::from_millis(noon)).unwrap_or_else(|| day.to_string())
}

/// The day on which an instant falls in a zone, as `2026-11-21`.
fn day_in(zone: &str, at: Timestamp) -> Option<String> {
    // Sweden writes dates as the standard does.
    dated("sv-SE", &[("timeZone", zone)], at)
}

/// By the browser, which may not know a zone: then there is none.
fn dated(locale: &str, options: &[(&str, &str)], at: Timestamp) -> Option<String> {
    let object = Object::new();
    for (key, value) in options {
        Reflect::set(&object, &(*key).into(), &(*value).into()).ok()?;
    }
    let date = Date::new(&JsValue::from_f64(at.millis() as f64));
    let write = Reflect::get(&date, &"toLocaleDateString".into()).ok()?.dyn_into::<Function>().ok()?;
    write.apply(&date, &Array::of2(&locale.into(), &object)).ok()?.as_string()
}

fn shifted(day: NaiveDate, days: i32) -> Option<NaiveDate> {
    let by = Days::new(days.unsigned_abs().into());
    if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) }
}
