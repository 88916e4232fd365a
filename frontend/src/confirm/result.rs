//! What was done, session by session, where not all went as planned.

use deskwarden_types::{
    BulkOutcome, SessionId,
    api::{BulkAction, BulkResult},
};
use leptos::prelude::*;

use super::groups::{Group, groups, has_failed};
use crate::{
    parts::{Act, ButtonKind},
    strings,
};

/// A bulk action that is on its way.
#[component]
pub fn ProgressView(
    /// The action.
    #[prop(into)]
    action: Signal<Option<BulkAction>>,
    /// Whether it was found in the list of bulk actions.
    #[prop(optional)]
    again: bool,
    /// Closes the dialog; the action goes on.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let numbers = Memo::new(move |_| action.with(|a| a.as_ref().map_or((0, 0), |a| (a.done, a.total))));
    let words = move || {
        let (done, total) = numbers.get();
        strings::progress(done, total)
    };
    view! {
        <div class="dialog-body">
            <p role="status">{words}</p>
            <progress
                aria-label=strings::progress_of_it()
                max=move || numbers.get().1.max(1).to_string()
                value=move || numbers.get().0.to_string()
            ></progress>
            <p class="quiet">{if again { strings::goes_on_there() } else { strings::goes_on() }}</p>
        </div>
        <footer class="dialog-foot">
            <Act on_click=move || on_close.run(())>{strings::close()}</Act>
        </footer>
    }
    .into_any()
}

/// A bulk action whose commands were sent, with what has become of them.
#[component]
pub fn ResultView(
    /// The action; what is known of it may change.
    action: RwSignal<Option<BulkAction>>,
    /// How it goes, where no title says so; its end is announced.
    #[prop(optional, into)]
    how: Option<Memo<String>>,
    /// What did not go as it was asked for, in a sentence or two.
    told: Memo<String>,
    /// What a session is called.
    name: Callback<SessionId, Option<String>>,
    /// Called with the sessions to plan anew for: those that changed in the meantime, or those where it failed.
    #[prop(into)]
    on_look_again: Callback<Vec<SessionId>>,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let of = move |which: fn(&BulkResult) -> bool| {
        let ids = move |action: &BulkAction| {
            action.results.iter().filter(|r| which(r)).map(|r| r.session_id).collect::<Vec<_>>()
        };
        Memo::new(move |_| action.with(|a| a.as_ref().map(ids).unwrap_or_default()))
    };
    let (failed, changed) = (of(has_failed), of(|r| r.outcome == BulkOutcome::Conflict));
    let again = move |ids: Memo<Vec<SessionId>>, kind, label: fn() -> &'static str| {
        ids.with(|ids| !ids.is_empty()).then(|| {
            view! { <Act kind=kind on_click=move || on_look_again.run(ids.get_untracked())>{label()}</Act> }
        })
    };
    let groups = move || action.with(|a| a.as_ref().map(|a| groups(a, name)).unwrap_or_default());
    // A group that stays as it was stays open, and the keyboard in it.
    let key = |group: &Group| (group.label.clone(), group.count, group.lines.len());
    view! {
        <div class="dialog-body">
            {how.map(|how| view! { <p>{how}</p> })}
            {move || Some(told.get()).filter(|told| !told.is_empty()).map(|told| view! { <p role="alert">{told}</p> })}
            <ul class="results" aria-label=strings::results()>
                <For each=groups key=key children=Group::view />
            </ul>
        </div>
        <footer class="dialog-foot">
            <Act on_click=move || on_close.run(())>{strings::close()}</Act>
            {move || again(changed, ButtonKind::Plain, strings::look_again)}
            {move || again(failed, ButtonKind::Primary, strings::retry_failed)}
        </footer>
    }
    .into_any()
}
