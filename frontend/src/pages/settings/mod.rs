//! The tenant's settings.

mod environments;
mod form;
mod frame;
mod history;
mod methods;
mod networks;
mod new_token;
mod provision;
mod provisions;
mod resource;
mod resources;
mod tokens;

use deskwarden_types::api::*;
use leptos::{prelude::*, task::spawn_local};

pub use self::{
    environments::EnvironmentsPage,
    frame::{Tab, tabs},
    methods::MethodsPage,
    provisions::ProvisionsPage,
    resources::ResourcesPage,
    tokens::TokensPage,
};
use self::{form::SettingsForm, frame::SettingsFrame};
use crate::{
    api::use_api,
    parts::{Failed, explain},
};

/// The page, for those who may see it.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! { <SettingsFrame><Loaded /></SettingsFrame> }
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
        <div class="page scrolls">
            {move || failure.get().map(|text| view! { <Failed text=text on_retry=load /> })}
            {move || settings.get().map(|settings| view! { <SettingsForm settings=settings /> })}
        </div>
    }
    .into_any()
}
