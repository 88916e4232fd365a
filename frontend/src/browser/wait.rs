//! Waiting.

use std::time::Duration;

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Lets that much time pass.
pub async fn sleep(time: Duration) {
    let promise = Promise::new(&mut |resolve, _| {
        set_timeout(move || drop(resolve.call0(&wasm_bindgen::JsValue::UNDEFINED)), time);
    });
    // The promise is never refused.
    let _ = JsFuture::from(promise).await;
}
