//! The Actions cell.

use deskwarden_types::{
    DeliveryKind, Verb,
    api::{ActionState, Session},
};
use leptos::prelude::*;

use super::List;
use crate::{
    confirm::{Target, use_confirm},
    parts::{Icon, Menu, VerbButton, icons},
    strings::{self, labels},
    words,
};

/// How many verbs stand in the row; the others are in its menu.
const SHOWN: usize = 2;

/// What can be done with a session: only where this differs is the cell drawn anew.
#[derive(Clone, PartialEq)]
struct Verbs {
    kind: DeliveryKind,
    name: String,
    shown: Vec<ActionState>,
    rest: Vec<ActionState>,
}

impl Verbs {
    fn of(session: &Session) -> Self {
        let mut shown = words::in_order(&session.actions);
        let rest = shown.split_off(SHOWN.min(shown.len()));
        Self { kind: session.kind, name: words::name_of(session), shown, rest }
    }
}

/// The verbs of a row.
pub fn actions(data: &ArcRwSignal<Session>) -> AnyView {
    let data = data.clone();
    let id = data.with_untracked(|session| session.id);
    let verbs = Memo::new(move |_| data.with(Verbs::of));
    let has_more = Memo::new(move |_| verbs.with(|verbs| !verbs.rest.is_empty()));
    // The table's body hears the click (walk.rs).
    let button = |kind: DeliveryKind, action: &ActionState| {
        let why_not = action.why_not.map(labels::why_not_label);
        view! {
            <button
                type="button"
                class="button small"
                tabindex="-1"
                aria-disabled=why_not.map(|_| "true")
                aria-description=why_not
                data-tip=why_not
                data-verb=action.verb.as_str()
            >
                {labels::verb_label(kind, action.verb)}
            </button>
        }
    };
    let buttons = move || verbs.with(|v| v.shown.iter().map(|action| button(v.kind, action)).collect_view());
    let more = move || {
        has_more.get().then(|| {
            let label = verbs.with_untracked(|verbs| format!("{}: {}", strings::more_actions(), verbs.name));
            let face = || view! { <Icon icon=icons::MORE /> };
            view! {
                <Menu label=label face=face.into() class="button small icon-only" in_grid=true>
                    <For
                        each=move || verbs.with(|verbs| verbs.rest.clone())
                        key=|action| action.verb
                        children=move |action| item(verbs, id, action.verb)
                    />
                </Menu>
            }
        })
    };
    view! { <div class="actions">{buttons} {more}</div> }.into_any()
}

/// A verb in the open menu. It changes in place, so that the keyboard stays where it is.
fn item(verbs: Memo<Verbs>, id: deskwarden_types::SessionId, verb: Verb) -> AnyView {
    let (confirm, list) = (use_confirm(), expect_context::<List>());
    (move || {
        verbs.with(|verbs| {
            let action = verbs.rest.iter().find(|action| action.verb == verb)?;
            let target = Target { id, kind: Some(verbs.kind), name: verbs.name.clone() };
            Some(view! {
                <VerbButton
                    label=labels::verb_label(verbs.kind, verb)
                    why_not=action.why_not.map(labels::why_not_label)
                    in_menu=true
                    on_click=move || {
                        if !untrack(|| list.is_between()) {
                            confirm.ask(verb, vec![target.clone()]);
                        }
                    }
                />
            })
        })
    })
    .into_any()
}
