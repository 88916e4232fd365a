//! The parts of the panel.

use leptos::prelude::*;

use super::{Known, consents::SessionConsents, facts::Facts, hold::Hold, timeline::Timeline, verbs::Verbs};
use crate::{
    parts::{command_line, status_mark, stepper, ways},
    strings, words,
};

/// Status, verbs, commands, facts, timeline.
#[component]
pub fn Detail(
    /// What is known of the session.
    known: Known,
) -> impl IntoView {
    let detail = known.detail;
    let head = move || {
        detail.get().map(|d| {
            let s = &d.session;
            view! {
                <div class="panel-title">
                    <b>{s.resource.name.clone()}</b>
                    <span>{words::person(&s.user)} " " <span class="quiet">{s.user.email.clone()}</span></span>
                    <div class="status-cell">{status_mark(s)} {command_line(s)}</div>
                </div>
            }
        })
    };
    let verbs = move || detail.get().map(|d| view! { <Verbs detail=d /> });
    let commands = move || {
        detail.get().filter(|d| !d.commands.is_empty()).map(|d| {
            let list = d.commands.iter().map(|c| stepper(&d.session, c)).collect_view();
            view! { <section><h3>{strings::commands()}</h3>{list}</section> }
        })
    };
    let facts = move || detail.get().map(|d| view! { <Facts session=d.session /> });
    let still_open = move || {
        detail.get().filter(|d| !d.ways_still_open.is_empty()).map(|d| {
            let list = ways(&d.ways_still_open, &[d.session.resource.name.as_str()], false);
            view! { <section><h3>{strings::ways_open()}</h3>{list}</section> }
        })
    };
    view! {
        {head}
        {verbs}
        {commands}
        <Hold known=known />
        <SessionConsents known=known />
        {facts}
        {still_open}
        <Timeline known=known />
    }
    .into_any()
}
