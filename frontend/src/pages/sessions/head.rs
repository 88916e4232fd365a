//! A column's header: its name and what it means, the order, and its width.

use deskwarden_domain::list::{self, SortKey};
use deskwarden_types::SessionField;
use leptos::{
    ev::{KeyboardEvent, MouseEvent, PointerEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    Go, List,
    address::{NARROWEST, WIDEST},
    columns::{self, Shown},
    remembered,
};
use crate::{
    parts::{Icon, icons},
    strings::{self, labels},
};

/// By how much an arrow key changes a width, in pixels.
const STEP: i32 = 16;

/// A header, as the list's order makes it. What is done with it is heard by all of the headers together: a click sorts by
/// the column, the next one the other way round, with Shift after the columns before.
pub fn head(shown: &Shown, is_stop: bool, order: &[SortKey]) -> AnyView {
    let field = shown.column.field;
    let (label, tip) = (labels::column_label(&shown.column), labels::column_tip(&shown.column));
    let width = shown.width.map(|width| format!("{width}px"));
    let stop = if is_stop { "0" } else { "-1" };
    if list::sort_key(field).is_none() {
        return view! {
            <th class=shown.class role="columnheader" scope="col" style:width=width data-field=field.as_str()>
                <span class="head" tabindex=stop data-tip=tip.clone() aria-description=tip>{label}</span>
                <span class="edge" aria-hidden="true"></span>
            </th>
        }
        .into_any();
    }
    let place = columns::place_in(order, field);
    let word = match place {
        Some((0, true)) => "descending",
        Some((0, false)) => "ascending",
        _ => "none",
    };
    let arrow = place.map(|(at, down)| {
        let number = (order.len() > 1).then(|| {
            let number = (at + 1).to_string();
            view! {
                <span class="sort-place"><span class="unseen">{strings::sort_place(&number)}</span><span aria-hidden="true">{number.clone()}</span></span>
            }
        });
        view! { <Icon icon=if down { icons::DOWN } else { icons::UP } /> {number} }
    });
    let how = strings::sortable_how(tip);
    view! {
        <th class=shown.class role="columnheader" scope="col" aria-sort=word style:width=width data-field=field.as_str()>
            <button type="button" class="head sortable" tabindex=stop data-tip=how.clone() aria-description=how>
                <span class="head-label">{label}</span> {arrow}
            </button>
            <span class="edge" aria-hidden="true"></span>
        </th>
    }
    .into_any()
}

/// The header that an event is in, if that is in such a part of it, and its column.
fn head_of(event: &web_sys::Event, part: &str) -> Option<(HtmlElement, SessionField)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let head = target.closest(part).ok()??.closest("th[data-field]").ok()??;
    let field = head.get_attribute("data-field")?.parse().ok()?;
    Some((head.dyn_into().ok()?, field))
}

/// Sorts by the header that was clicked.
pub fn clicked(event: &MouseEvent, list: List, go: Go) {
    let Some((_, field)) = head_of(event, ".sortable") else { return };
    let order = list.address.with_untracked(super::Address::sort);
    match columns::clicked(&order, field, event.shift_key()) {
        Some(order) => {
            let sort = columns::order_text(order);
            go.list(&list.address.with_untracked(|a| a.with(|a| a.query.sort = sort)), false);
        }
        // Told as a failure: it stays, and is read aloud.
        None => {
            let how = strings::most_keys_how().to_owned();
            list.notices.failure(strings::most_keys(list::MOST_KEYS), Some(how), None);
        }
    }
}

/// Makes the column wider or narrower with the keyboard; says whether it did.
pub fn resized(event: &KeyboardEvent, list: List, go: Go) -> bool {
    let by = match event.key().as_str() {
        "ArrowRight" if event.shift_key() => STEP,
        "ArrowLeft" if event.shift_key() => -STEP,
        _ => return false,
    };
    let Some((head, field)) = head_of(event, ".head") else { return false };
    event.prevent_default();
    event.stop_propagation();
    set_width(list, go, field, within(head.client_width() + by));
    true
}

/// The edge of a header that the pointer drags to make the column wider.
#[derive(Clone, Copy, Default)]
pub struct Edge {
    /// Whose it is, where the pointer went down, and how wide the column was.
    from: StoredValue<Option<(SessionField, i32, i32)>>,
}

impl Edge {
    /// The pointer went down.
    pub fn taken(self, event: &PointerEvent) {
        let Some((head, field)) = head_of(event, ".edge") else { return };
        event.prevent_default();
        // Without it the drag ends where the pointer leaves the edge.
        if let Some(edge) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
            let _ = edge.set_pointer_capture(event.pointer_id());
        }
        self.from.set_value(Some((field, event.client_x(), head.client_width())));
    }

    fn width(self, event: &PointerEvent) -> Option<(HtmlElement, SessionField, u16)> {
        let (field, x, width) = self.from.get_value()?;
        let (head, _) = head_of(event, ".edge")?;
        Some((head, field, within(width + event.client_x() - x)))
    }

    /// The pointer moved.
    pub fn moved(self, event: &PointerEvent) {
        if let Some((head, _, width)) = self.width(event) {
            // A width is a property that every browser knows.
            let _ = web_sys::HtmlElement::style(&head).set_property("width", &format!("{width}px"));
        }
    }

    /// The pointer let go.
    pub fn left(self, event: &PointerEvent, list: List, go: Go) {
        let before = self.from.get_value().map(|(_, _, width)| within(width));
        if let Some((_, field, width)) = self.width(event).filter(|(.., width)| Some(*width) != before) {
            set_width(list, go, field, width);
        }
        self.from.set_value(None);
    }
}

/// A width that a column can have.
fn within(width: i32) -> u16 {
    width.clamp(i32::from(NARROWEST), i32::from(WIDEST)) as u16
}

fn set_width(list: List, go: Go, field: SessionField, width: u16) {
    let address = list.address.get_untracked();
    let mut columns = columns::arranged(&address, list.ad_username.get_untracked());
    if let Some(column) = columns.iter_mut().find(|column| column.field == field) {
        column.width = Some(width);
    }
    arrange(list, go, columns, address.density);
}

/// Arranges the page anew: in its address, and for the next time.
pub fn arrange(
    list: List,
    go: Go,
    columns: Vec<deskwarden_types::api::ViewColumn>,
    density: Option<deskwarden_types::Density>,
) {
    let address = list.address.get_untracked();
    remembered::keep(address.page, address.query.state, &columns, density);
    let to = address.with(|a| {
        a.columns = columns;
        a.density = density;
    });
    go.arrange(&to);
}
