//! Who is signed in.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::use_api,
    keys::KeysOpen,
    later,
    notices::use_notices,
    parts::{Icon, Menu, explain, icons},
    strings::{self, Language, labels},
    theme::Theme,
    zone::Zone,
};

/// The button with the person's initials.
#[component]
pub fn UserMenu() -> impl IntoView {
    let api = use_api();
    let initials = move || {
        let name = api.me().map(|me| me.display_name.clone()).unwrap_or_default();
        name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect::<String>()
    };
    let face = move || view! { <span class="face" data-initials=initials></span> };
    view! { <Menu label=strings::account() class="button face-button" face=face.into() part=later::account /> }
        .into_any()
}

/// Who, role, theme, language, zone of times, keys, sign out.
#[component]
pub fn Account() -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let theme = RwSignal::new(Theme::kept());
    let sign_out = move |_| {
        spawn_local(async move {
            if let Err(error) = api.sign_out().await {
                notices.failure(strings::sign_out_failed().to_owned(), Some(explain(&error)), None);
            }
        });
    };
    let themes = move || {
        let chosen = move |choice| theme.get() == choice;
        let item = move |choice: Theme| {
            let (icon, word) = match choice {
                Theme::System => (icons::SYSTEM, strings::theme_system()),
                Theme::Light => (icons::LIGHT, strings::theme_light()),
                Theme::Dark => (icons::DARK, strings::theme_dark()),
                Theme::Contrast => (icons::CONTRAST, strings::theme_contrast()),
            };
            let choose = move || {
                choice.choose();
                theme.set(choice);
            };
            radio(Some(icon), word, None, Signal::derive(move || chosen(choice)), choose)
        };
        group(strings::theme(), Theme::ALL.into_iter().map(item).collect())
    };
    let languages = move || {
        let kept = Language::kept();
        let item = |choice: Language| {
            let word = choice.own_name().unwrap_or_else(strings::browsers_language);
            radio(None, word, choice.tag(), (choice == kept).into(), move || choice.choose())
        };
        group(strings::language(), Language::ALL.into_iter().map(item).collect())
    };
    let zones = move || {
        let kept = Zone::kept();
        let item = |choice: Zone| {
            let word = match choice {
                Zone::Tenant => strings::times_tenant(),
                Zone::Browser => strings::times_browser(),
            };
            radio(None, word, None, (choice == kept).into(), move || choice.choose())
        };
        group(strings::times(), Zone::ALL.into_iter().map(item).collect())
    };
    let KeysOpen(keys) = expect_context::<KeysOpen>();
    let who = move || {
        api.me().map(|me| {
            view! {
                <div class="menu-head">
                    <b>{me.display_name.clone()}</b>
                    <span>{me.email.clone()}</span>
                    <span class="quiet">{labels::role_label(me.role)}</span>
                </div>
            }
        })
    };
    view! {
        {who}
        <a class="menu-item" role="menuitem" href="/my"><Icon icon=icons::MINE />{strings::my_page()}</a>
        {themes}
        {languages}
        {zones}
        <hr />
        <button type="button" class="menu-item" role="menuitem" on:click=move |_| keys.set(true)>
            <Icon icon=icons::KEYS />
            {strings::keys()}
        </button>
        <button type="button" class="menu-item" role="menuitem" on:click=sign_out>
            <Icon icon=icons::SIGN_OUT />
            {strings::sign_out()}
        </button>
    }
    .into_any()
}

/// Choices of which one is taken, under their title.
fn group(title: &'static str, items: Vec<AnyView>) -> AnyView {
    view! {
        <div role="group" aria-label=title>
            <div class="menu-title" aria-hidden="true">{title}</div>
            {items}
        </div>
    }
    .into_any()
}

/// One of several choices, in the language `lang` where it is not the page's.
fn radio(
    icon: Option<icondata_core::Icon>,
    word: &'static str,
    lang: Option<&'static str>,
    chosen: Signal<bool>,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <button
            type="button"
            class="menu-item"
            role="menuitemradio"
            lang=lang
            aria-checked=move || chosen.get().to_string()
            on:click=move |_| choose()
        >
            {icon.map(|icon| view! { <Icon icon=icon /> })}
            {word}
            {move || chosen.get().then(|| view! { <Icon icon=icons::CHECK /> })}
        </button>
    }
    .into_any()
}
