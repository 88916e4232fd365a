//! Copying.

use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Copies a text; `false` where the browser forbids it (pages without TLS, for one).
pub async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    // `clipboard` is missing on pages without TLS, which the binding does not know.
    let there = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|c| c.is_object());
    there && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}
