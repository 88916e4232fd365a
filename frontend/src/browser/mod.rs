//! What the browser offers, in the shape the console needs.

mod clipboard;
mod focus;
mod lock;
mod storage;
mod tab;
mod wait;

pub use clipboard::{clipboard_text, copy};
pub use focus::{Spot, focus, focus_first, is_searching, keep_focus, show_from_top, typing_elsewhere};
pub use lock::with_lock;
pub use storage::{can_remember, remember, remembered};
pub use tab::{Tab, keep_as_file};
pub use wait::{after_paint, sleep};

use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The server's address from the page's head; empty for the page's own server.
pub fn api_base() -> String {
    let meta = document().query_selector("meta[name=deskwarden-api]").ok().flatten();
    meta.and_then(|m| m.get_attribute("content")).unwrap_or_default()
}

/// A fault of the program shows a page that says what to do, instead of one that is dead.
pub fn show_panics() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&JsValue::from_str(&info.to_string()));
        if let Some(root) = web_sys::window().and_then(|w| w.document()).and_then(|d| d.document_element()) {
            // The attribute is all the stylesheet needs; there is nobody left to tell of a failure here.
            let _ = root.set_attribute("data-failed", "run");
        }
    }));
}

/// Takes away what the page shows until the program has come.
pub fn remove_boot_screen() {
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
}

/// 128 random bits in hexadecimal: a key under which a request acts once.
pub fn random_key() -> String {
    let mut bytes = [0_u8; 16];
    let crypto = window().crypto();
    if crypto.and_then(|c| c.get_random_values_with_u8_array(&mut bytes)).is_err() {
        // Every browser has it; without it, time and chance still make the key this tab's own.
        let seed = js_sys::Date::now().to_bits() ^ js_sys::Math::random().to_bits();
        bytes = (u128::from(seed) << 32 | u128::from(seed.reverse_bits() >> 3)).to_be_bytes();
    }
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The path and query of the page, to come back to.
pub fn here() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Loads the page anew, at the same address.
pub fn load_again() {
    // Refused only where there is no page to load.
    let _ = window().location().reload();
}
