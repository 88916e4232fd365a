//! A one-time code for a new host.

use deskwarden_types::api::*;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::use_api,
    parts::{Act, CopyText, Dialog, Failed, Remaining, explain},
    strings,
};

/// Makes a code and shows what to type.
#[component]
pub fn AddHost(
    /// Called when it has been read.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let code = RwSignal::new(None::<EnrolmentCode>);
    let failure = RwSignal::new(None::<String>);
    let make = move || {
        failure.set(None);
        spawn_local(async move {
            match api.get::<CreateEnrolmentCode>().await {
                Ok(made) => code.set(Some(made)),
                Err(error) => failure.set(Some(explain(&error))),
            }
        });
    };
    make();
    let shown = move || {
        match code.get() {
        Some(code) => view! {
            <p>{strings::add_host_how()}</p>
            <CopyText text=code.command label=strings::enrol_label() />
            <p class="quiet">{strings::add_host_once()} " " {strings::code_left()} " " <Remaining until=code.expires_at /> "."</p>
        }
        .into_any(),
        None => view! { <span class="bone"></span> }.into_any(),
    }
    };
    view! {
        <Dialog title=strings::add_host().to_owned() on_close=on_close wide=true>
            <div class="dialog-body">
                {move || match failure.get() {
                    Some(text) => view! { <Failed text=text on_retry=make /> }.into_any(),
                    None => shown().into_any(),
                }}
            </div>
            <footer class="dialog-foot"><Act on_click=move || on_close.run(())>{strings::close()}</Act></footer>
        </Dialog>
    }
    .into_any()
}
