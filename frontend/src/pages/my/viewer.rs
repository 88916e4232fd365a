//! A one-time password for a native viewer.

use deskwarden_types::{NoArgs, api::*};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::use_api,
    clock::use_clock,
    parts::{Act, CopyText, Dialog, Failed, Remaining, explain},
    strings,
};

/// Makes a password and shows it once, with what is left of its minute.
#[component]
pub fn ViewerPasswordDialog(
    /// The remote access that it is for.
    resource: MyResource,
    /// Called when it has been read.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, clock) = (use_api(), use_clock());
    let made = RwSignal::new(None::<ViewerPassword>);
    let failure = RwSignal::new(None::<String>);
    let id = resource.id;
    let make = move || {
        failure.set(None);
        made.set(None);
        spawn_local(async move {
            let body = NewViewerPassword { resource_id: id };
            match api.call::<MakeViewerPassword>(NoArgs {}, NoArgs {}, body).await {
                Ok(password) => drop(made.try_set(Some(password))),
                Err(error) => drop(failure.try_set(Some(explain(&error)))),
            }
        });
    };
    make();
    let over = Memo::new(move |_| made.with(|m| m.as_ref().is_some_and(|m| m.expires_at <= clock.now())));
    let shown = move || match made.get() {
        None => view! { <span class="bone"></span> }.into_any(),
        Some(_) if over.get() => view! {
            <p role="status">{strings::viewer_password_over()}</p>
            <p><Act on_click=make>{strings::viewer_password_again()}</Act></p>
        }
        .into_any(),
        Some(password) => view! {
            <p>{strings::viewer_password_how()}</p>
            <h3>{strings::viewer_address()}</h3>
            <CopyText text=password.address label=strings::viewer_address() />
            <h3>{strings::viewer_password_label()}</h3>
            <CopyText text=password.password label=strings::viewer_password_label() />
            <p class="quiet">{strings::viewer_password_left()} " " <Remaining until=password.expires_at /></p>
        }
        .into_any(),
    };
    let title = format!("{}: {}", resource.name, strings::viewer_password());
    view! {
        <Dialog title=title on_close=on_close>
            <div class="dialog-body">
                {move || match failure.get() {
                    Some(text) => view! { <Failed text=text on_retry=make /> }.into_any(),
                    None => shown(),
                }}
            </div>
            <footer class="dialog-foot"><Act on_click=move || on_close.run(())>{strings::close()}</Act></footer>
        </Dialog>
    }
    .into_any()
}
