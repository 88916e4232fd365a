//! What stands in the cells.

use deskwarden_domain::list::{Value, definition};
use deskwarden_types::{SessionField as F, Timestamp, Trust, api::Session};
use leptos::prelude::*;

use super::columns::Shown;
use crate::{
    clock::{Clock, use_clock},
    format,
    parts::{Ago, Icon, Moment, command_line, icons, status_mark},
    strings::{self, labels},
    words,
};

/// A cell: what more there is to say of it, and its inside.
pub struct Cell {
    /// The tip.
    pub tip: Option<String>,
    /// What stands in it.
    pub inside: AnyView,
}

/// What stands in a cell. What moves on with the time does so by itself; a row that changes has its cells made anew, of
/// the same elements.
pub fn cell(shown: &Shown, s: &Session) -> Cell {
    let field = shown.column.field;
    let inside = match field {
        F::Status => view! { <div class="status-cell">{status_mark(s)} {command_line(s)}</div> }.into_any(),
        F::Kind => kind(s),
        F::Duration => match s.ended_at {
            Some(_) => span(s.duration_seconds),
            None => growing(s.started_at),
        },
        F::StartedAgo => view! { <Ago at=s.started_at /> }.into_any(),
        // Nothing once it is over.
        F::Idle => match s.last_activity_at.filter(|_| s.ended_at.is_none()) {
            Some(since) => growing(since),
            None => nothing().into_any(),
        },
        _ => match value(field, s) {
            Value::Time(at) => view! { <Moment at=at /> }.into_any(),
            Value::YesNo(yes) => yes_or_no(yes),
            _ => return Cell { tip: tip(field, s), inside: text(field, s).into_any() },
        },
    };
    Cell { tip: None, inside }
}

/// What the table of definitions takes from the session, but for what the time moves on.
fn value(field: F, s: &Session) -> Value<'_> {
    (definition(field).value)(s, s.started_at)
}

/// A span of time, in minutes (000), and to the second as a tip.
fn span(seconds: i64) -> AnyView {
    view! { <span class="num" data-tip=format::clock_face(seconds)>{format::minutes(seconds)}</span> }.into_any()
}

/// The span since then, which grows.
fn growing(since: Timestamp) -> AnyView {
    let clock = use_clock();
    (move || span(clock.now().seconds_since(since))).into_any()
}

fn nothing() -> String {
    "–".to_owned()
}

fn kind(session: &Session) -> AnyView {
    let kind = session.kind;
    view! { <span class="kind"><Icon icon=words::kind_icon(kind) />{labels::kind_label(kind)}</span> }.into_any()
}

fn yes_or_no(yes: bool) -> AnyView {
    let (icon, class) = if yes { (icons::CHECK, "yes") } else { (icons::CLOSE, "no") };
    view! { <span class=class><Icon icon=icon />{words::yes_or_no(yes)}</span> }.into_any()
}

/// How long the session lasted, or has lasted by now.
pub fn seconds(session: &Session, clock: Clock) -> i64 {
    match session.ended_at {
        Some(_) => session.duration_seconds,
        None => clock.now().seconds_since(session.started_at),
    }
}

/// The text of a field; a dash where there is none.
fn text(field: F, s: &Session) -> String {
    let text = match (field, value(field, s)) {
        (F::User, _) => words::person(&s.user),
        // In the words of its kind.
        (F::Command, _) => {
            s.command.as_ref().map(|c| labels::verb_label(s.kind, c.verb).to_owned()).unwrap_or_default()
        }
        (_, Value::Text(text) | Value::Address(text)) => text.to_owned(),
        (_, Value::Id(id)) => id.to_string(),
        (_, Value::Word(label, _)) => strings::t(label).to_owned(),
        _ => String::new(),
    };
    if text.is_empty() { nothing() } else { text }
}

/// What more there is to say of a field.
fn tip(field: F, s: &Session) -> Option<String> {
    match field {
        F::User | F::Name | F::Username | F::Email => {
            Some(format!("{} · {} · {}", words::person(&s.user), s.user.username, s.user.email))
        }
        F::App => s.version.as_ref().map(|version| format!("{} {version}", s.resource.name)),
        F::Id | F::Ip => None,
        _ => Some(text(field, s)).filter(|text| text.len() > 12),
    }
}

/// Whether the row must not be believed fully.
pub fn is_stale(session: &Session) -> bool {
    session.trust == Trust::Stale
}
