//! A column's header: its name and what it means, the order, and its width.

use leptos::{
    ev::{KeyboardEvent, MouseEvent, PointerEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;

use super::{
    Go, List,
    address::{NARROWEST, WIDEST},
    columns::{self, Shown},
    remembered,
    table::Shared,
};
use crate::{
    parts::{Icon, icons},
    strings::{self, labels},
};

/// By how much an arrow key changes a width, in pixels.
const STEP: i32 = 16;

/// A header. A click sorts by the column, the next one the other way round, with Shift after the columns before.
pub fn head(shown: &Shown, is_stop: bool) -> AnyView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let shared = expect_context::<Shared>();
    let field = shown.column.field;
    let (label, tip) = (labels::column_label(&shown.column), labels::column_tip(&shown.column));
    let own = shown.width;
    let width = move || {
        let dragged = shared.dragged.get().filter(|(of, _)| *of == field).map(|(_, width)| width);
        dragged.or(own).map(|width| format!("{width}px"))
    };
    let resize = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowRight" if event.shift_key() => STEP,
            "ArrowLeft" if event.shift_key() => -STEP,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let head = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let cell = head.and_then(|head| head.closest("th").ok().flatten());
        let now = cell.map_or(i32::from(columns::usual_width(field)), |cell| cell.client_width());
        let width = (now + by).clamp(i32::from(NARROWEST), i32::from(WIDEST));
        set_width(list, go, field, width as u16);
    };
    let stop = if is_stop { "0" } else { "-1" };
    let edge = edge(list, go, shared, field);
    let Some(_) = columns::sort_key(field) else {
        return view! {
            <th class=shown.class role="columnheader" scope="col" style:width=width data-field=field.as_str()>
                <span class="head" tabindex=stop data-tip=tip.clone() aria-description=tip on:keydown=resize>{label}</span>
                {edge}
            </th>
        }
        .into_any();
    };
    let state = Memo::new(move |_| {
        let order = list.address.with(super::Address::sort);
        (columns::place_in(&order, field), order.len())
    });
    let sort = move |event: MouseEvent| {
        let order = list.address.with_untracked(super::Address::sort);
        match columns::clicked(&order, field, event.shift_key()) {
            Some(order) => {
                let sort = columns::order_text(order);
                go.list(&list.address.with_untracked(|a| a.with(|a| a.query.sort = sort)), false);
            }
            None => list.announce.say(strings::most_keys().to_owned()),
        }
    };
    let word = move || match state.get() {
        (Some((0, true)), _) => "descending",
        (Some((0, false)), _) => "ascending",
        _ => "none",
    };
    let arrow = move || {
        let (place, keys) = state.get();
        place.map(|(at, down)| {
            let number = (keys > 1).then(|| {
                let number = (at + 1).to_string();
                view! {
                    <span class="sort-place"><span class="unseen">{strings::sort_place(&number)}</span><span aria-hidden="true">{number.clone()}</span></span>
                }
            });
            view! { <Icon icon=if down { icons::DOWN } else { icons::UP } /> {number} }
        })
    };
    let how = strings::sortable_how(tip);
    view! {
        <th class=shown.class role="columnheader" scope="col" aria-sort=word style:width=width data-field=field.as_str()>
            <button type="button" class="head sortable" tabindex=stop data-tip=how.clone() aria-description=how on:click=sort on:keydown=resize>
                <span class="head-label">{label}</span> {arrow}
            </button>
            {edge}
        </th>
    }
    .into_any()
}

/// The edge that the pointer drags to make the column wider.
fn edge(list: List, go: Go, shared: Shared, field: deskwarden_types::SessionField) -> impl IntoView {
    // Where the pointer went down, and how wide the column was.
    let from = StoredValue::new(None::<(i32, i32)>);
    let element = |event: &PointerEvent| event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let down = move |event: PointerEvent| {
        let Some(edge) = element(&event) else { return };
        let width = edge.parent_element().map_or(0, |th| th.client_width());
        event.prevent_default();
        // Without it the drag ends where the pointer leaves the edge.
        let _ = edge.set_pointer_capture(event.pointer_id());
        from.set_value(Some((event.client_x(), width)));
    };
    let moved = move |event: PointerEvent| {
        if let Some((x, width)) = from.get_value() {
            let width = (width + event.client_x() - x).clamp(i32::from(NARROWEST), i32::from(WIDEST));
            shared.dragged.set(Some((field, width as u16)));
        }
    };
    let up = move |_: PointerEvent| {
        from.set_value(None);
        if let Some((_, width)) = shared.dragged.get_untracked() {
            set_width(list, go, field, width);
            shared.dragged.set(None);
        }
    };
    view! { <span class="edge" aria-hidden="true" on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=up></span> }
}

fn set_width(list: List, go: Go, field: deskwarden_types::SessionField, width: u16) {
    let address = list.address.get_untracked();
    let mut columns = columns::arranged(&address, list.ad_username.get_untracked());
    if let Some(column) = columns.iter_mut().find(|column| column.field == field) {
        column.width = Some(width.clamp(NARROWEST, WIDEST));
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
