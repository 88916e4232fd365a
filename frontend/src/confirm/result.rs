//! What was done, session by session, where not all went as planned.

use deskwarden_types::{BulkOutcome, SessionId, Verb, api::BulkAction};
use leptos::prelude::*;

use super::plan::{Line, listed};
use crate::{
    format,
    parts::{Act, ButtonKind, Icon, icons},
    strings::{self, labels},
};

/// So many of one outcome stand there at once.
const FEW: usize = 8;

/// The outcomes: first what did not go as planned, last what the plan had left out already.
const ORDER: [BulkOutcome; 6] = [
    BulkOutcome::Conflict,
    BulkOutcome::Forbidden,
    BulkOutcome::NotFound,
    BulkOutcome::Accepted,
    BulkOutcome::NoOp,
    BulkOutcome::NotApplicable,
];

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

/// A bulk action that is finished.
#[component]
pub fn ResultView(
    /// The action.
    action: BulkAction,
    /// How it went, in a sentence or two.
    told: String,
    /// What a session is called.
    name: Callback<SessionId, Option<String>>,
    /// Whether it was found in the list of bulk actions: what was on its way then may have ended since.
    #[prop(optional)]
    again: bool,
    /// Called with the sessions that changed in the meantime, to plan anew for them.
    #[prop(into)]
    on_look_again: Callback<Vec<SessionId>>,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let changed: Vec<_> =
        action.results.iter().filter(|r| r.outcome == BulkOutcome::Conflict).map(|r| r.session_id).collect();
    let group = |outcome: &BulkOutcome| {
        let label = match (outcome, action.verb) {
            (BulkOutcome::Accepted, Verb::CloseRecord) => strings::done(),
            (BulkOutcome::Accepted, _) if again => strings::outcome_sent(),
            _ => labels::bulk_outcome_label(*outcome),
        };
        let lines: Vec<Line> = action
            .results
            .iter()
            .filter(|r| r.outcome == *outcome)
            .map(|r| {
                let why = r.why_not.map(labels::why_not_label);
                (
                    name.run(r.session_id).unwrap_or_else(|| strings::session_title(r.session_id)),
                    why.unwrap_or(label).to_owned(),
                )
            })
            .collect();
        let (class, icon) = match outcome {
            BulkOutcome::Accepted | BulkOutcome::NoOp => ("", icons::CHECK),
            BulkOutcome::NotApplicable => ("left", icons::IDLE),
            _ => ("bad", icons::ALERT),
        };
        let count = format::number(lines.len() as i64);
        (!lines.is_empty()).then(|| {
            view! {
                <li class=class>
                    <Icon icon=icon />
                    <span>{label}</span>
                    <span class="count">{count}</span>
                    {listed(strings::count_sessions(lines.len()), FEW, lines)}
                </li>
            }
        })
    };
    let groups = ORDER.iter().map(group).collect_view();
    let look_again = (!changed.is_empty()).then(|| {
        let changed = changed.clone();
        view! {
            <Act kind=ButtonKind::Primary on_click=move || on_look_again.run(changed.clone())>{strings::look_again()}</Act>
        }
    });
    view! {
        <div class="dialog-body">
            <p role="alert">{told}</p>
            <ul class="results" aria-label=strings::results()>{groups}</ul>
        </div>
        <footer class="dialog-foot">
            <Act on_click=move || on_close.run(())>{strings::close()}</Act>
            {look_again}
        </footer>
    }
    .into_any()
}
