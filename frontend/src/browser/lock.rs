//! Web Locks: one tab at a time.

use std::{cell::RefCell, future::Future, rc::Rc};

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Runs `work` while no other tab of this origin holds the lock of that name. Where the browser has no
/// locks (pages without TLS), it runs at once.
pub async fn with_lock<T: 'static>(name: &str, work: impl Future<Output = T> + 'static) -> Option<T> {
    let Some((locks, request)) = manager() else {
        return Some(work.await);
    };
    let result = Rc::new(RefCell::new(None));
    let kept = Rc::clone(&result);
    // The browser's own: whoever asked may be gone when the lock comes, and the work is done all the same.
    let held = Closure::once_into_js(move |_lock: JsValue| -> Promise {
        future_to_promise(async move {
            let value = work.await;
            *kept.borrow_mut() = Some(value);
            Ok(JsValue::UNDEFINED)
        })
    });
    let asked = request.call2(&locks, &name.into(), &held);
    let promise = asked.ok()?.dyn_into::<Promise>().ok()?;
    JsFuture::from(promise).await.ok()?;
    result.borrow_mut().take()
}

fn manager() -> Option<(JsValue, Function)> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
