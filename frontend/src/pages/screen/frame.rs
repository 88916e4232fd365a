//! What the two pages with a screen share: signing in, the screen's place, and what stands there without one.

use deskwarden_client::ClientError;
use deskwarden_types::ErrorCode;
use leptos::{html, prelude::*};

use super::rfb::Screen;
use crate::{
    api::{SignedInAs, use_api},
    browser,
    parts::{Icon, icons, spoken},
    router::use_router,
    strings,
};

/// What the page shows.
#[derive(Clone, PartialEq)]
pub enum Stage {
    /// On the way to a screen, in words.
    Coming(String),
    /// The screen.
    Here,
    /// No screen any more, or none ever: the thing in one line, and what to do.
    Over(String, String, Next),
}

/// What is offered at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing but the way back.
    Nothing,
    /// To connect once more.
    Connect,
}

/// The screen's place in the page, and the screen.
#[derive(Clone, Copy)]
pub struct Place {
    /// What is shown.
    pub stage: RwSignal<Stage>,
    /// Where the screen is drawn.
    pub node: NodeRef<html::Div>,
    /// The screen, while there is one.
    pub screen: StoredValue<Option<Screen>, LocalStorage>,
    /// Whether the screen is fitted into the page.
    pub scaled: RwSignal<bool>,
}

impl Place {
    /// An empty place.
    pub fn new() -> Self {
        let place = Self {
            stage: RwSignal::new(Stage::Coming(strings::screen_looking().to_owned())),
            node: NodeRef::new(),
            screen: StoredValue::new_local(None),
            scaled: RwSignal::new(true),
        };
        on_cleanup(move || place.clear());
        place
    }

    /// Says what is going on.
    pub fn coming(self, text: &str) {
        self.show(Stage::Coming(text.to_owned()));
    }

    /// Says that there is no screen.
    pub fn over(self, title: &str, how: String, next: Next) {
        self.clear();
        self.show(Stage::Over(title.to_owned(), how, next));
    }

    /// Shows a stage, while there is a page.
    pub fn show(self, stage: Stage) {
        let _ = self.stage.try_set(stage);
    }

    /// Takes the screen away, which closes its stream.
    pub fn clear(self) {
        self.screen.try_update_value(|screen| *screen = None);
    }

    /// Whether the page is still there.
    pub fn lives(self) -> bool {
        self.stage.try_with_untracked(|_| ()).is_some()
    }
}

/// Whether asking again later may help.
pub fn may_pass(error: &ClientError) -> bool {
    match error {
        ClientError::Transport(_) => true,
        ClientError::Problem(refusal) => refusal.status >= 500 || refusal.code == ErrorCode::TooManyRequests,
        ClientError::Decode(_) => false,
    }
}

/// A page for somebody who is signed in; others sign in first and come back.
#[component]
pub fn ForPerson(
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let api = use_api();
    let router = use_router();
    Effect::new(move |_| {
        if api.who.get() == SignedInAs::Nobody {
            let back = String::from(js_sys::encode_uri_component(&browser::here()));
            router.go(&format!("/sign-in?back={back}"), true);
        }
    });
    let there = Memo::new(move |_| matches!(api.who.get(), SignedInAs::Person(_)));
    let why = move || match api.who.get() {
        SignedInAs::Unreachable(why) => strings::unreachable(&why),
        _ => strings::loading().to_owned(),
    };
    move || {
        if there.get() { children().into_any() } else { view! { <p class="later" role="status">{why}</p> }.into_any() }
    }
}

/// The screen's place, and over it what is going on.
#[component]
pub fn ScreenPlace(
    /// The place.
    place: Place,
    /// What the screen is of, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// Connects once more.
    #[prop(into)]
    on_again: Callback<()>,
) -> impl IntoView {
    let cover = move || match place.stage.get() {
        Stage::Here => ().into_any(),
        Stage::Coming(text) => view! {
            <div class="screen-cover" role="status"><Icon icon=icons::PENDING />{spoken(text)}</div>
        }
        .into_any(),
        Stage::Over(title, how, next) => {
            let again = (next == Next::Connect).then(|| {
                view! { <button type="button" class="button primary" on:click=move |_| on_again.run(())>{strings::reconnect()}</button> }
            });
            view! {
                <div class="screen-cover" role="alert">
                    <h1>{title}</h1>
                    <p>{spoken(how)}</p>
                    <p>{again} " " <a class="button" href="/my">{strings::to_my_page()}</a></p>
                </div>
            }
            .into_any()
        }
    };
    let hidden = move || place.stage.with(|stage| *stage != Stage::Here);
    view! {
        <div class="screen-place">
            <div node_ref=place.node class="screen" class:hidden=hidden role="application" aria-label=label></div>
            {cover}
        </div>
    }
    .into_any()
}
