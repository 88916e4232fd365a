//! The panel *Filter*: a text in a chosen field, and choices that are written into the filter.

use deskwarden_domain::list::{DEFINITIONS, Definition, ValueKind, definition};
use deskwarden_types::{ListPage, SessionField};
use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{
    Find,
    choices::{choice_of_names, choice_of_words},
    panel::begin_at,
};
use crate::{
    parts::{Act, ButtonKind},
    strings,
};

/// What can be chosen, in order.
const CHOICES: [SessionField; 10] = [
    SessionField::Kind,
    SessionField::Status,
    SessionField::Environment,
    SessionField::Provision,
    SessionField::DeliveryMethod,
    SessionField::Group,
    SessionField::Host,
    SessionField::Terminal,
    SessionField::Access,
    SessionField::Trust,
];
/// The longest text to look for.
const LONGEST: &str = "200";

/// The panel.
#[component]
pub fn FilterPanel() -> impl IntoView {
    let find = expect_context::<Find>();
    let node = NodeRef::<html::Div>::new();
    begin_at(node);
    let page = find.list.address.with_untracked(|a| a.page);
    let choices = CHOICES
        .into_iter()
        // A page of one kind has no other.
        .filter(|field| *field != SessionField::Kind || page == ListPage::All)
        .map(|field| match definition(field).kind {
            ValueKind::Word => choice_of_words(find, field, page),
            _ => choice_of_names(find, field),
        })
        .collect_view();
    view! {
        <div node_ref=node class="drop-body filter-panel">
            <Contains />
            {choices}
        </div>
    }
    .into_any()
}

/// *Contains*, in a field (000): Return shows what contains the text, and everything again when it is empty.
#[component]
fn Contains() -> impl IntoView {
    let find = expect_context::<Find>();
    let (text, field) = find.list.address.with_untracked(|a| (a.query.contains.clone(), a.query.field));
    let text = RwSignal::new(text.unwrap_or_default());
    let field = RwSignal::new(field);
    let search = move || {
        let asked = Some(text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
        find.change(|a| {
            a.query.field = field.get_untracked().filter(|_| asked.is_some());
            a.query.contains = asked;
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        search();
    };
    // Fields in which a text can be looked for; those that this page does not have only where the address names one.
    let page = find.list.address.with_untracked(|a| a.page);
    let shows_ad = find.list.ad_username.get_untracked();
    let offered = |definition: &&Definition| {
        let has_it = match definition.field {
            SessionField::AdUsername => shows_ad,
            SessionField::Kind => page == ListPage::All,
            _ => true,
        };
        matches!(definition.kind, ValueKind::Text | ValueKind::Address | ValueKind::Word | ValueKind::Id)
            && (has_it || field.get_untracked() == Some(definition.field))
    };
    let options = DEFINITIONS
        .iter()
        .filter(offered)
        .map(|definition| {
            let chosen = field.get_untracked() == Some(definition.field);
            view! {
                <option value=definition.field.as_str() selected=chosen>{find.name_of(definition.field)}</option>
            }
        })
        .collect_view();
    view! {
        <form class="contains" novalidate on:submit=submit>
            <div class="field">
                <label for="contains">{strings::contains()}</label>
                <input
                    id="contains"
                    type="text"
                    enterkeyhint="search"
                    maxlength=LONGEST
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
            </div>
            <div class="field">
                <label for="contains-in">{strings::in_field()}</label>
                <select
                    id="contains-in"
                    class="select"
                    on:change=move |event| {
                        field.set(event_target_value(&event).parse().ok());
                        if text.with_untracked(|text| !text.trim().is_empty()) {
                            search();
                        }
                    }
                >
                    <option value="">{strings::any_field()}</option>
                    {options}
                </select>
            </div>
            <Act kind=ButtonKind::Primary form="submit">{strings::apply()}</Act>
        </form>
    }
    .into_any()
}
