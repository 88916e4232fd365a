//! Who is signed in.

use deskwarden_domain::labels;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::use_api,
    notices::use_notices,
    parts::{Icon, Menu, explain, icons},
    strings,
    theme::Theme,
};

/// Who, role, theme, sign out.
#[component]
pub fn UserMenu() -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let theme = RwSignal::new(Theme::kept());
    let sign_out = move |_| {
        spawn_local(async move {
            if let Err(error) = api.sign_out().await {
                notices.failure(strings::SIGN_OUT_FAILED.to_owned(), Some(explain(&error)), None);
            }
        });
    };
    let initials = move || {
        let name = api.me().map(|me| me.display_name.clone()).unwrap_or_default();
        name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect::<String>().to_uppercase()
    };
    let face = move || view! { <span class="face" aria-hidden="true">{initials}</span> };
    let choices = move || {
        Theme::ALL
            .into_iter()
            .map(|choice| {
                let (icon, word) = match choice {
                    Theme::System => (icons::SYSTEM, "System"),
                    Theme::Light => (icons::LIGHT, "Light"),
                    Theme::Dark => (icons::DARK, "Dark"),
                };
                view! {
                    <button
                        type="button"
                        class="menu-item"
                        role="menuitemradio"
                        aria-checked=move || (theme.get() == choice).to_string()
                        on:click=move |_| {
                            choice.choose();
                            theme.set(choice);
                        }
                    >
                        <Icon icon=icon />
                        {word}
                    </button>
                }
            })
            .collect_view()
    };
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
        <Menu label=strings::ACCOUNT class="button face-button" face=face.into()>
            {who}
            <div class="menu-title">{strings::THEME}</div>
            {choices}
            <hr />
            <button type="button" class="menu-item" role="menuitem" on:click=sign_out>
                <Icon icon=icons::SIGN_OUT />
                {strings::SIGN_OUT}
            </button>
        </Menu>
    }
    .into_any()
}
