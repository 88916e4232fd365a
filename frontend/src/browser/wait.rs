//! Waiting.

use std::time::Duration;

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Does this when the browser has painted what is there now. Nobody waits for a page that is not seen.
pub fn after_paint(act: impl FnOnce() + 'static) {
    if document().hidden() {
        return set_timeout(act, Duration::ZERO);
    }
    // Behind the frame, not before it.
    request_animation_frame(move || set_timeout(act, Duration::ZERO));
}

/// Lets that much time pass.
pub async fn sleep(time: Duration) {
    let promise = Promise::new(&mut |resolve, _| {
        set_timeout(move || drop(resolve.call0(&wasm_bindgen::JsValue::UNDEFINED)), time);
    });
    // The promise is never refused.
    let _ = JsFuture::from(promise).await;
}
