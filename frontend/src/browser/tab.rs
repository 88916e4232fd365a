//! Tabs of their own, and files to keep.

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url, Window};

/// A tab that was opened by a click, before it is known what is to be in it.
pub struct Tab(Option<Window>);

impl Tab {
    /// Opens one; only while the browser still counts the click. It may refuse.
    pub fn open() -> Self {
        Self(window().open_with_url_and_target("", "_blank").ok().flatten())
    }

    /// Shows this address of the console in it; `false` where there is no tab.
    pub fn show(&self, address: &str) -> bool {
        self.0.as_ref().is_some_and(|tab| tab.location().set_href(address).is_ok())
    }

    /// Takes it away again.
    pub fn close(&self) {
        if let Some(tab) = &self.0 {
            // Fails only for a tab that is gone.
            let _ = tab.close();
        }
    }
}

/// Lets the person keep a text as a file; `false` where the browser forbids it.
pub fn keep_as_file(name: &str, text: &str) -> bool {
    let keep = || -> Result<(), JsValue> {
        let blob = Blob::new_with_str_sequence(&Array::of1(&text.into()))?;
        let address = Url::create_object_url_with_blob(&blob)?;
        let link = document().create_element("a")?.dyn_into::<HtmlAnchorElement>().map_err(JsValue::from)?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&address)
    };
    keep().is_ok()
}
