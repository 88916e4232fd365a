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

/// The text that was copied last; none where the browser does not let the page read it.
pub async fn clipboard_text() -> Option<String> {
    let navigator = window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok().filter(|c| c.is_object())?;
    // Not all browsers have it.
    js_sys::Reflect::get(&clipboard, &"readText".into()).ok().filter(|read| read.is_function())?;
    JsFuture::from(navigator.clipboard().read_text()).await.ok()?.as_string()
}
