//! What the person has open.

use deskwarden_types::{Verb, api::*};
use leptos::prelude::*;

use super::{Mine, cards::can_open, open::screen_of};
use crate::{
    confirm::{Target, use_confirm},
    parts::{Ago, Icon, boxed_table, command_line, status_mark},
    strings::{self, labels},
    words,
};

/// The sessions, with what the person may do.
#[component]
pub fn OwnSessions() -> impl IntoView {
    let mine = expect_context::<Mine>();
    let heads =
        [strings::one_app(), strings::status(), strings::fact_started(), strings::fact_ip(), strings::actions()];
    let rows = move || mine.sessions.get().unwrap_or_default().into_iter().map(row).collect::<Vec<_>>();
    let empty = move || mine.sessions.with(|list| list.as_ref().is_some_and(Vec::is_empty));
    view! {
        <section class="part">
            <h2>{strings::my_sessions()}</h2>
            {move || if empty() {
                view! { <p class="quiet">{strings::no_own_sessions()}</p> }.into_any()
            } else {
                boxed_table(&heads, rows.into_any())
            }}
        </section>
    }
    .into_any()
}

fn row(session: Session) -> AnyView {
    let confirm = use_confirm();
    let target = Target::from(&session);
    let kind = session.kind;
    let allowed = words::in_order(&session.actions).into_iter().filter(|action| action.why_not.is_none());
    let verbs = allowed
        .map(|action| {
            let target = target.clone();
            view! {
                <button type="button" class="button small" on:click=move |_| confirm.ask(action.verb, vec![target.clone()])>
                    {labels::verb_label(kind, action.verb)}
                </button>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let open = can_open(&session).then(|| {
        view! { <a class="button small" href=screen_of(session.id) target="_blank">{strings::reconnect()}</a> }
    });
    // Who asked to watch, and what came of it, is told below.
    let asked = session.command.as_ref().is_some_and(|command| command.verb == Verb::View);
    let command = (!asked).then(|| command_line(&session));
    view! {
        <tr data-session=session.id.to_string()>
            <td><span class="with-icon"><Icon icon=words::kind_icon(kind) /><b>{session.resource.name.clone()}</b></span></td>
            <td><div class="status-cell">{status_mark(&session)} {command}</div></td>
            <td class="num"><Ago at=session.started_at /></td>
            <td class="num">{session.ip.clone()}</td>
            <td>
                <div class="actions">
                    {open}
                    {verbs}
                    <a class="button small quiet" href=format!("/sessions/{}", session.id)>{strings::show_facts()}</a>
                </div>
            </td>
        </tr>
    }
    .into_any()
}
