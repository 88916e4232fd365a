//! Where the keyboard is.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What takes the focus inside something.
const FOCUSABLE: &str =
    "input:not([disabled]),textarea:not([disabled]),select,button:not([disabled]),a[href],[tabindex='0']";

/// Moves the focus to an element.
pub fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Fails only for what can't be focused, which then simply is not.
        let _ = element.focus();
    }
}

/// Moves the focus to the first thing inside an element that takes it.
pub fn focus_first(inside: &web_sys::Element) {
    if let Ok(Some(element)) = inside.query_selector(FOCUSABLE) {
        focus(&element);
    }
}

/// Whether the keys typed now belong to a field or a dialog.
pub fn typing_elsewhere() -> bool {
    let dialog_open = document().query_selector("dialog[open]").ok().flatten().is_some();
    let in_field = document().active_element().is_some_and(|e| {
        let name = e.tag_name();
        let kind = e.get_attribute("type").unwrap_or_default();
        (name == "INPUT" && kind != "checkbox") || name == "TEXTAREA" || name == "SELECT"
    });
    dialog_open || in_field
}
