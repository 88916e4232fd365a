//! One row.

use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    Address, Go, List,
    cells::{cell, is_stale, verbs},
    columns::Shown,
    list::Row,
    table::Shared,
};
use crate::strings;

/// A session in the list.
#[component]
pub fn SessionRow(
    /// The row.
    row: Row,
    /// Its number in the list, from 1.
    #[prop(into)]
    number: Signal<i64>,
) -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let shared = expect_context::<Shared>();
    let Row { id, data, is_new, gone } = row;
    let selected = move || list.selection.has(id);
    let open = move || shared.open.get() == Some(id);
    let click = move |event: MouseEvent| {
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let own = target.and_then(|t| t.closest("a,button,input,label,.menu").ok().flatten()).is_some();
        let selecting = window().get_selection().ok().flatten().is_some_and(|s| !s.is_collapsed());
        if own || selecting {
            return;
        }
        if event.shift_key() {
            list.select_to(id);
        } else {
            go.session(id, &list.address.get_untracked());
        }
    };
    let stale = {
        let data = data.clone();
        move || data.with(is_stale)
    };
    let left = gone.clone();
    let left_list = move || left.get().then_some(strings::left_list());
    // The click comes before the change, and knows of the Shift key.
    let pick = move |event: MouseEvent| {
        if event.shift_key() { list.select_to(id) } else { list.toggle(id) }
    };
    let actions = data.clone();
    let cells = move || {
        let make = |shown: &Shown| {
            let inside = cell(shown, &data);
            // The link makes a row reachable in another tab; rows without the column are opened by Enter or a click.
            let inside = if shown.class == "c-id" {
                let href = move || list.address.with(|a| Address { open: Some(id), ..a.clone() }.link());
                view! { <a href=href tabindex="-1">{inside}</a> }.into_any()
            } else {
                inside
            };
            view! {
                <td class=shown.class role="gridcell" data-field=shown.column.field.as_str() data-label=crate::strings::labels::column_label(&shown.column)>
                    {inside}
                </td>
            }
        };
        shared.columns.with(|columns| columns.iter().map(make).collect_view())
    };
    view! {
        <tr
            role="row"
            class:new=is_new
            class:open=open
            class:selected=selected
            class:stale=stale
            class:gone=move || gone.get()
            aria-selected=move || selected().to_string()
            aria-rowindex=move || (number.get() + 1).to_string()
            tabindex=move || if shared.is_stop(id) { "0" } else { "-1" }
            data-session=id.to_string()
            data-tip=left_list
            on:click=click
            on:focus=move |_| shared.cursor.set(Some(id))
        >
            <td class="c-check" role="gridcell">
                <input type="checkbox" tabindex="-1" aria-label=strings::select_session(id) prop:checked=selected on:click=pick />
            </td>
            {cells}
            <td class="c-actions" role="gridcell">{verbs(&actions)}</td>
        </tr>
    }
    .into_any()
}
