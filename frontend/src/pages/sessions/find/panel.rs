//! Panels that open below their button, for what is filled in or chosen several times over.

use leptos::{
    ev::{self, FocusEvent, KeyboardEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;

use super::Find;
use crate::{
    browser,
    later::{self, Later, Load},
    parts::{Icon, icons},
};

/// The panels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Words in a field, and choices.
    Filter,
    /// From and to.
    Dates,
    /// Saved views.
    Views,
}

impl Panel {
    fn part(self) -> Load {
        match self {
            Self::Filter => later::filter_panel,
            Self::Dates => later::dates_panel,
            Self::Views => later::views_panel,
        }
    }
}

/// A button with its panel. Escape closes it, and so does going elsewhere with the keyboard or a click.
pub fn panel_button(find: Find, panel: Panel, words: Signal<String>, icon: icondata_core::Icon) -> AnyView {
    let button = NodeRef::<html::Button>::new();
    let whole = NodeRef::<html::Span>::new();
    let open = Memo::new(move |_| find.panel.get() == Some(panel));
    let toggle = move |_| find.panel.set((!open.get_untracked()).then_some(panel));
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            event.prevent_default();
            find.panel.set(None);
            if let Some(button) = button.get_untracked() {
                browser::focus(&button);
            }
        }
    };
    let left = move |event: FocusEvent| {
        // Nowhere: what had the focus is gone, or the pointer was pressed; that is looked after elsewhere.
        let Some(into) = event.related_target().and_then(|t| t.dyn_into::<web_sys::Node>().ok()) else { return };
        let inside = whole.get_untracked().is_some_and(|whole| whole.contains(Some(&into)));
        if !inside && open.get_untracked() {
            find.panel.set(None);
        }
    };
    view! {
        <span node_ref=whole class="panel-place" on:keydown=keys on:focusout=left>
            <button
                node_ref=button
                type="button"
                class="button"
                aria-expanded=move || open.get().to_string()
                on:click=toggle
            >
                <Icon icon=icon />
                <span class="panel-words">{words}</span>
                <Icon icon=icons::OPEN />
            </button>
            {move || {
                open.get().then(|| {
                    view! {
                        <div class="drop" role="group" aria-label=words tabindex="-1"><Later part=panel.part() /></div>
                    }
                })
            }}
        </span>
    }
    .into_any()
}

/// Closes what is open when the pointer is pressed beside it.
pub fn close_panels(find: Find) {
    let listener = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let inside = target.is_some_and(|e| e.closest(".panel-place").is_ok_and(|place| place.is_some()));
        if !inside && find.panel.with_untracked(Option::is_some) {
            find.panel.set(None);
        }
    });
    on_cleanup(move || listener.remove());
}

/// Puts the keyboard on the first thing of a panel when that is there.
pub fn begin_at(inside: NodeRef<html::Div>) {
    Effect::new(move |_| {
        if let Some(inside) = inside.get() {
            browser::focus_first(&inside);
        }
    });
}
