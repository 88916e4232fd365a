//! Clicks on links.

use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement};

/// The address that the click leads to, from its `/` on, if it is for the console and not for the browser: another tab,
/// another site, a download, a place in the same page.
pub fn followed(event: &MouseEvent) -> Option<String> {
    let held = event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key();
    if event.default_prevented() || event.button() != 0 || held {
        return None;
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let link = target.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let other = !link.target().is_empty() || link.has_attribute("download") || link.rel() == "external";
    if other || link.origin() != window().location().origin().ok()? || !link.hash().is_empty() {
        return None;
    }
    Some(link.pathname() + &link.search())
}
