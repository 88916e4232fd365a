//! One session, beside the list: its frame, and in it what comes later.

mod consents;
mod detail;
mod facts;
mod hold;
mod known;
mod timeline;
mod verbs;

use leptos::{html, prelude::*};

use self::known::Known;
pub use self::known::KnownSession;
use crate::{
    browser,
    keys::{self, Key},
    later::{self, Later},
    pages::sessions::{Go, List, focus_row_of},
    parts::{Icon, icons},
    router::use_router,
    strings,
};

/// The panel for the session of the address.
#[component]
pub fn SessionPanel() -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let router = use_router();
    let title = move || strings::session_title(router.session().unwrap_or_default());
    let close = move || {
        let id = router.session();
        go.close(&list.address.get_untracked());
        if let Some(id) = id.and_then(|id| id.parse().ok()) {
            request_animation_frame(move || focus_row_of(id));
        }
    };
    keys::on(Key::Escape, close);
    // In a low window it is the page that scrolls, and a card further down was clicked.
    let node = NodeRef::<html::Aside>::new();
    Effect::new(move |_| {
        router.session();
        if let Some(node) = node.get() {
            browser::show_from_top(&node);
        }
    });
    view! {
        <aside node_ref=node class="panel" aria-label=title>
            <header class="panel-head">
                <button type="button" class="button icon-only narrow-only" aria-label=strings::back_to_list() on:click=move |_| close()>
                    <Icon icon=icons::BACK />
                </button>
                <h2 class="num">{title}</h2>
                <span class="grow"></span>
                <button type="button" class="button icon-only wide-only" aria-label=strings::close_panel() on:click=move |_| close()>
                    <Icon icon=icons::CLOSE />
                </button>
            </header>
            <Later part=later::session />
        </aside>
    }
    .into_any()
}
