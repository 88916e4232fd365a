//! Bulk actions: what somebody has asked of many sessions, to find again when its dialog or its tab is closed.

use std::time::Duration;

use deskwarden_types::{BulkState, NoArgs, NoBody, Permission, api::*};
use leptos::prelude::*;
use web_sys::VisibilityState;

use crate::{
    api::use_api,
    clock::use_clock,
    confirm::{Found, use_confirm},
    format,
    parts::{Empty, Icon, Moment, Paged, icons, listing},
    shell::Guarded,
    strings::{self, labels},
};

/// How often the list is asked for while somebody looks.
const EVERY: Duration = Duration::from_secs(3);

/// The page, for those who may act.
#[component]
pub fn BulkPage() -> impl IntoView {
    view! { <Guarded needs=Permission::UseVerbs><BulkActions /></Guarded> }
}

#[component]
fn BulkActions() -> impl IntoView {
    let api = use_api();
    let list = Paged::new(move |query| {
        let query = BulkQuery { limit: query.limit, cursor: query.cursor, state: None };
        Box::pin(api.call::<ListBulkActions>(NoArgs {}, query, NoBody {}))
    });
    let look = move || {
        if document().visibility_state() == VisibilityState::Visible {
            list.load.run(());
        }
    };
    let again = set_interval_with_handle(look, EVERY).ok();
    on_cleanup(move || {
        if let Some(again) = again {
            again.clear();
        }
    });
    let heads = [
        strings::when(),
        strings::action(),
        strings::reason(),
        strings::sessions(),
        strings::result_so_far(),
        strings::state(),
    ];
    let empty =
        || view! { <Empty title=strings::no_bulk_actions()><p>{strings::no_bulk_actions_how()}</p></Empty> }.into_any();
    view! {
        <div class="page">
            <header class="page-head">
                <h1>{strings::bulk_actions()}</h1>
                <span class="quiet">{strings::bulk_actions_how()}</span>
            </header>
            {listing(list, &heads, row, empty)}
        </div>
    }
    .into_any()
}

fn row(action: ListedBulkAction) -> AnyView {
    let confirm = use_confirm();
    let now = use_clock().now_once();
    let label = labels::any_verb_label(action.verb);
    let name = strings::show_bulk(label, format::stamp(action.created_at, now));
    let (commands, total) = (&action.commands, action.total);
    let (icon, class, word, about) = match action.state {
        BulkState::Running => {
            let about = strings::progress(action.done, total).into_any();
            (icons::ENDING, "status ending", labels::bulk_state_label(action.state), about)
        }
        // Sent is not done.
        BulkState::Finished if commands.on_the_way > 0 => {
            let about = strings::count_on_the_way(commands.on_the_way as usize).into_any();
            (icons::PENDING, "status ending", strings::state_sent(), about)
        }
        BulkState::Finished if commands.wrong() > 0 => {
            let about = strings::count_failed(commands.wrong() as usize).into_any();
            (icons::ALERT, "status bad", labels::bulk_state_label(action.state), about)
        }
        BulkState::Finished => {
            let about = action.finished_at.map(|at| view! { <Moment at=at /> }).into_any();
            (icons::DONE, "status", labels::bulk_state_label(action.state), about)
        }
    };
    let (id, at) = (action.id, action.created_at);
    let reason = action.reason.clone();
    let result = outcomes(&action);
    // A click on the button is one on its row, too.
    let open = move |_| confirm.look_at(Found { id, verb: action.verb, total });
    view! {
        <tr class="opens" data-bulk=id.to_string() on:click=open>
            <td class="num"><Moment at=at /></td>
            <td><button type="button" class="button small" aria-label=name aria-haspopup="dialog">{label}</button></td>
            <td class="wraps">{reason}</td>
            <td class="num">{format::number(i64::from(total))}</td>
            <td class="wraps">{result}</td>
            <td class="wraps">
                <span class=class><Icon icon=icon /><span class="status-word">{word}</span></span>
                " " <span class="quiet num">{about}</span>
            </td>
        </tr>
    }
    .into_any()
}

/// What the results are in numbers: `1,198 of 1,199 done · 1 failed · 1 left alone`.
fn outcomes(action: &ListedBulkAction) -> String {
    let (summary, commands) = (&action.summary, &action.commands);
    let known = commands.on_the_way + commands.done + commands.wrong();
    let done = (known > 0).then(|| strings::count_done(commands.done, summary.accepted));
    let texts = [
        (commands.wrong(), strings::count_failed as fn(usize) -> String),
        // Of what was sent so long ago that it is forgotten.
        (summary.accepted.saturating_sub(known), strings::count_accepted),
        (summary.no_op, strings::count_so_already),
        (summary.not_applicable, strings::count_not_applicable),
        (summary.left(), strings::count_left),
    ];
    let some = texts.into_iter().filter(|(count, _)| *count > 0).map(|(count, text)| text(count as usize));
    done.into_iter().chain(some).collect::<Vec<_>>().join(" · ")
}
