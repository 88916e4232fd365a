//! What this browser keeps: preferences only, never a token.

use leptos::prelude::*;

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// A preference kept earlier.
pub fn remembered(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Whether this browser lets the page keep anything.
pub fn can_remember() -> bool {
    storage().is_some()
}

/// Keeps a preference, or forgets it; without storage it lasts as long as the page.
pub fn remember(key: &str, value: Option<&str>) {
    if let Some(storage) = storage() {
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}
