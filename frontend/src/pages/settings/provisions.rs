//! Provisions: who may launch what.

use deskwarden_types::{ProvisionPath, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::{
    frame::SettingsFrame,
    provision::{ProvisionDialog, Things},
};
use crate::{
    api::use_api,
    parts::{Failed, Kept, explain},
    strings,
};

/// The page.
#[component]
pub fn ProvisionsPage() -> impl IntoView {
    view! { <SettingsFrame><Provisions /></SettingsFrame> }
}

#[component]
fn Provisions() -> impl IntoView {
    let api = use_api();
    let kept = Kept::of::<ListProvisions>();
    // What provisions name, by which they are shown and chosen from.
    let things = RwSignal::new(None::<Things>);
    let failure = RwSignal::new(None::<String>);
    let look = move || {
        spawn_local(async move {
            match Things::load(api).await {
                Ok(found) => {
                    let _ = failure.try_set(None);
                    let _ = things.try_set(Some(found));
                }
                Err(error) => drop(failure.try_set(Some(explain(&error)))),
            }
        });
    };
    look();
    let row = move |of: Provision| {
        let name = of.provision.name.to_string();
        let path = ProvisionPath { id: of.id };
        let how = strings::remove_provision_how();
        let buttons = kept.buttons::<RemoveProvision>(&of, name.clone(), how, path, None);
        let named = StoredValue::new(of.provision.clone());
        let with = move |show: fn(&Things, &NewProvision) -> String| {
            things.with(|things| things.as_ref().map(|things| named.with_value(|of| show(things, of))))
        };
        view! {
            <tr>
                <td><b>{name}</b></td>
                <td>{move || with(Things::resource_of)}</td>
                <td>{move || with(Things::method_of)}</td>
                <td>{move || with(Things::place_of)}</td>
                <td>{who(&of.provision)}</td>
                <td>{buttons}</td>
            </tr>
        }
        .into_any()
    };
    let heads = [
        strings::name(),
        strings::provision_resource(),
        strings::provision_method(),
        strings::provision_where(),
        strings::provision_who(),
        strings::actions(),
    ];
    let none = (strings::no_provisions(), strings::no_provisions_how());
    let dialog = move |of| {
        let things = things.get()?;
        let dialog =
            view! { <ProvisionDialog of=of things=things on_saved=kept.saved() on_close=move || kept.close() /> };
        Some(dialog.into_any())
    };
    view! {
        {move || failure.get().map(|text| view! { <Failed text=text on_retry=look /> })}
        {kept.view(strings::new_provision(), &heads, none, row, dialog)}
    }
    .into_any()
}

fn who(provision: &NewProvision) -> String {
    if provision.everyone {
        return strings::provision_everyone().to_owned();
    }
    let (users, groups) = (provision.users.len(), provision.groups.len());
    match (users, groups) {
        (0, 0) => strings::nobody_yet().to_owned(),
        (_, 0) => strings::count_users(users),
        (0, _) => strings::count_groups(groups),
        _ => strings::users_and_groups(strings::count_users(users), strings::count_groups(groups)),
    }
}
