//! A bulk action that is looked at again: its progress, then the result of each session, and a new plan for those that
//! were left alone.

use deskwarden_types::{BulkActionPath, BulkOutcome, NoArgs, NoBody, SessionId, Verb, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Target, follow,
    result::{ProgressView, ResultView},
    use_confirm,
};
use crate::{
    api::use_api,
    parts::{Act, Dialog, Failed, explain},
    strings::{self, labels},
};

/// The dialog of a bulk action from the list.
#[component]
pub fn FoundDialog(
    /// The action, as the list has it.
    found: ListedBulkAction,
    /// Called when there is nothing more to tell.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, confirm) = (use_api(), use_confirm());
    let progress = RwSignal::new(None::<BulkAction>);
    let result = RwSignal::new(None::<BulkAction>);
    let failure = RwSignal::new(None::<String>);
    let (id, verb) = (found.id, found.verb);
    let label = labels::any_verb_label(verb);
    let load = move || {
        failure.set(None);
        spawn_local(async move {
            let end = match api.call::<ShowBulkAction>(BulkActionPath { id }, NoArgs {}, NoBody {}).await {
                Ok(action) => follow::while_open(api, action, progress).await,
                Err(error) => Err(error),
            };
            // Refused where the dialog was closed meanwhile.
            match end {
                Ok(action) => drop(result.try_set(Some(action))),
                Err(error) => drop(failure.try_set(Some(explain(&error)))),
            }
        });
    };
    load();
    let look_again = move |left: Vec<SessionId>| {
        let target = |id| Target { id, kind: None, name: strings::session_title(id) };
        confirm.ask(verb, left.into_iter().map(target).collect());
    };
    let under_way = Memo::new(move |_| progress.with(Option::is_some));
    let body = move || {
        if let Some(action) = result.get() {
            let told = told(verb, label, &action);
            return view! {
                <ResultView
                    action=action
                    told=told
                    name=Callback::new(|_| None)
                    again=true
                    on_look_again=look_again
                    on_close=on_close
                />
            }
            .into_any();
        }
        if under_way.get() && failure.with(Option::is_none) {
            return view! { <ProgressView action=progress on_close=on_close again=true /> }.into_any();
        }
        let said = move || match failure.get() {
            Some(text) => view! { <Failed text=text on_retry=load /> }.into_any(),
            None => view! { <p class="quiet" role="status">{strings::loading()}</p> }.into_any(),
        };
        view! {
            <div class="dialog-body">{said}</div>
            <footer class="dialog-foot"><Act on_click=move || on_close.run(())>{strings::close()}</Act></footer>
        }
        .into_any()
    };
    let title = strings::bulk_title(label, strings::count_sessions(found.total as usize));
    view! { <Dialog title=title on_close=on_close>{body}</Dialog> }.into_any()
}

/// How it went. That commands are on their way is not said of an action that may be old.
fn told(verb: Verb, label: &'static str, action: &BulkAction) -> String {
    let count = |outcome| action.results.iter().filter(|result| result.outcome == outcome).count();
    let (sent, so_already) = (count(BulkOutcome::Accepted), count(BulkOutcome::NoOp));
    let left = count(BulkOutcome::Conflict) + count(BulkOutcome::Forbidden) + count(BulkOutcome::NotFound);
    let how = match (sent, so_already) {
        (0, 0) => strings::nothing_title(label),
        (0, so) => strings::was_so(label, strings::count_sessions(so)),
        (sent, _) if verb == Verb::CloseRecord => strings::bulk_some_done(label, sent, sent + left),
        (sent, _) => strings::bulk_sent(sent, sent + left),
    };
    let dot = if how.ends_with('.') { "" } else { "." };
    let left = if left > 0 { format!(" {}", strings::bulk_left(left)) } else { String::new() };
    format!("{how}{dot}{left}")
}
