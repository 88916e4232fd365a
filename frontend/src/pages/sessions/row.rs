//! One row.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTableRowElement};

use super::{
    Address, List,
    actions::actions,
    cells::{self, Cell},
    columns::Shown,
    list::Row,
    table::Shared,
};
use crate::strings::{self, labels};

/// How a row looks beside its cells.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    number: i64,
    selected: bool,
    open: bool,
    stop: bool,
    stale: bool,
    gone: bool,
}

/// A session in the list. Clicks and keys are heard by the table's body (walk.rs): a row has few ears of its own.
#[component]
pub fn SessionRow(
    /// The row.
    row: Row,
    /// Where it stands among the rows that are drawn, from 0.
    at: ReadSignal<usize>,
) -> impl IntoView {
    let list = expect_context::<List>();
    let shared = expect_context::<Shared>();
    let Row { id, data, is_new, gone } = row;
    let node = NodeRef::<html::Tr>::new();
    let stale = data.clone();
    let look = move || Look {
        number: shared.number(at.get()),
        selected: list.selection.has(id),
        open: shared.open.get() == Some(id),
        stop: shared.is_stop(id),
        stale: stale.with(cells::is_stale),
        gone: gone.get(),
    };
    // One effect for all of it: each costs as much as a cell.
    Effect::new(move |before: Option<Option<Look>>| {
        let look = look();
        let row: HtmlTableRowElement = node.get()?;
        dress(&row, is_new, before.flatten(), look);
        Some(look)
    });
    let actions = actions(&data);
    let cells = move || {
        let cell = |shown: &Shown| data.with(|session| cell(list, shown, session));
        shared.columns.with(|columns| columns.iter().map(cell).collect_view())
    };
    view! {
        <tr node_ref=node role="row" aria-selected="false" tabindex="-1" data-session=id.to_string()>
            <td class="c-check" role="gridcell">
                <input type="checkbox" tabindex="-1" aria-label=strings::select_session(id) />
            </td>
            {cells}
            <td class="c-actions" role="gridcell">{actions}</td>
        </tr>
    }
    .into_any()
}

fn cell(list: List, shown: &Shown, session: &deskwarden_types::api::Session) -> AnyView {
    let Cell { tip, inside } = cells::cell(shown, session);
    let id = session.id;
    // The link makes a row reachable in another tab; rows without the column are opened by Enter or a click.
    let inside = if shown.class == "c-id" {
        let href = move || list.address.with(|a| Address { open: Some(id), ..a.clone() }.link());
        view! { <a href=href tabindex="-1">{inside}</a> }.into_any()
    } else {
        inside
    };
    view! {
        <td class=shown.class role="gridcell" data-field=shown.column.field.as_str() data-label=labels::column_label(&shown.column) data-tip=tip>
            {inside}
        </td>
    }
    .into_any()
}

/// Makes the row's element look like this; what it says already is not said again.
fn dress(row: &Element, is_new: bool, before: Option<Look>, look: Look) {
    // Attributes are refused only for names that are no names.
    let set = |name: &str, value: &str| drop(row.set_attribute(name, value));
    let is = |of: fn(&Look) -> bool| (before.as_ref().is_some_and(of) != of(&look)).then_some(of(&look));
    if before.is_none_or(|before| before.number != look.number) {
        set("aria-rowindex", &(look.number + 1).to_string());
    }
    if let Some(selected) = is(|look| look.selected) {
        set("aria-selected", if selected { "true" } else { "false" });
        check(row, selected);
    }
    if let Some(stop) = is(|look| look.stop) {
        set("tabindex", if stop { "0" } else { "-1" });
    }
    if let Some(gone) = is(|look| look.gone) {
        set("data-tip", if gone { strings::left_list() } else { "" });
    }
    let class = class(is_new, look);
    if before.map_or(String::new(), |before| self::class(is_new, before)) != class {
        row.set_class_name(&class);
    }
}

fn class(is_new: bool, look: Look) -> String {
    let has =
        [("new", is_new), ("open", look.open), ("selected", look.selected), ("stale", look.stale), ("gone", look.gone)];
    let names: Vec<_> = has.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect();
    names.join(" ")
}

/// Shows in a row's box whether it is selected.
pub fn check(row: &Element, selected: bool) {
    let found = row.query_selector("input").ok().flatten();
    if let Some(input) = found.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        input.set_checked(selected);
    }
}
