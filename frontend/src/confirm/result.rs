//! What was done, session by session, where not all went as planned.

use deskwarden_domain::labels;
use deskwarden_types::{BulkOutcome, BulkState, SessionId, api::BulkAction};
use leptos::prelude::*;

use super::Target;
use crate::{
    parts::{Act, ButtonKind, Icon, icons},
    strings,
};

/// A bulk action, running or finished.
#[component]
pub fn ResultView(
    /// The action.
    action: BulkAction,
    /// What the sessions are called.
    names: StoredValue<Vec<Target>>,
    /// Called with the sessions that changed in the meantime, to plan anew for them.
    #[prop(into)]
    on_look_again: Callback<Vec<SessionId>>,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    if action.state == BulkState::Running {
        return view! {
            <div class="dialog-body">
                <p role="status">{strings::progress(action.done, action.total)}</p>
                <progress max=action.total value=action.done></progress>
            </div>
        }
        .into_any();
    }
    let good = |o: BulkOutcome| matches!(o, BulkOutcome::Accepted | BulkOutcome::NoOp);
    let accepted = action.results.iter().filter(|r| good(r.outcome)).count();
    let changed: Vec<_> =
        action.results.iter().filter(|r| r.outcome == BulkOutcome::Conflict).map(|r| r.session_id).collect();
    // First what did not go as planned, last what the plan had left out already.
    let mut results: Vec<_> = action.results.iter().collect();
    results.sort_by_key(|r| match r.outcome {
        BulkOutcome::Conflict => 0,
        BulkOutcome::Forbidden | BulkOutcome::NotFound => 1,
        BulkOutcome::Accepted | BulkOutcome::NoOp => 2,
        BulkOutcome::NotApplicable => 3,
    });
    let rows = results
        .into_iter()
        .map(|result| {
            let id = result.session_id;
            let name = names.with_value(|n| n.iter().find(|t| t.id == id).map(|t| t.name.clone()));
            let why = result.why_not.map(|why| format!(": {}", labels::why_not_label(why)));
            let (class, icon) = match result.outcome {
                BulkOutcome::Accepted | BulkOutcome::NoOp => ("", icons::CHECK),
                BulkOutcome::NotApplicable => ("left", icons::IDLE),
                _ => ("bad", icons::ALERT),
            };
            view! {
                <li class=class>
                    <Icon icon=icon />
                    <span>{name.unwrap_or_else(|| strings::session_title(id))}</span>
                    <span class="quiet">{labels::bulk_outcome_label(result.outcome)} {why}</span>
                </li>
            }
        })
        .collect_view();
    let again = (!changed.is_empty()).then(|| {
        let changed = changed.clone();
        view! {
            <Act kind=ButtonKind::Primary on_click=move || on_look_again.run(changed.clone())>{strings::LOOK_AGAIN}</Act>
        }
    });
    view! {
        <div class="dialog-body">
            <p role="alert">{strings::not_all(accepted, action.results.len())}</p>
            <ul class="people results" aria-label=strings::RESULTS>{rows}</ul>
        </div>
        <footer class="dialog-foot">
            <Act on_click=move || on_close.run(())>{strings::CLOSE}</Act>
            {again}
        </footer>
    }
    .into_any()
}
