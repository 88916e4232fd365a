//! What happened to the session, newest first.

use deskwarden_types::{EventKind, NoBody, SessionPath, Timestamp, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::Known;
use crate::{
    api::use_api,
    clock::use_clock,
    format,
    notices::use_notices,
    parts::{explain, spoken},
    strings::{self, labels},
    words,
};

/// The events, and a button for older ones.
#[component]
pub fn Timeline(
    /// What is known of the session.
    known: Known,
) -> impl IntoView {
    let (api, notices, clock) = (use_api(), use_notices(), use_clock());
    let kind = move || known.detail.with(|d| d.as_ref().map(|d| d.session.kind));
    let id = move || known.detail.with_untracked(|d| d.as_ref().map(|d| d.session.id));
    let older = move |_| {
        let (Some(id), cursor) = (id(), known.older.get_untracked()) else { return };
        spawn_local(async move {
            let query = PageQuery { cursor, ..Default::default() };
            match api.call::<ListEvents>(SessionPath { id }, query, NoBody {}).await {
                Ok(page) => {
                    known.events.update(|events| events.extend(page.items));
                    known.older.set(page.next);
                }
                Err(error) => notices.failure(explain(&error), None, Some(id)),
            }
        });
    };
    let list = move || {
        let events = known.events.get();
        let Some(kind) = kind() else { return ().into_any() };
        if events.is_empty() {
            return view! { <p class="quiet">{strings::no_events()}</p> }.into_any();
        }
        let now = clock.now_once();
        let rows = events.iter().map(|event| line(kind, event, now)).collect_view();
        view! { <ol class="timeline">{rows}</ol> }.into_any()
    };
    view! {
        <section>
            <h3>{strings::timeline()}</h3>
            {list}
            {move || known.older.get().map(|_| view! { <button type="button" class="button small" on:click=older>{strings::older()}</button> })}
        </section>
    }
    .into_any()
}

fn line(kind: deskwarden_types::DeliveryKind, event: &Event, now: Timestamp) -> impl IntoView + use<> {
    let verb = event.verb.map(|verb| labels::verb_label(kind, verb));
    let what = match (event.kind, verb) {
        (EventKind::StatusChanged, _) => {
            let label = |status| labels::status_label(kind, status);
            match (event.from_status, event.to_status) {
                (Some(from), Some(to)) => format!("{} → {}", label(from), label(to)),
                (None, Some(to)) => label(to).to_owned(),
                _ => labels::event_label(event.kind).to_owned(),
            }
        }
        (of, Some(verb)) => format!("{verb}: {}", strings::lower(labels::event_label(of))),
        (of, None) => labels::event_label(of).to_owned(),
    };
    let late = event.recorded_at.seconds_since(event.observed_at) >= 5;
    let tip = if late {
        format!("{}. {}", format::full(event.observed_at), strings::learned_later(format::full(event.recorded_at)))
    } else {
        format::full(event.observed_at)
    };
    let who = event.actor.as_ref().map(|actor| strings::by_whom(words::person(actor)));
    let why = event.end_reason.map(labels::end_reason_label);
    let more: Vec<String> = [who, why.map(str::to_owned), event.detail.as_deref().map(strings::server_says)]
        .into_iter()
        .flatten()
        .collect();
    let bad = matches!(event.kind, EventKind::CommandFailed | EventKind::CommandTimedOut | EventKind::WentStale);
    view! {
        <li class:bad=bad>
            <span class="timeline-time num" data-tip=tip>{format::stamp(event.observed_at, now)}</span>
            <span><b>{what}</b> <span class="quiet">{spoken(more.join(" · "))}</span></span>
        </li>
    }
}
