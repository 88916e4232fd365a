//! What stands in the cells.

use deskwarden_types::{SessionField as F, Timestamp, Trust, api::Session};
use leptos::prelude::*;

use super::{actions::actions, columns::Shown};
use crate::{
    clock::{Clock, use_clock},
    format,
    parts::{Ago, Icon, Moment, command_line, icons, status_mark},
    strings::{self, labels},
    words,
};

/// The label under which a page has the last activity as a span.
const IDLE: &str = "Idle";

/// The inside of a cell. What changes with the row or the time changes in place.
pub fn cell(shown: &Shown, data: &ArcRwSignal<Session>) -> AnyView {
    let field = shown.column.field;
    let part = |of: fn(&Session) -> AnyView| {
        let data = data.clone();
        (move || data.with(of)).into_any()
    };
    match field {
        F::Status => part(|s| view! { <div class="status-cell">{status_mark(s)} {command_line(s)}</div> }.into_any()),
        F::Connected => part(connected),
        F::Kind => part(kind),
        F::Trust => part(|s| labels::trust_label(s.trust).into_any()),
        F::StartedAt => part(|s| moment(Some(s.started_at))),
        F::EndedAt => part(|s| moment(s.ended_at)),
        F::SeenAt => part(|s| moment(s.seen_at)),
        F::ValidUntil => part(|s| moment(s.valid_until)),
        F::OfflineUntil => part(|s| moment(s.offline_until)),
        F::LastActivityAt if shown.column.label != IDLE => part(|s| moment(s.last_activity_at)),
        F::Duration => ticking(data, |s, clock| Some(seconds(s, clock))),
        F::StartedAgo => part(|s| view! { <Ago at=s.started_at /> }.into_any()),
        F::LastActivityAt => ticking(data, idle),
        _ => fixed(field, data),
    }
}

/// The verbs of a row.
pub fn verbs(data: &ArcRwSignal<Session>) -> AnyView {
    let data = data.clone();
    (move || data.with(actions)).into_any()
}

fn fixed(field: F, data: &ArcRwSignal<Session>) -> AnyView {
    let (text_of, tip_of) = (data.clone(), data.clone());
    let tip = move || tip_of.with(|s| tip(field, s));
    view! { <span data-tip=tip>{move || text_of.with(|s| text(field, s))}</span> }.into_any()
}

/// A span of time that grows, in minutes (000), and to the second as a tip.
fn ticking(data: &ArcRwSignal<Session>, of: fn(&Session, Clock) -> Option<i64>) -> AnyView {
    let clock = use_clock();
    let (short, exact) = (data.clone(), data.clone());
    let text = move || short.with(|s| of(s, clock)).map_or_else(nothing, format::minutes);
    let tip = move || exact.with(|s| of(s, clock)).map(format::clock_face);
    view! { <span class="num" data-tip=tip>{text}</span> }.into_any()
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

fn connected(session: &Session) -> AnyView {
    let (icon, word) = if session.connected { (icons::CHECK, strings::yes()) } else { (icons::CLOSE, strings::no()) };
    let class = if session.connected { "yes" } else { "no" };
    view! { <span class=class><Icon icon=icon />{word}</span> }.into_any()
}

/// How long the session lasted, or has lasted by now.
pub fn seconds(session: &Session, clock: Clock) -> i64 {
    match session.ended_at {
        Some(_) => session.duration_seconds,
        None => clock.now().seconds_since(session.started_at),
    }
}

/// How long the user has not used it; nothing once it is over.
fn idle(session: &Session, clock: Clock) -> Option<i64> {
    let since = session.last_activity_at.filter(|_| session.ended_at.is_none())?;
    Some(clock.now().seconds_since(since))
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
