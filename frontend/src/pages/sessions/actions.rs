//! The Actions cell.

use deskwarden_types::api::{ActionState, Session};
use leptos::prelude::*;

use crate::{
    confirm::{Target, use_confirm},
    parts::{Icon, Menu, VerbButton, icons},
    strings::{self, labels},
    words,
};

/// How many verbs stand in the row; the others are in its menu.
const SHOWN: usize = 2;

/// The verbs of a row.
pub fn actions(session: &Session) -> AnyView {
    let confirm = use_confirm();
    let target = Target::from(session);
    let kind = session.kind;
    let mut shown = words::in_order(&session.actions);
    let rest = shown.split_off(SHOWN.min(shown.len()));
    let button = move |action: ActionState, target: Target, in_menu: bool| {
        let verb = action.verb;
        view! {
            <VerbButton
                label=labels::verb_label(kind, verb)
                why_not=action.why_not.map(labels::why_not_label)
                in_menu=in_menu
                in_grid=!in_menu
                on_click=move || confirm.ask(verb, vec![target.clone()])
            />
        }
    };
    let buttons = shown.into_iter().map(|action| button(action, target.clone(), false)).collect_view();
    let more = (!rest.is_empty()).then(|| {
        let face = || view! { <Icon icon=icons::MORE /> };
        let label = format!("{}: {}", strings::more_actions(), target.name);
        view! {
            <Menu label=label face=face.into() class="button small icon-only" in_grid=true>
                {rest.iter().map(|action| button(*action, target.clone(), true)).collect_view()}
            </Menu>
        }
    });
    view! { <div class="actions">{buttons} {more}</div> }.into_any()
}
