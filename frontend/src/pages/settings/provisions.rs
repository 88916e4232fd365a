//! Provisions: who may launch what.

use deskwarden_types::{NoArgs, NoBody, ProvisionPath, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::{
    frame::SettingsFrame,
    provision::{ProvisionDialog, Things},
};
use crate::{
    api::use_api,
    parts::{Act, Asks, ButtonKind, Empty, Failed, Icon, Paged, explain, icons, listing},
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
    let list = Paged::of::<ListProvisions>(api);
    let asks = Asks::new();
    let editing = RwSignal::new(None::<Option<Provision>>);
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
        let (for_change, for_remove) = (of.clone(), name.clone());
        let remove = move |_| {
            let question = (strings::remove_title(&for_remove), strings::remove_provision_how(), strings::remove());
            asks.ask(question, strings::removed(&for_remove), list.load, move || {
                api.call::<RemoveProvision>(path, NoArgs {}, NoBody {})
            });
        };
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
                <td>
                    <div class="actions">
                        <button type="button" class="button small" on:click=move |_| editing.set(Some(Some(for_change.clone())))>{strings::change()}</button>
                        <button type="button" class="button small" on:click=remove>{strings::remove()}</button>
                    </div>
                </td>
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
    let empty =
        || view! { <Empty title=strings::no_provisions()><p>{strings::no_provisions_how()}</p></Empty> }.into_any();
    view! {
        <div class="list-tools">
            <Act kind=ButtonKind::Primary on_click=move || editing.set(Some(None))><Icon icon=icons::ADD />{strings::new_provision()}</Act>
        </div>
        {move || failure.get().map(|text| view! { <Failed text=text on_retry=look /> })}
        {listing(list, &heads, row, empty)}
        {move || {
            let of = editing.get()?;
            let things = things.get()?;
            Some(view! { <ProvisionDialog of=of things=things on_done=move || list.load.run(()) on_close=move || editing.set(None) /> })
        }}
        {asks.layer()}
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
