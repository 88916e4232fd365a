//! A bulk action that is looked at again: its progress, then the result of each session, and a new plan for those that
//! were left alone.

use deskwarden_types::{BulkResults, SessionId, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Found, Target, became, follow,
    result::{ProgressView, ResultView},
    use_confirm,
};
use crate::{
    announce::use_announce,
    api::use_api,
    parts::{Act, Dialog, Failed, explain},
    strings::{self, labels},
};

/// The dialog of a bulk action from the list.
#[component]
pub fn FoundDialog(
    /// The action.
    found: Found,
    /// Called when there is nothing more to tell.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, confirm, announce) = (use_api(), use_confirm(), use_announce());
    let progress = RwSignal::new(None::<BulkAction>);
    let result = RwSignal::new(None::<BulkAction>);
    let failure = RwSignal::new(None::<String>);
    let (id, verb) = (found.id, found.verb);
    let label = labels::any_verb_label(verb);
    let load = move || {
        failure.set(None);
        spawn_local(async move {
            let end = match became::show(api, id, BulkResults::All).await {
                Ok(action) => follow::while_open(api, action, progress).await,
                Err(error) => Err(error),
            };
            // Refused where the dialog was closed meanwhile.
            match end {
                Ok(action) => {
                    if result.try_set(Some(action)).is_none()
                        && let Ok(ended) = became::follow(api, result).await
                    {
                        announce.say(how(label, &ended));
                    }
                }
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
    let has_result = Memo::new(move |_| result.with(Option::is_some));
    let how_now = Memo::new(move |_| result.with(|r| r.as_ref().map(|a| how(label, a))).unwrap_or_default());
    let but = |a: &BulkAction| became::but(a.summary.conflict as usize, a);
    let told = Memo::new(move |_| result.with(|r| r.as_ref().map(but)).unwrap_or_default());
    let body = move || {
        if has_result.get() {
            return view! {
                <ResultView
                    action=result
                    how=how_now
                    told=told
                    name=Callback::new(|_| None)
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

/// How it goes, or went.
fn how(label: &'static str, action: &BulkAction) -> String {
    let BulkSummary { accepted, no_op, conflict, .. } = action.summary;
    match (accepted, no_op) {
        (0, 0) => strings::nothing_title(label),
        (0, so) => strings::was_so(label, strings::count_sessions(so as usize)),
        (sent, _) => became::how(label, sent + conflict, action),
    }
}
