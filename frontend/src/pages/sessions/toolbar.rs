//! Above the table: search, which sessions, status.

use std::time::Duration;

use deskwarden_domain::{labels, rules};
use deskwarden_types::{DeliveryKind, ListState, Status};
use leptos::{
    ev::{self, KeyboardEvent},
    html,
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
};

use super::{Go, List};
use crate::{
    browser,
    parts::{Icon, icons},
    strings,
};

/// How long typing rests before the list is asked.
const REST: Duration = Duration::from_millis(250);

/// Search, tabs, status, and what is new.
#[component]
pub fn Toolbar() -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let address = list.address;
    let tab = move |state: Option<ListState>| {
        let current =
            move || address.with(|a| a.query.state.unwrap_or(ListState::All)) == state.unwrap_or(ListState::All);
        let href = move || {
            let to = address.with(|a| a.with(|q| q.state = state));
            format!("/sessions{}", to.write())
        };
        let label = labels::list_state_label(state.unwrap_or(ListState::All));
        view! { <a class="tab" href=href aria-current=move || current().then_some("true")>{label}</a> }
    };
    let show_new = move |_| {
        if address.with_untracked(super::Address::takes_new_on_top) {
            list.show_held();
        } else {
            list.elsewhere.update(|ids| ids.clear());
            go.list(&address.with_untracked(|a| a.with(|q| q.sort = None)), false);
        }
    };
    let new = move || {
        let count = list.held.with(Vec::len) + list.elsewhere.with(|ids| ids.len());
        (count > 0).then(|| {
            view! {
                <button type="button" class="button small new" on:click=show_new>
                    {strings::new_sessions(count)} " – " {strings::SHOW}
                </button>
            }
        })
    };
    let host = move || {
        address.with(|a| a.query.host).map(|_| {
            let clear = move |_| go.list(&address.with_untracked(|a| a.with(|q| q.host = None)), false);
            view! {
                <button type="button" class="chip" aria-label=strings::CLEAR_FILTER on:click=clear>
                    {strings::ONE_HOST} <Icon icon=icons::CLOSE />
                </button>
            }
        })
    };
    view! {
        <div class="toolbar">
            <Search />
            <nav class="tabs" aria-label=strings::LISTS>
                {tab(None)} {tab(Some(ListState::Current))} {tab(Some(ListState::Historical))}
            </nav>
            <StatusFilter />
            {host}
            <span class="grow"></span>
            {new}
        </div>
    }
    .into_any()
}

/// The one search box.
#[component]
fn Search() -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let address = list.address;
    let field = NodeRef::<html::Input>::new();
    let typed = RwSignal::new(String::new());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop_waiting = move || {
        waiting.update_value(|w| {
            if let Some(handle) = w.take() {
                handle.clear();
            }
        });
    };
    // The address leads, unless somebody is typing.
    Effect::new(move |_| {
        let asked = address.with(|a| a.query.contains.clone()).unwrap_or_default();
        let pending = waiting.with_value(Option::is_some);
        if !pending && typed.with_untracked(|t| t.trim() != asked.trim()) {
            typed.set(asked);
        }
    });
    let search = move || {
        stop_waiting();
        let text: String = typed.get_untracked().trim().chars().take(200).collect();
        let asked = Some(text).filter(|t| !t.is_empty());
        let now = address.get_untracked();
        if now.query.contains != asked {
            // Each letter is not a step of its own for the back button; beginning and ending a search is.
            let replace = now.query.contains.is_some() && asked.is_some();
            go.list(&now.with(|q| q.contains = asked), replace);
        }
    };
    let input = move |event| {
        typed.set(event_target_value(&event));
        stop_waiting();
        if typed.with_untracked(|t| t.trim().is_empty()) {
            search();
        } else {
            waiting.set_value(set_timeout_with_handle(search, REST).ok());
        }
    };
    let clear = move |_| {
        typed.set(String::new());
        search();
        if let Some(field) = field.get_untracked() {
            browser::focus(&field);
        }
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => search(),
        "Escape" if typed.with_untracked(|t| !t.is_empty()) => {
            event.stop_propagation();
            event.prevent_default();
            typed.set(String::new());
            search();
        }
        _ => {}
    };
    let slash = window_event_listener(ev::keydown, move |event| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if event.key() == "/"
            && plain
            && !browser::typing_elsewhere()
            && let Some(field) = field.get_untracked()
        {
            event.prevent_default();
            browser::focus(&field);
            field.select();
        }
    });
    on_cleanup(move || {
        slash.remove();
        stop_waiting();
    });
    view! {
        <div class="search" role="search">
            <Icon icon=icons::SEARCH />
            <input
                node_ref=field
                type="text"
                inputmode="search"
                enterkeyhint="search"
                aria-label=strings::FIND_SESSIONS
                placeholder=strings::FIND_HINT
                autocomplete="off"
                spellcheck="false"
                maxlength="200"
                prop:value=move || typed.get()
                on:input=input
                on:keydown=keys
            />
            {move || {
                if typed.with(String::is_empty) {
                    view! { <kbd aria-hidden="true">"/"</kbd> }.into_any()
                } else {
                    view! {
                        <button type="button" class="button icon-only" aria-label=strings::CLEAR_SEARCH on:click=clear>
                            <Icon icon=icons::CLOSE />
                        </button>
                    }
                    .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// Only sessions with one status.
#[component]
fn StatusFilter() -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let address = list.address;
    let kind = Memo::new(move |_| address.with(|a| a.query.kind));
    let chosen = Memo::new(move |_| address.with(|a| a.query.status));
    let options = move || {
        let chosen = chosen.get();
        choices(kind.get())
            .into_iter()
            .map(|(status, label)| {
                view! { <option value=status.as_str() selected=chosen == Some(status)>{label}</option> }
            })
            .collect_view()
    };
    let change = move |event| {
        let status = event_target_value(&event).parse().ok();
        go.list(&address.with_untracked(|a| a.with(|q| q.status = status)), false);
    };
    view! {
        <select class="select" aria-label=strings::STATUS on:change=change>
            <option value="" selected=move || chosen.get().is_none()>{strings::ANY_STATUS}</option>
            {options}
        </select>
    }
    .into_any()
}

/// The statuses to choose from, in the words of the kind.
fn choices(kind: Option<DeliveryKind>) -> Vec<(Status, &'static str)> {
    match kind {
        Some(kind) => rules(kind).table.iter().map(|row| (row.status, row.label)).collect(),
        None => Status::ALL.iter().map(|status| (*status, labels::any_status_label(*status))).collect(),
    }
}
