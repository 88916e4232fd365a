//! What is around every page of somebody who is signed in.

mod notices;
mod rail;
mod top_bar;
mod user_menu;

use deskwarden_types::Permission;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Outlet, hooks::use_navigate};

pub use self::rail::KindsInUse;
use self::{rail::Rail, top_bar::TopBar};
use crate::{
    api::{SignedInAs, use_api},
    browser,
    confirm::ConfirmLayer,
    parts::Empty,
    strings,
};

/// Rail, top bar, the page, and the layers above it.
#[component]
pub fn Shell() -> impl IntoView {
    let api = use_api();
    let navigate = use_navigate();
    KindsInUse::provide();
    Effect::new(move |_| {
        if api.who.get() == SignedInAs::Nobody {
            let back = String::from(js_sys::encode_uri_component(&browser::here()));
            let options = NavigateOptions { replace: true, ..Default::default() };
            navigate(&format!("/sign-in?back={back}"), options);
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
            <a class="skip" href="#content">{strings::SKIP}</a>
            <div class="shell">
                <Rail />
                <TopBar />
                <main id="content" class="content" tabindex="-1"><Outlet /></main>
            </div>
            <ConfirmLayer />
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
            <div class="boot" aria-busy="true" aria-label=strings::LOADING>
                <div class="boot-rail"></div>
                <div class="boot-main"></div>
            </div>
        }
        .into_any(),
    }
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
            view! { <Empty title=strings::NOT_FOR_YOU><p>{strings::needs(needs)}</p></Empty> }.into_any()
        }
    }
}
