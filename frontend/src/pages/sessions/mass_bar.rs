//! Verbs for the selected rows.

use std::collections::BTreeMap;

use deskwarden_domain::labels;
use deskwarden_types::{
    DeliveryKind, Verb,
    api::{ActionState, Session},
};
use leptos::prelude::*;

use super::List;
use crate::{
    confirm::{Target, use_confirm},
    parts::VerbButton,
    strings, words,
};

/// The bar at the bottom right, while rows are selected.
#[component]
pub fn MassBar() -> impl IntoView {
    let list = expect_context::<List>();
    let confirm = use_confirm();
    let selected = move || {
        let ids = list.selected.get();
        let rows = list.rows.get();
        rows.iter().filter(|row| ids.contains(&row.id)).map(|row| row.data.get()).collect::<Vec<Session>>()
    };
    move || {
        let sessions = selected();
        if sessions.is_empty() {
            return ().into_any();
        }
        let buttons = verbs(&sessions)
            .into_iter()
            .map(|((_, verb), (kind, fit))| {
                let targets: Vec<Target> = sessions.iter().map(Target::from).collect();
                let count = (fit > 0).then(|| view! { <span class="count">{fit}</span> });
                view! {
                    <span class="mass-verb">
                        <VerbButton
                            label=labels::verb_label(kind, verb)
                            why_not=(fit == 0).then_some(strings::NONE_APPLIES)
                            on_click=move || confirm.ask(verb, targets.clone())
                        />
                        {count}
                    </span>
                }
            })
            .collect_view();
        view! {
            <div class="mass" role="toolbar" aria-label=strings::SELECTED_ACTIONS>
                <span>{strings::selected(sessions.len())}</span>
                {buttons}
                <button type="button" class="button small quiet" on:click=move |_| list.selected.update(|s| s.clear())>
                    {strings::CLEAR_SELECTION}
                </button>
            </div>
        }
        .into_any()
    }
}

/// The verbs of the kinds that are selected, in order, each with a kind to name it by and how many rows allow it.
fn verbs(sessions: &[Session]) -> BTreeMap<(usize, Verb), (DeliveryKind, usize)> {
    let mut found = BTreeMap::new();
    for session in sessions {
        let actions: Vec<ActionState> = words::in_order(&session.actions);
        for action in actions {
            let place = (words::rank(action.verb), action.verb);
            let entry = found.entry(place).or_insert((session.kind, 0));
            entry.1 += usize::from(action.why_not.is_none());
        }
    }
    found
}
