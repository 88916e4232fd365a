//! What can be done with the session, and why the rest cannot.

use deskwarden_types::{
    Verb,
    api::{ActionDetail, SessionDetail},
};
use leptos::prelude::*;

use crate::{
    confirm::{Target, use_confirm},
    format,
    parts::{VerbButton, spoken},
    strings::{self, labels},
    words,
};

/// Each verb with its explanation.
#[component]
pub fn Verbs(
    /// The session.
    detail: SessionDetail,
) -> impl IntoView {
    let confirm = use_confirm();
    let target = Target::from(&detail.session);
    let kind = detail.session.kind;
    let mut actions: Vec<ActionDetail> = detail.actions.clone();
    actions.sort_by_key(|a| words::rank(a.verb));
    let rows = actions
        .into_iter()
        .map(|action| {
            let verb = action.verb;
            let target = target.clone();
            let text = match (action.why_not, action.explanation, action.effective_by) {
                (None, _, Some(by)) if !matches!(verb, Verb::Message | Verb::View) => {
                    strings::takes_effect_by(format::seconds(by))
                }
                (None, text, _) => text.as_deref().map(strings::server_says).unwrap_or_default(),
                (Some(why), text, _) => strings::why_not(&detail, verb, why, text.as_deref()),
            };
            view! {
                <li>
                    <VerbButton
                        label=labels::verb_label(kind, verb)
                        why_not=action.why_not.map(labels::why_not_label)
                        on_click=move || confirm.ask(verb, vec![target.clone()])
                    />
                    <span class="quiet">{spoken(text)}</span>
                </li>
            }
        })
        .collect_view();
    view! { <section><h3>{strings::what_can_be_done()}</h3><ul class="verbs">{rows}</ul></section> }.into_any()
}
