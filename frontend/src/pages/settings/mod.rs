//! The tenant's settings.

mod form;
mod networks;
mod new_token;
mod tokens;

use deskwarden_types::{Permission, api::*};
use leptos::{prelude::*, task::spawn_local};

use self::form::SettingsForm;
pub use self::tokens::TokensPage;
use crate::{
    api::use_api,
    parts::{Failed, explain},
    shell::Guarded,
    strings,
};

/// The page, for those who may see it.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! { <Guarded needs=Permission::Administer><Loaded /></Guarded> }
}

#[component]
fn Loaded() -> impl IntoView {
    let api = use_api();
    let settings = RwSignal::new(None::<Settings>);
    let failure = RwSignal::new(None::<String>);
    let load = move || {
        spawn_local(async move {
            match api.get::<ShowSettings>().await {
                Ok(loaded) => {
                    failure.set(None);
                    settings.set(Some(loaded));
                }
                Err(error) => failure.set(Some(explain(&error))),
            }
        });
    };
    load();
    view! {
        <div class="page">
            <header class="page-head"><h1>{strings::settings()}</h1></header>
            {move || failure.get().map(|text| view! { <Failed text=text on_retry=load /> })}
            {move || settings.get().map(|settings| view! { <SettingsForm settings=settings /> })}
        </div>
    }
    .into_any()
}
