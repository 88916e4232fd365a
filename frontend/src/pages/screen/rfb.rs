//! noVNC: loaded when the first screen is to be shown, and told what to do.

use std::{cell::Cell, pin::pin, rc::Rc, time::Duration};

use futures_util::future::{Either, select};
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CloseEvent, Element, HtmlScriptElement, WebSocket};

use crate::browser;

/// The module that brings it, and where that leaves it.
const MODULE: &str = "/assets/later-screen.js";
const CLASS: &str = "deskwardenScreen";
/// What the module calls out when it is there.
const READY: &str = "deskwarden-screen";
/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a socket says that was never closed in order.
const ABNORMAL: u16 = 1006;

#[wasm_bindgen]
extern "C" {
    /// noVNC's `RFB`.
    #[derive(Clone)]
    type Rfb;
    #[wasm_bindgen(method, setter, js_name = viewOnly)]
    fn set_view_only(this: &Rfb, on: bool);
    #[wasm_bindgen(method, setter, js_name = scaleViewport)]
    fn set_scale_viewport(this: &Rfb, on: bool);
    #[wasm_bindgen(method, setter, js_name = resizeSession)]
    fn set_resize_session(this: &Rfb, on: bool);
    #[wasm_bindgen(method, js_name = addEventListener)]
    fn listen(this: &Rfb, name: &str, act: &Function);
    #[wasm_bindgen(method, js_name = sendCtrlAltDel)]
    fn send_ctrl_alt_del(this: &Rfb);
    #[wasm_bindgen(method, js_name = clipboardPasteFrom)]
    fn clipboard_paste_from(this: &Rfb, text: &str);
    #[wasm_bindgen(method)]
    fn focus(this: &Rfb);
    #[wasm_bindgen(method, catch)]
    fn disconnect(this: &Rfb) -> Result<(), JsValue>;
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// The WebSocket's close code.
    pub code: u16,
    /// Whether the screen had been there.
    pub was_there: bool,
}

/// A screen in the page.
pub struct Screen {
    rfb: Rfb,
    /// What listens to it.
    _ears: [Closure<dyn FnMut(JsValue)>; 2],
}

impl Screen {
    /// Fits the screen into the page, or shows it as large as it is.
    pub fn scale(&self, on: bool) {
        self.rfb.set_scale_viewport(on);
    }

    /// The three keys that the browser's own machine would take.
    pub fn ctrl_alt_del(&self) {
        self.rfb.send_ctrl_alt_del();
        self.rfb.focus();
    }

    /// Puts a text into the session's clipboard.
    pub fn paste(&self, text: &str) {
        self.rfb.clipboard_paste_from(text);
        self.rfb.focus();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Refused where it is closed already.
        let _ = self.rfb.disconnect();
    }
}

/// Connects to a stream's address and shows the screen inside `target`. `on_there` comes with its first picture; the
/// stream tells how it ended.
pub async fn connect(
    target: &Element,
    address: &str,
    view_only: bool,
    scale: bool,
    on_there: impl Fn() + 'static,
) -> Result<(Screen, Stream), JsValue> {
    let class = class().await?;
    let socket = WebSocket::new(&socket_address(address))?;
    let there = Rc::new(Cell::new(false));
    let was_there = Rc::clone(&there);
    // Before noVNC has it: the code says more than its own event.
    let ended = Promise::new(&mut |resolve, _| {
        // Fails for nothing that is a socket.
        let _ = socket.add_event_listener_with_callback("close", &resolve);
    });
    let options = Object::new();
    Reflect::set(&options, &"shared".into(), &true.into())?;
    let made = Reflect::construct(&class, &Array::of3(target, &socket, &options))?;
    let rfb = made.unchecked_into::<Rfb>();
    rfb.set_view_only(view_only);
    rfb.set_scale_viewport(scale);
    rfb.set_resize_session(!view_only);
    let keyboard = rfb.clone();
    let on_connect = Closure::<dyn FnMut(JsValue)>::new(move |_| {
        there.set(true);
        on_there();
        // The screen is hidden until the page has been drawn anew, and what is hidden takes no keyboard.
        let keyboard = keyboard.clone();
        leptos::task::spawn_local(async move {
            browser::sleep(Duration::ZERO).await;
            keyboard.focus();
        });
    });
    rfb.listen("connect", on_connect.as_ref().unchecked_ref());
    // What is copied in the session can be pasted here, where the browser allows it.
    let on_copy = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let text = Reflect::get(&event, &"detail".into()).and_then(|detail| Reflect::get(&detail, &"text".into()));
        if let Some(text) = text.ok().and_then(|text| text.as_string()) {
            leptos::task::spawn_local(async move {
                browser::copy(&text).await;
            });
        }
    });
    if !view_only {
        rfb.listen("clipboard", on_copy.as_ref().unchecked_ref());
    }
    Ok((Screen { rfb, _ears: [on_connect, on_copy] }, Stream { ended, there: was_there }))
}

/// A stream that is open.
pub struct Stream {
    ended: Promise,
    there: Rc<Cell<bool>>,
}

impl Stream {
    /// Waits for its end.
    pub async fn end(self) -> Closed {
        let event = JsFuture::from(self.ended).await.ok().and_then(|event| event.dyn_into::<CloseEvent>().ok());
        Closed { code: event.map_or(ABNORMAL, |event| event.code()), was_there: self.there.get() }
    }
}

/// A stream's path at the server, as a WebSocket's address.
fn socket_address(path: &str) -> String {
    let base = match browser::api_base() {
        own if own.is_empty() => window().location().origin().unwrap_or_default(),
        other => other,
    };
    let base = base.trim_end_matches('/');
    match base.strip_prefix("http") {
        Some(rest) => format!("ws{rest}{path}"),
        None => format!("{base}{path}"),
    }
}

/// noVNC's class; its modules are loaded the first time.
async fn class() -> Result<Function, JsValue> {
    let there = || Reflect::get(&window(), &CLASS.into()).ok()?.dyn_into::<Function>().ok();
    if let Some(class) = there() {
        return Ok(class);
    }
    let script = document().create_element("script")?.dyn_into::<HtmlScriptElement>().map_err(JsValue::from)?;
    script.set_type("module");
    script.set_src(MODULE);
    let loaded = Promise::new(&mut |resolve, reject| {
        // Fails for nothing that is a window or an element.
        let _ = window().add_event_listener_with_callback(READY, &resolve);
        let _ = script.add_event_listener_with_callback("error", &reject);
    });
    document().document_element().ok_or(JsValue::NULL)?.append_child(&script)?;
    let late = pin!(browser::sleep(PATIENCE));
    if let Either::Left((loaded, _)) = select(JsFuture::from(loaded), late).await {
        loaded?;
    }
    there().ok_or(JsValue::NULL)
}
