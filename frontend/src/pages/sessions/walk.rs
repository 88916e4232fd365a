//! Going through the table with the keyboard: one row is the Tab stop, arrows lead from there. And what a click does in
//! a row: the table's body hears it for all of them.

use deskwarden_types::SessionId;
use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{Go, List, row, table::Shared, window::Window};
use crate::{
    browser,
    confirm::{Confirm, Target},
    keys::{self, Key},
};

/// What stands in a row and can be used.
const INSIDE: &str = "input, a[href], button";
/// What stands in the actions of a row; one that is not allowed says why.
const ACTIONS: &str = ".c-actions button";

/// A key was pressed in the body of the table.
pub fn pressed(event: &KeyboardEvent, list: List, go: Go, shared: Shared, seen: Window) {
    let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return };
    if target.closest(".menu-panel").ok().flatten().is_some() {
        return;
    }
    let Some(row) = target.closest("tr[data-session]").ok().flatten() else { return };
    let Some(id) = row.get_attribute("data-session").and_then(|id| id.parse().ok()) else { return };
    list.touched();
    let key = keys::in_list(event).filter(|key| !selects(key) || !untrack(|| list.is_between()));
    let on_row = target == row;
    // Boxes, links and buttons keep the keys that they know themselves.
    if !on_row && matches!(key, Some(Key::Open | Key::Select)) {
        return;
    }
    let rows = list.rows.with_untracked(Vec::len);
    let at = list.rows.with_untracked(|rows| rows.iter().position(|row| row.id == id)).unwrap_or(0);
    let to = |at: usize| to_row(list, seen, at);
    match key {
        Some(Key::Up) if at == 0 => focus_in(&row, ".table", ".head[tabindex='0']"),
        Some(Key::Down) => to((at + 1).min(rows.saturating_sub(1))),
        Some(Key::Up) => to(at - 1),
        Some(Key::First) => to(0),
        Some(Key::Last) => to(rows.saturating_sub(1)),
        Some(Key::PageDown) => to((at + seen.page()).min(rows.saturating_sub(1))),
        Some(Key::PageUp) => to(at.saturating_sub(seen.page())),
        Some(Key::Open) => go.session(id, &list.address.get_untracked()),
        Some(Key::Select) => list.toggle(id),
        Some(Key::SelectRange) => list.select_to(id),
        Some(Key::SelectAll) => list.select_page(),
        Some(Key::Actions) => focus_in(&row, "tr", ACTIONS),
        Some(Key::Inside) => beside(&row, &target, true),
        Some(Key::Outside) => beside(&row, &target, false),
        _ => return,
    }
    shared.cursor.update_untracked(|cursor| *cursor = cursor.or(Some(id)));
    event.prevent_default();
    event.stop_propagation();
}

/// Whether a key selects rows.
fn selects(key: &Key) -> bool {
    matches!(key, Key::Select | Key::SelectRange | Key::SelectAll)
}

/// The row that an event is in.
fn row_of(event: &web_sys::Event) -> Option<(Element, Element, SessionId)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let row = target.closest("tr[data-session]").ok()??;
    let id = row.get_attribute("data-session")?.parse().ok()?;
    Some((target, row, id))
}

/// A row has the keyboard.
pub fn focused(event: &FocusEvent, shared: Shared) {
    if let Some((target, row, id)) = row_of(event)
        && target == row
    {
        shared.cursor.set(Some(id));
    }
}

