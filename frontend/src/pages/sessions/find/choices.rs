//! Values of one field to choose from. What is chosen stands in the filter as one term.

use deskwarden_domain::{
    list::{Filter, Operand, Test, definition, kind_of, set_field, written_terms, written_value},
    rules,
};
use deskwarden_types::{ListPage, SessionField};
use leptos::{html, prelude::*};

use super::{
    Find,
    values::{MOST, Values},
};
use crate::{
    api::use_api,
    strings::{self, labels},
};

/// A choice of fixed words; of statuses, those of the page's kind.
pub fn choice_of_words(find: Find, field: SessionField, page: ListPage) -> AnyView {
    let words: Vec<(String, String)> = match kind_of(page).filter(|_| field == SessionField::Status) {
        Some(kind) => {
            let of_kind = |status| (status_word(status), labels::status_label(kind, status).to_owned());
            rules(kind).table.iter().map(|row| of_kind(row.status)).collect()
        }
        None => {
            let words = definition(field).words().into_iter();
            words.map(|(word, label)| (word.to_owned(), strings::t(label).to_owned())).collect()
        }
    };
    let chosen = chosen(find, field);
    let boxes = words.into_iter().map(|(word, label)| tick(find, field, chosen, word, label)).collect_view();
    section(find, field, chosen, move || view! { <div class="ticks">{boxes}</div> }.into_any())
}

fn status_word(status: deskwarden_types::Status) -> String {
    status.as_str().to_owned()
}

/// A choice of names that occur, with a field to find one.
pub fn choice_of_names(find: Find, field: SessionField) -> AnyView {
    let chosen = chosen(find, field);
    section(find, field, chosen, move || view! { <Names field=field chosen=chosen /> }.into_any())
}

/// The names; made when its part of the panel is opened.
#[component]
fn Names(field: SessionField, chosen: Memo<Vec<String>>) -> impl IntoView {
    let find = expect_context::<Find>();
    let text = RwSignal::new(String::new());
    let asked = Memo::new(move |_| Some((field, text.get())));
    let values = Values::follow(use_api(), asked);
    let label = find.name_of(field);
    let boxes = move || {
        let mut names: Vec<(String, String)> = values.items.with(|items| {
            let hint = |hint: &Option<String>| hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            items.iter().map(|item| (item.value.clone(), format!("{}{}", item.value, hint(&item.hint)))).collect()
        });
        // What is chosen stands there, whatever is looked for.
        for name in chosen.get().into_iter().rev() {
            if !names.iter().any(|(known, _)| known.to_lowercase() == name.to_lowercase()) {
                names.insert(0, (name.clone(), name));
            }
        }
        if values.failed.get() {
            return view! { <p class="field-error" role="alert">{strings::values_missing()}</p> }.into_any();
        }
        if names.is_empty() {
            return view! { <p class="quiet">{strings::no_values()}</p> }.into_any();
        }
        names.into_iter().map(|(name, words)| tick(find, field, chosen, name, words)).collect_view().into_any()
    };
    view! {
        <input
            type="text"
            class="find-value"
            aria-label=strings::find_values(label)
            placeholder=strings::find_values(label)
            maxlength="200"
            on:input=move |event| text.set(event_target_value(&event))
        />
        <div class="ticks">{boxes}</div>
        <p class="quiet" role="status">{move || values.more.get().then(|| strings::more_values(MOST))}</p>
    }
    .into_any()
}

/// A part of the panel that opens and closes; open where something is chosen in it.
fn section(
    find: Find,
    field: SessionField,
    chosen: Memo<Vec<String>>,
    inside: impl FnOnce() -> AnyView + Send + 'static,
) -> AnyView {
    let inside = StoredValue::new_local(Some(inside));
    let node = NodeRef::<html::Details>::new();
    let shown = RwSignal::new(chosen.with_untracked(|c| !c.is_empty()));
    let none = move |_| set(find, field, &[]);
    let count = move || {
        let count = chosen.with(Vec::len);
        (count > 0).then(|| {
            view! {
                <span class="count">{count}</span>
                <button type="button" class="button small quiet" on:click=none>{strings::reset()}</button>
            }
        })
    };
    let open = shown.get_untracked();
    // One that is born open tells so, too; what is inside is made once and stays.
    let opened = move |_| {
        if !shown.get_untracked() {
            shown.set(true);
        }
    };
    view! {
        <div class="choice">
            <details node_ref=node open=open on:toggle=opened>
                <summary>{find.name_of(field)}</summary>
                {move || shown.get().then(|| inside.try_update_value(Option::take).flatten().map(|make| make()))}
            </details>
            {count}
        </div>
    }
    .into_any()
}

fn tick(find: Find, field: SessionField, chosen: Memo<Vec<String>>, word: String, label: String) -> AnyView {
    let word = StoredValue::new(word);
    let is = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let checked = move || word.with_value(|word| chosen.with(|chosen| chosen.iter().any(|c| is(c, word))));
    let change = move |event| {
        let on = event_target_checked(&event);
        let mut words = chosen.get_untracked();
        word.with_value(|word| {
            words.retain(|known| !is(known, word));
            if on {
                words.push(word.clone());
            }
        });
        set(find, field, &words);
    };
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=checked on:change=change />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// What the filter has for a field: the values of its first term that takes any of them.
fn chosen(find: Find, field: SessionField) -> Memo<Vec<String>> {
    Memo::new(move |_| {
        let terms = written_terms(&find.q());
        let of_field = terms.into_iter().filter(|term| !term.negated).find_map(|term| match term.test {
            Ok(Test::Is(of, operands)) if of == field => Some(operands),
            _ => None,
        });
        let known = definition(field).coded_words();
        let kind = kind_of(find.list.address.with(|a| a.page));
        let word = |operand: Operand| match operand {
            Operand::Word(code) => known.iter().find(|(of, ..)| *of == code).map(|(_, word, _)| (*word).to_owned()),
            // On a page of all kinds a word finds with a status the one that another kind calls the same: that is no
            // box of its own. A page of one kind has the boxes of its statuses.
            Operand::Status(of, status) => {
                let has_box = kind
                    .map_or(of.is_none(), |kind| of.is_none_or(|of| of == kind) && rules(kind).row(status).is_some());
                has_box.then(|| status_word(status))
            }
            Operand::Text(text) => Some(text),
            _ => None,
        };
        let mut words: Vec<String> = Vec::new();
        for found in of_field.unwrap_or_default().into_iter().filter_map(word) {
            if !words.contains(&found) {
                words.push(found);
            }
        }
        words
    })
}

/// Writes the values into the filter, in the place of what it had for the field.
fn set(find: Find, field: SessionField, words: &[String]) {
    let values: Vec<String> = words.iter().map(|word| written_value(field, word)).collect();
    let term = Filter::parse(&format!("{field}:{}", values.join(","))).ok().and_then(|f| f.terms.into_iter().next());
    find.set_q(set_field(&find.q(), field, term.as_ref().filter(|_| !words.is_empty())));
}
