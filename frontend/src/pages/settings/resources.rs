//! Apps and desktops.

use deskwarden_types::{
    NoArgs, ResourcePath,
    api::{ListResources, RemoveResource, Resource, Suspend, SuspendResource},
};
use leptos::prelude::*;

use super::{frame::SettingsFrame, resource::ResourceDialog};
use crate::{
    api::use_api,
    clock::use_clock,
    format,
    parts::{Icon, Kept},
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
    let kept = Kept::of::<ListResources>();
    let row = move |of: Resource| {
        let (id, name) = (of.id, of.resource.name.to_string());
        let path = ResourcePath { id };
        let for_suspend = name.clone();
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
            kept.ask(question, told, move || {
                api.call::<SuspendResource>(path, NoArgs {}, Suspend { suspended: !suspended })
            });
        };
        let program =
            of.resource.program.as_ref().map_or_else(|| strings::whole_desktop().to_owned(), ToString::to_string);
        let word = if suspended { strings::resume() } else { strings::suspend() };
        let own = view! { <button type="button" class="button small" on:click=suspend>{word}</button> }.into_any();
        let how = strings::remove_resource_how();
        let buttons = kept.buttons::<RemoveResource>(&of, name.clone(), how, path, Some(own));
        view! {
            <tr class:stale=suspended>
                <td><span class="with-icon"><Icon icon=words::kind_icon(of.resource.kind) /><b>{name}</b></span></td>
                <td>{labels::kind_label(of.resource.kind)}</td>
                <td>{program}</td>
                <td>{state}</td>
                <td class="num">{format::number(of.open_sessions)}</td>
                <td>{buttons}</td>
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
    let none = (strings::no_resources(), strings::no_resources_how());
    let dialog = move |of| {
        let dialog = view! { <ResourceDialog of=of on_saved=kept.saved() on_close=move || kept.close() /> };
        Some(dialog.into_any())
    };
    kept.view(strings::new_resource(), &heads, none, row, dialog)
}