/// Somebody clicked in a row: on its box, on a verb, or beside what can be used, which opens the session.
pub fn clicked(event: &MouseEvent, list: List, go: Go, confirm: Confirm) {
    let Some((target, row, id)) = row_of(event) else { return };
    let within = |css: &str| target.closest(css).ok().flatten();
    let is_between = untrack(|| list.is_between());
    if is_between && within("input,button").is_some() {
        return event.prevent_default();
    }
    if within("input").is_some() {
        // The click comes before the change, and knows of the Shift key.
        if event.shift_key() {
            list.select_to(id)
        } else {
            list.toggle(id)
        }
        return row::check(&row, untrack(|| list.selection.has(id)));
    }
    if let Some(button) = within("button[data-verb]") {
        let verb = button.get_attribute("data-verb").and_then(|verb| verb.parse().ok());
        let may = !button.has_attribute("aria-disabled");
        if let Some((verb, row)) = verb.filter(|_| may).zip(untrack(|| list.row(id))) {
            confirm.ask(verb, vec![row.data.with_untracked(|session| Target::from(session))]);
        }
        return;
    }
    let selecting = window().get_selection().ok().flatten().is_some_and(|s| !s.is_collapsed());
    if within("a,button,label,.menu").is_some() || selecting {
        return;
    }
    if event.shift_key() {
        list.select_to(id);
    } else {
        go.session(id, &list.address.get_untracked());
    }
}

/// A key was pressed in the header: arrows lead from one to the next, and down into the rows.
pub fn pressed_in_head(event: &KeyboardEvent, list: List, seen: Window) {
    let Some(head) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return };
    if event.shift_key() || event.ctrl_key() || event.alt_key() {
        return;
    }
    let cell = head.closest("th").ok().flatten();
    let neighbour = match event.key().as_str() {
        "ArrowRight" => cell.and_then(|cell| cell.next_element_sibling()),
        "ArrowLeft" => cell.and_then(|cell| cell.previous_element_sibling()),
        "ArrowDown" => {
            event.prevent_default();
            return to_row(list, seen, 0);
        }
        _ => return,
    };
    event.prevent_default();
    // The header of what is not shown is none.
    let neighbour = neighbour.filter(|cell| cell.client_width() > 0);
    if let Some(next) = neighbour.and_then(|cell| cell.query_selector(".head, input").ok().flatten()) {
        for (element, stop) in [(&head, "-1"), (&next, "0")] {
            // Setting an attribute of an element fails for a bad name only.
            let _ = element.set_attribute("tabindex", stop);
        }
        browser::focus(&next);
    }
}

/// Puts the keyboard on a row, which may have to be drawn first.
fn to_row(list: List, seen: Window, at: usize) {
    let Some(id) = list.rows.with_untracked(|rows| rows.get(at).map(|row| row.id)) else { return };
    seen.show(at);
    if !focus_row(id) {
        request_animation_frame(move || {
            focus_row(id);
        });
    }
}

/// Puts the keyboard on the row of a session that was closed.
pub fn focus_row_of(id: SessionId) {
    focus_row(id);
}

/// Puts the keyboard on the row of this session, if it is drawn.
fn focus_row(id: SessionId) -> bool {
    let row = document().query_selector(&format!("tr[data-session='{id}']")).ok().flatten();
    if let Some(row) = &row {
        browser::focus(row);
    }
    row.is_some()
}

/// Puts the keyboard on the first of these inside what is around the row.
fn focus_in(row: &Element, around: &str, inside: &str) {
    let found = row.closest(around).ok().flatten().and_then(|e| e.query_selector(inside).ok().flatten());
    if let Some(found) = found {
        browser::focus(&found);
    }
}

/// To the next or the one before of what stands in the row; before the first is the row itself.
fn beside(row: &Element, from: &Element, on: bool) {
    let Ok(inside) = row.query_selector_all(INSIDE) else { return };
    let all: Vec<Element> = (0..inside.length()).filter_map(|at| inside.item(at)?.dyn_into().ok()).collect();
    let at = all.iter().position(|element| element == from);
    let next = match (at, on) {
        (None, true) => all.first(),
        (Some(at), true) => all.get(at + 1),
        (Some(at), false) => at.checked_sub(1).and_then(|at| all.get(at)).or(Some(row)),
        (None, false) => None,
    };
    if let Some(next) = next {
        browser::focus(next);
    }
}
