//! Suggestions below the search box: fields, operators and values for the place where the cursor is.

use deskwarden_domain::list::{Choice, Completion, complete, highlight, written_value};
use deskwarden_types::SessionField;
use leptos::{html, prelude::*};

use super::{Find, Help, draft, search::SUGGESTIONS, values::Values};
use crate::{announce::use_announce, api::use_api, strings};

/// The most suggestions.
const MOST: usize = 40;
/// Behind these signs a value follows.
const SIGNS: [char; 5] = [':', '~', '<', '>', '='];

/// What knows the grammar, for the box: suggestions, and marks below what is wrong.
#[component]
pub fn SearchHelp() -> impl IntoView {
    let find = expect_context::<Find>();
    let announce = use_announce();
    find.help.set_value(Some(Help { reads: draft::reads, key }));
    on_cleanup(move || {
        find.help.try_update_value(|help| *help = None);
    });
    draft::watch(find);
    let completion = Memo::new(move |_| {
        if !find.open.get() {
            return Completion::default();
        }
        find.text.with(|text| complete(text, find.cursor.get(), &strings::server_says))
    });
    let asked = Memo::new(move |_| completion.with(|c| c.values_of.clone()));
    let values = Values::follow(use_api(), asked);
    Effect::new(move |_| {
        let mut options: Vec<Choice> = Vec::new();
        if let Some((field, _)) = asked.get() {
            let of_field = values.field.get() == Some(field);
            values.items.with(|items| {
                options.extend(items.iter().filter(|_| of_field).map(|value| Choice {
                    insert: written_value(field, &value.value),
                    label: value.value.clone(),
                    hint: value.hint.clone().unwrap_or_default(),
                }));
            });
        }
        let hidden = (!find.list.ad_username.get()).then_some(SessionField::AdUsername.as_str());
        let offered = |choice: &&Choice| hidden.is_none_or(|hidden| !choice.insert.starts_with(hidden));
        completion.with(|c| options.extend(c.options.iter().filter(offered).cloned()));
        options.truncate(MOST);
        if find.options.with_untracked(|old| *old != options) {
            find.active.set(None);
            find.options.set(options);
        }
    });
    let count = Memo::new(move |_| if find.open.get() { find.options.with(Vec::len) } else { 0 });
    Effect::new(move |_| {
        if count.get() > 0 {
            announce.say(strings::suggested(count.get()));
        }
    });
    Effect::new(move |_| {
        let id = find.active.get().map(|n| format!("{SUGGESTIONS}-{n}"));
        if let Some(on) = id.and_then(|id| document().get_element_by_id(&id)) {
            on.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <Marks />
        <ul id=SUGGESTIONS class="suggestions" role="listbox" aria-label=strings::suggestions() hidden=move || count.get() == 0>
            {move || find.options.get().into_iter().enumerate().map(|(n, choice)| option(find, n, choice)).collect_view()}
        </ul>
    }
    .into_any()
}

fn option(find: Find, n: usize, choice: Choice) -> AnyView {
    let on = Memo::new(move |_| find.active.get() == Some(n));
    let label = if choice.insert == choice.label { String::new() } else { strings::server_says(&choice.label) };
    let hint = strings::server_says(&choice.hint);
    view! {
        <li
            id=format!("{SUGGESTIONS}-{n}")
            role="option"
            aria-selected=move || on.get().to_string()
            // The box keeps the keyboard.
            on:mousedown=move |event| {
                event.prevent_default();
                choose(find, n);
            }
        >
            <code>{choice.insert}</code>
            <span>{strings::plain(&label)}</span>
            <span class="quiet">{strings::plain(&hint)}</span>
        </li>
    }
    .into_any()
}

/// Puts a suggestion into the box.
fn choose(find: Find, n: usize) {
    let Some(choice) = find.options.with_untracked(|options| options.get(n).cloned()) else { return };
    let text = find.text.get_untracked();
    let replace = complete(&text, find.cursor.get_untracked(), &strings::server_says).replace;
    let before: String = text.chars().take(replace.start).collect();
    let after: String = text.chars().skip(replace.end).collect();
    let goes_on = choice.insert.ends_with(SIGNS) || after.starts_with(SIGNS);
    // What is whole is followed by the next term.
    let space = if goes_on || !after.is_empty() { "" } else { " " };
    let cursor = replace.start + choice.insert.chars().count() + space.len();
    find.active.set(None);
    find.open.set(goes_on);
    find.write(format!("{before}{}{space}{after}", choice.insert), cursor);
    if !goes_on {
        find.search();
    }
}

/// What a key does with the suggestions.
fn key(find: Find, key: &str) -> bool {
    let shown = find.open.get_untracked();
    let count = if shown { find.options.with_untracked(Vec::len) } else { 0 };
    let active = find.active.get_untracked();
    match (key, active) {
        ("ArrowDown", None) => {
            find.look_at_box();
            find.open.set(true);
            find.active.set((count > 0).then_some(0));
        }
        ("ArrowDown", Some(n)) if count > 0 => find.active.set(Some((n + 1) % count)),
        ("ArrowUp", _) if count > 0 => {
            find.active.set(Some(active.and_then(|n| n.checked_sub(1)).unwrap_or(count - 1)));
        }
        ("Enter" | "Tab", Some(n)) if count > n => choose(find, n),
        ("Escape", _) if count > 0 => find.open.set(false),
        _ => return false,
    }
    true
}

/// The text of the box once more, behind it, with a line below what is wrong.
#[component]
fn Marks() -> impl IntoView {
    let find = expect_context::<Find>();
    let node = NodeRef::<html::Div>::new();
    let parts = move || {
        if !find.faulty.get() {
            return Vec::new();
        }
        find.text.with(|text| {
            let part = |part: deskwarden_domain::list::Part| {
                let piece: String = text.chars().skip(part.range.start).take(part.range.len()).collect();
                view! { <span class:wrong=part.wrong>{piece}</span> }
            };
            highlight(text).into_iter().map(part).collect()
        })
    };
    // The box scrolls by itself where the text is longer.
    Effect::new(move |_| {
        find.cursor.track();
        find.text.track();
        request_animation_frame(move || {
            let left = find.field.try_get_untracked().flatten().map(|field| field.scroll_left());
            if let (Some(left), Some(Some(node))) = (left, node.try_get_untracked()) {
                node.set_scroll_left(left);
            }
        });
    });
    view! { <div node_ref=node class="search-marks" aria-hidden="true">{parts}</div> }.into_any()
}
