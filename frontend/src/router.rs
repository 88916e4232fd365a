//! The page's address as the console's state: what is shown follows it, and links change it without loading the page.
//!
//! Small on purpose: the console has a handful of pages, and each of them is in the program that everybody loads.

mod click;
mod query;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsValue;

pub use self::query::Query;
use crate::pages::sessions::address::place;

/// Where the list is; what has no page of its own begins here.
pub const HOME: &str = "/sessions";
/// Where a person's own things are; members begin here.
pub const MY_PAGE: &str = "/my";

/// The address. `Copy`, and good for as long as the page lives.
#[derive(Clone, Copy)]
pub struct Router {
    /// The path, without a slash at its end.
    pub path: Memo<String>,
    /// The parameters behind the `?`.
    pub query: Memo<Query>,
    place: RwSignal<(String, Query)>,
    /// Whether the console was opened without saying where.
    pub bare: StoredValue<bool>,
}

/// The address, from the context.
pub fn use_router() -> Router {
    expect_context::<Router>()
}

impl Router {
    /// Provides it to what is below, and follows links and the browser's buttons from now on.
    pub fn provide() -> Self {
        let bare = StoredValue::new(window().location().pathname().is_ok_and(|path| path == "/"));
        let place = RwSignal::new(here());
        let path = Memo::new(move |_| place.with(|p| p.0.clone()));
        let query = Memo::new(move |_| place.with(|p| p.1.clone()));
        let router = Self { path, query, place, bare };
        provide_context(router);
        let clicks = window_event_listener(ev::click, move |event| {
            if let Some(to) = click::followed(&event) {
                event.prevent_default();
                router.go(&to, false);
            }
        });
        let steps = window_event_listener(ev::popstate, move |_| router.look());
        on_cleanup(move || {
            clicks.remove();
            steps.remove();
        });
        router
    }

    /// Goes to an address of this site, from its `/` on. `replace`: without a step for the back button.
    pub fn go(self, to: &str, replace: bool) {
        let Ok(history) = window().history() else { return };
        let same = crate::browser::here() == to;
        // Fails only for an address of another site, which is no place of ours.
        let gone = if replace || same {
            history.replace_state_with_url(&JsValue::NULL, "", Some(to))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(to))
        };
        if gone.is_ok() {
            self.look();
        }
    }

    /// The session whose panel is open, as the address names it.
    pub fn session(self) -> Option<String> {
        self.path.with(|path| path.starts_with(HOME).then(|| place(path).1)).flatten().filter(|id| !id.contains('/'))
    }

    fn look(self) {
        let now = here();
        if self.place.with_untracked(|place| *place != now) {
            self.place.set(now);
        }
    }
}

/// Where the browser is. The bare address becomes the list's.
fn here() -> (String, Query) {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let search = location.search().unwrap_or_default();
    let mut path = path.trim_end_matches('/');
    if path.is_empty() {
        path = HOME;
        // Without it the list is shown all the same.
        let _ = window()
            .history()
            .and_then(|h| h.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{HOME}{search}"))));
    }
    (path.to_owned(), Query::of(search))
}
