//! Apps and desktops.

use deskwarden_types::{
    NoArgs, NoBody, ResourcePath,
    api::{ListResources, RemoveResource, Resource, Suspend, SuspendResource},
};
use leptos::prelude::*;

use super::{frame::SettingsFrame, resource::ResourceDialog};
use crate::{
    api::use_api,
    clock::use_clock,
    format,
    parts::{Act, Asks, ButtonKind, Empty, Icon, Paged, icons, listing},
    strings::{self, labels},
    words,
};

/// The page.
#[component]
pub fn ResourcesPage() -> impl IntoView {
    view! { <SettingsFrame><Resources /></SettingsFrame> }
}

#[component]
fn Resources() -> impl IntoView {
    let api = use_api();
    let clock = use_clock();
    let list = Paged::of::<ListResources>(api);
    let asks = Asks::new();
    // None: no dialog; a new one without a resource.
    let editing = RwSignal::new(None::<Option<Resource>>);
    let row = move |of: Resource| {
        let (id, name) = (of.id, of.resource.name.to_string());
        let path = ResourcePath { id };
        let (for_change, for_suspend, for_remove) = (of.clone(), name.clone(), name.clone());
        let suspended = of.suspended_at.is_some();
        let state = match of.suspended_at {
            Some(at) => {
                format!("{} {}", strings::suspended(), strings::suspended_since(format::short(at, clock.now_once())))
            }
            None => strings::can_be_launched().to_owned(),
        };
        let suspend = move |_| {
            let name = &for_suspend;
            let (question, told) = if suspended {
                (
                    (strings::resume_title(name), strings::resume_how(), strings::resume()),
                    strings::resource_resumed(name),
                )
            } else {
                (
                    (strings::suspend_title(name), strings::suspend_how(), strings::suspend()),
                    strings::resource_suspended(name),
                )
            };
            asks.ask(question, told, list.load, move || {
                api.call::<SuspendResource>(path, NoArgs {}, Suspend { suspended: !suspended })
            });
        };
        let remove = move |_| {
            let question = (strings::remove_title(&for_remove), strings::remove_resource_how(), strings::remove());
            asks.ask(question, strings::removed(&for_remove), list.load, move || {
                api.call::<RemoveResource>(path, NoArgs {}, NoBody {})
            });
        };
        let program =
            of.resource.program.as_ref().map_or_else(|| strings::whole_desktop().to_owned(), ToString::to_string);
        let word = if suspended { strings::resume() } else { strings::suspend() };
        view! {
            <tr class:stale=suspended>
                <td><span class="with-icon"><Icon icon=words::kind_icon(of.resource.kind) /><b>{name}</b></span></td>
                <td>{labels::kind_label(of.resource.kind)}</td>
                <td>{program}</td>
                <td>{state}</td>
                <td class="num">{format::number(of.open_sessions)}</td>
                <td>
                    <div class="actions">
                        <button type="button" class="button small" on:click=move |_| editing.set(Some(Some(for_change.clone())))>{strings::change()}</button>
                        <button type="button" class="button small" on:click=suspend>{word}</button>
                        <button type="button" class="button small" on:click=remove>{strings::remove()}</button>
                    </div>
                </td>
            </tr>
        }
        .into_any()
    };
    let heads = [
        strings::name(),
        strings::resource_kind(),
        strings::resource_program(),
        strings::state(),
        strings::open_sessions(),
        strings::actions(),
    ];
    let empty =
        || view! { <Empty title=strings::no_resources()><p>{strings::no_resources_how()}</p></Empty> }.into_any();
    view! {
        <div class="list-tools">
            <Act kind=ButtonKind::Primary on_click=move || editing.set(Some(None))><Icon icon=icons::ADD />{strings::new_resource()}</Act>
        </div>
        {listing(list, &heads, row, empty)}
        {move || editing.get().map(|of| view! {
            <ResourceDialog of=of on_done=move || list.load.run(()) on_close=move || editing.set(None) />
        })}
        {asks.layer()}
    }
    .into_any()
}
