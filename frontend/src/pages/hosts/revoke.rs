//! Revoking an agent.

use deskwarden_types::{HostPath, NoArgs, NoBody, api::*};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::use_api,
    notices::use_notices,
    parts::{Act, ButtonKind, Dialog, explain, spoken},
    strings,
};

/// Says what will happen, and does it.
#[component]
pub fn RevokeHostDialog(
    /// The host.
    host: Host,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let id = host.id;
    let title = strings::revoke_title(&host.name);
    let name = StoredValue::new(host.name);
    let act = move || {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match api.call::<RevokeHost>(HostPath { id }, NoArgs {}, NoBody {}).await {
                Ok(_) => {
                    notices.success(name.with_value(|name| strings::host_revoked(name)), None, None);
                    on_close.run(());
                }
                Err(error) => failure.set(Some(explain(&error))),
            }
            busy.set(false);
        });
    };
    view! {
        <Dialog title=title on_close=on_close>
            <div class="dialog-body">
                <p>{strings::revoke_how()}</p>
                {move || failure.get().map(|text| view! { <p class="field-error" role="alert">{spoken(text)}</p> })}
            </div>
            <footer class="dialog-foot">
                <Act on_click=move || on_close.run(())>{strings::cancel()}</Act>
                <Act kind=ButtonKind::Danger busy=busy on_click=act>{strings::revoke()}</Act>
            </footer>
        </Dialog>
    }
    .into_any()
}
