//! What stands in the cells.

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
        F::Connected => yes_or_no(s.connected),
        F::Seat => yes_or_no(s.seat),
        F::Kind => kind(s),
        F::Trust => labels::trust_label(s.trust).into_any(),
        F::StartedAt => moment(Some(s.started_at)),
        F::EndedAt => moment(s.ended_at),
        F::SeenAt => moment(s.seen_at),
        F::ValidUntil => moment(s.valid_until),
        F::OfflineUntil => moment(s.offline_until),
        F::LastActivityAt => moment(s.last_activity_at),
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
        _ => return Cell { tip: tip(field, s), inside: text(field, s).into_any() },
    };
    Cell { tip: None, inside }
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

fn moment(at: Option<Timestamp>) -> AnyView {
    at.map_or_else(|| nothing().into_any(), |at| view! { <Moment at=at /> }.into_any())
}

fn nothing() -> String {
    "–".to_owned()
}

fn kind(session: &Session) -> AnyView {
    let kind = session.kind;
    view! { <span class="kind"><Icon icon=words::kind_icon(kind) />{labels::kind_label(kind)}</span> }.into_any()
}

fn yes_or_no(yes: bool) -> AnyView {
    let (icon, word) = if yes { (icons::CHECK, strings::yes()) } else { (icons::CLOSE, strings::no()) };
    let class = if yes { "yes" } else { "no" };
    view! { <span class=class><Icon icon=icon />{word}</span> }.into_any()
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
    let own = |text: &str| Some(text.to_owned());
    let text = match field {
        F::Id => Some(s.id.to_string()),
        F::User => Some(words::person(&s.user)),
        F::Username => own(&s.user.username),
        F::Name => own(&s.user.display_name),
        F::Email => own(&s.user.email),
        F::AdUsername => s.user.ad_username.clone(),
        F::UserId => Some(s.user.id.to_string()),
        F::App => own(&s.resource.name),
        F::Environment => s.environment.as_ref().map(|e| e.name.clone()),
        F::EnvironmentId => s.environment.as_ref().map(|e| e.id.to_string()),
        F::Provision => s.provision.as_ref().map(|p| p.name.clone()),
        F::DeliveryMethod => s.delivery_method.as_ref().map(|m| m.name.clone()),
        F::Device => s.device.as_ref().map(|d| d.name.clone()),
        F::Host => s.host.as_ref().map(|h| h.name.clone()),
        F::Ip => s.ip.clone(),
        F::Version => s.version.clone(),
        F::Server => s.server.clone(),
        _ => word(field, s).map(str::to_owned),
    };
    text.filter(|text| !text.is_empty()).unwrap_or_else(nothing)
}

/// The label of a field that has fixed words.
fn word(field: F, s: &Session) -> Option<&'static str> {
    match field {
        F::Phase => Some(labels::phase_label(s.phase)),
        F::Licence => s.licence.map(labels::licence_label),
        F::Terminal => Some(labels::terminal_label(s.terminal)),
        F::Access => Some(labels::access_label(s.access)),
        F::EndReason => s.end_reason.map(labels::end_reason_label),
        F::EndedHow => s.ended_how.map(labels::ended_how_label),
        F::Source => Some(labels::source_label(s.source)),
        F::Command => s.command.as_ref().map(|c| labels::verb_label(s.kind, c.verb)),
        _ => None,
    }
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
