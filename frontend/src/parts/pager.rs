//! Going through a list.

use deskwarden_types::api::Total;
use leptos::prelude::*;

use super::{Icon, icons};
use crate::strings;

/// Which rows are shown, and the buttons to the ones before and after.
#[component]
pub fn Pager(
    /// The number of the first row shown, from 1.
    #[prop(into)]
    first: Signal<i64>,
    /// How many rows are shown.
    #[prop(into)]
    shown: Signal<usize>,
    /// How many there are.
    #[prop(into)]
    total: Signal<Option<Total>>,
    /// Where the rows before are; `None` at the start.
    #[prop(into)]
    prev: Signal<Option<String>>,
    /// Where the rows after are; `None` at the end.
    #[prop(into)]
    next: Signal<Option<String>>,
    /// Called with the cursor to go to, and the number of the first row there.
    #[prop(into)]
    on_go: Callback<(String, i64)>,
    /// Whether the list itself tells a screen reader which rows are shown.
    #[prop(optional)]
    told: bool,
) -> impl IntoView {
    let words = move || match total.get() {
        Some(total) => strings::range(first.get(), shown.get(), total),
        None if shown.get() == 0 => String::new(),
        None => strings::range_without_total(first.get(), shown.get()),
    };
    let back = move |_| {
        if let Some(cursor) = prev.get_untracked() {
            on_go.run((cursor, (first.get_untracked() - strings::PAGE_ROWS).max(1)));
        }
    };
    let on = move |_| {
        if let Some(cursor) = next.get_untracked() {
            on_go.run((cursor, first.get_untracked() + shown.get_untracked() as i64));
        }
    };
    view! {
        <nav class="pager" aria-label=strings::pages()>
            <span class="pager-range" role=(!told).then_some("status") data-testid="range">{words}</span>
            <button
                type="button"
                class="button icon-only"
                aria-label=strings::previous_page()
                disabled=move || prev.get().is_none()
                on:click=back
            >
                <Icon icon=icons::PREVIOUS />
            </button>
            <button
                type="button"
                class="button icon-only"
                aria-label=strings::next_page()
                disabled=move || next.get().is_none()
                on:click=on
            >
                <Icon icon=icons::NEXT />
            </button>
        </nav>
    }
    .into_any()
}
