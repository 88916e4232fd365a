//! The search box: one text that is the list's filter, followed while somebody types.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, prelude::*};

use super::Find;
use crate::{
    browser,
    keys::{self, Key},
    later::{self, Later},
    parts::{Icon, icons},
    strings,
};

/// How long typing rests before the list is asked.
const REST: Duration = Duration::from_millis(200);
/// The list of suggestions, for the box that it belongs to.
pub const SUGGESTIONS: &str = "suggestions";

impl Find {
    fn stop_waiting(self) {
        self.waiting.try_update_value(|w| {
            if let Some(handle) = w.take() {
                handle.clear();
            }
        });
    }

    /// Takes what stands in the box, and where its cursor is.
    pub fn look_at_box(self) {
        let Some(field) = self.field.get_untracked() else { return };
        let text = field.value();
        // The browser counts as UTF-16 does, the grammar by characters.
        let at = field.selection_start().ok().flatten().unwrap_or(0) as usize;
        let before: Vec<u16> = text.encode_utf16().take(at).collect();
        let cursor = String::from_utf16_lossy(&before).chars().count();
        if self.cursor.get_untracked() != cursor {
            self.cursor.set(cursor);
        }
        if self.text.with_untracked(|old| *old != text) {
            self.text.set(text);
        }
    }

    /// Puts a text into the box, with the cursor behind so many characters.
    pub fn write(self, text: String, cursor: usize) {
        if let Some(field) = self.field.get_untracked() {
            let at = text.chars().take(cursor).map(char::len_utf16).sum::<usize>() as u32;
            field.set_value(&text);
            browser::focus(&field);
            // Fails only for boxes that hold no text.
            let _ = field.set_selection_range(at, at);
        }
        self.cursor.set(cursor);
        self.text.set(text);
    }

    /// Shows the list that the box asks for, unless it cannot be read.
    pub fn search(self) {
        self.stop_waiting();
        let text = self.text.with_untracked(|text| text.trim().to_owned());
        let reads = self.help.get_value().is_none_or(|help| (help.reads)(&text));
        if !reads {
            return;
        }
        let asked = Some(text).filter(|text| !text.is_empty());
        let now = self.list.address.get_untracked();
        if now.query.q != asked {
            // Each letter is not a step of its own for the back button; beginning and ending a search is.
            let replace = now.query.q.is_some() && asked.is_some();
            self.go.list(&now.with(|a| a.query.q = asked), replace);
        }
    }

    fn search_soon(self) {
        self.stop_waiting();
        self.waiting.set_value(set_timeout_with_handle(move || self.search(), REST).ok());
    }

    fn key(self, event: &KeyboardEvent) {
        let key = event.key();
        let helped = self.help.get_value().is_some_and(|help| (help.key)(self, &key));
        match key.as_str() {
            _ if helped => {}
            "Enter" => {
                self.open.set(false);
                if self.text.with_untracked(|text| text.trim().is_empty()) {
                    self.stop_waiting();
                    return self.clear();
                }
                return self.search();
            }
            "Escape" => return self.back(event),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// One step back: to the filter that the list has, then to none; after that the key closes what is open.
    fn back(self, event: &KeyboardEvent) {
        let (text, asked) = (self.text.get_untracked(), untrack(|| self.q()));
        if text.trim() != asked.trim() {
            self.stop_waiting();
            self.open.set(false);
            let end = asked.chars().count();
            self.write(asked, end);
        } else if !text.is_empty() {
            self.empty();
        } else {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Empties the box, and takes its part of the filter away.
    fn empty(self) {
        self.write(String::new(), 0);
        self.open.set(false);
        self.search();
    }
}

/// The box.
#[component]
pub fn Search() -> impl IntoView {
    let find = expect_context::<Find>();
    // The grammar comes when somebody begins to use it.
    let wanted = RwSignal::new(false);
    // The address leads, unless somebody is typing.
    let q = Memo::new(move |_| find.q());
    Effect::new(move |_| {
        let asked = q.get();
        let typing = find.waiting.with_value(Option::is_some);
        if !typing && find.text.with_untracked(|text| text.trim() != asked.trim()) {
            find.text.set(asked);
        }
    });
    let input = move |_| {
        find.look_at_box();
        find.open.set(true);
        find.active.set(None);
        if find.text.with_untracked(|text| text.trim().is_empty()) {
            find.search();
        } else {
            find.search_soon();
        }
    };
    keys::on(Key::Search, move || {
        if let Some(field) = find.field.get_untracked() {
            browser::focus(&field);
            field.select();
        }
    });
    on_cleanup(move || find.stop_waiting());
    let shown = move || find.open.get() && find.options.with(|options| !options.is_empty());
    let on = move || find.active.get().filter(|_| shown()).map(|n| format!("{SUGGESTIONS}-{n}"));
    let end = move || {
        if find.text.with(String::is_empty) {
            return view! { <kbd aria-hidden="true">"/"</kbd> }.into_any();
        }
        view! {
            <button
                type="button"
                class="button icon-only"
                aria-label=strings::clear_search()
                on:click=move |_| find.empty()
            >
                <Icon icon=icons::CLOSE />
            </button>
        }
        .into_any()
    };
    view! {
        <div class="search" role="search">
            <Icon icon=icons::SEARCH />
            <input
                node_ref=find.field
                type="text"
                inputmode="search"
                enterkeyhint="search"
                role="combobox"
                aria-autocomplete="list"
                aria-haspopup="listbox"
                aria-controls=SUGGESTIONS
                aria-expanded=move || shown().to_string()
                aria-activedescendant=on
                aria-invalid=move || find.faulty.get().then_some("true")
                aria-errormessage=move || find.faulty.get().then_some("search-fault")
                aria-describedby=move || find.faulty.get().then_some("search-fault")
                aria-label=strings::find_sessions()
                aria-description=strings::search_how()
                placeholder=strings::search_hint()
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                prop:value=move || find.text.get()
                on:input=input
                on:keydown=move |event| find.key(&event)
                on:keyup=move |_| find.look_at_box()
                on:click=move |_| find.look_at_box()
                on:focus=move |_| wanted.set(true)
                on:blur=move |_| find.open.set(false)
            />
            {end}
            {move || wanted.get().then(|| view! { <Later part=later::search_help /> })}
        </div>
    }
    .into_any()
}
