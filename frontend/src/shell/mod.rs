//! What is around every page of somebody who is signed in.

mod notices;
mod rail;
mod refresh;
mod top_bar;
mod user_menu;

use deskwarden_types::Permission;
use leptos::prelude::*;

pub use self::{notices::Told, rail::KindsInUse, refresh::Refreshes, user_menu::Account};
use self::{rail::Rail, top_bar::TopBar};
use crate::{
    api::{SignedInAs, use_api},
    app::PageHere,
    browser,
    confirm::ConfirmLayer,
    keys,
    later::{self, Later},
    parts::Empty,
    router::{HOME, use_router},
    strings,
};

/// Rail, top bar, the page, and the layers above it.
#[component]
pub fn Shell() -> impl IntoView {
    let api = use_api();
    let router = use_router();
    KindsInUse::provide();
    Refreshes::provide();
    let keys_open = keys::provide();
    Effect::new(move |was_there: Option<bool>| {
        let is_nobody = api.who.get() == SignedInAs::Nobody;
        if is_nobody {
            let back = String::from(js_sys::encode_uri_component(&browser::here()));
            // Whoever did not ask for it here is told.
            let ended = if was_there == Some(true) && !api.left.get_value() { "&ended=yes" } else { "" };
            router.go(&format!("/sign-in?back={back}{ended}"), true);
        }
        api.who.with(|who| who.person().is_some()) || was_there == Some(true) && !is_nobody
    });
    Effect::new(move |_| {
        if api.me().is_some() && router.bare.get_value() {
            router.bare.set_value(false);
            if api.home() != HOME {
                router.go(api.home(), true);
            }
        }
    });
    // One memo, so that a refreshed token does not build the page anew.
    let stage = Memo::new(move |_| match api.who.get() {
        SignedInAs::Person(_) => 2,
        SignedInAs::Unreachable(_) => 1,
        SignedInAs::Asking | SignedInAs::Nobody => 0,
    });
    move || match stage.get() {
        2 => view! {
            <a class="skip" href="#content">{strings::skip()}</a>
            <div class="shell">
                <Rail />
                <TopBar />
                <main id="content" class="content" tabindex="-1"><PageHere /></main>
            </div>
            <ConfirmLayer />
            {keys_layer(keys_open)}
        }
        .into_any(),
        1 => {
            let why = move || match api.who.get() {
                SignedInAs::Unreachable(why) => strings::unreachable(&why),
                _ => String::new(),
            };
            view! { <div class="boot"><p class="boot-note" role="alert">{why}</p></div> }.into_any()
        }
        _ => view! {
            <div class="boot" aria-busy="true" aria-label=strings::loading()>
                <div class="boot-rail"></div>
                <div class="boot-main"></div>
            </div>
        }
        .into_any(),
    }
}

/// The dialog of all keys, while it is open.
fn keys_layer(open: RwSignal<bool>) -> impl IntoView {
    let close = move || open.set(false);
    move || open.get().then(|| view! { <Later part=later::keys on_close=close /> })
}

/// A page for those who may see it; others are told what it needs.
#[component]
pub fn Guarded(
    /// What the page needs.
    needs: Permission,
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let api = use_api();
    let may = Memo::new(move |_| api.may(needs));
    move || {
        if may.get() {
            children().into_any()
        } else {
            view! { <Empty title=strings::not_for_you()><p>{strings::needs(needs)}</p></Empty> }.into_any()
        }
    }
}
