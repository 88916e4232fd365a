//! Environments: pools of machines.

use deskwarden_types::{EnvironmentPath, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::frame::SettingsFrame;
use crate::{
    api::use_api,
    format,
    parts::{ButtonKind, Choice, ChooseSeveral, Dialog, DialogForm, Field, Form, Kept, all, explain, named, save},
    strings,
};

/// The page.
#[component]
pub fn EnvironmentsPage() -> impl IntoView {
    view! { <SettingsFrame><Environments /></SettingsFrame> }
}

#[component]
fn Environments() -> impl IntoView {
    let kept = Kept::of::<ListEnvironments>();
    let row = move |of: Environment| {
        let name = of.environment.name.to_string();
        let path = EnvironmentPath { id: of.id };
        let how = strings::remove_environment_how();
        let buttons = kept.buttons::<RemoveEnvironment>(&of, name.clone(), how, path, None);
        view! {
            <tr>
                <td><b>{name}</b></td>
                <td class="num">{format::number(of.environment.hosts.len() as i64)}</td>
                <td>{buttons}</td>
            </tr>
        }
        .into_any()
    };
    let heads = [strings::name(), strings::environment_hosts(), strings::actions()];
    let none = (strings::no_environments(), strings::no_environments_how());
    let dialog = move |of| {
        let dialog = view! { <EnvironmentDialog of=of on_saved=kept.saved() on_close=move || kept.close() /> };
        Some(dialog.into_any())
    };
    kept.view(strings::new_environment(), &heads, none, row, dialog)
}

/// A form for one.
#[component]
fn EnvironmentDialog(
    /// As it is; a new one without it.
    of: Option<Environment>,
    /// Called when it was saved, with its name.
    on_saved: Callback<String>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let form = Form::new(&["name", "hosts"]);
    let id = of.as_ref().map(|of| of.id);
    let known = of.map(|of| of.environment);
    let name = RwSignal::new(known.as_ref().map(|k| k.name.to_string()).unwrap_or_default());
    let kept = known.as_ref().map(|k| k.hosts.iter().map(ToString::to_string).collect::<Vec<_>>());
    let chosen = RwSignal::new(kept.unwrap_or_default());
    let hosts = RwSignal::new(Vec::<Choice>::new());
    spawn_local(async move {
        match all::<ListHosts, _>(api).await {
            Ok(list) => drop(hosts.try_set(list.into_iter().map(|host| (host.id.to_string(), host.name)).collect())),
            Err(error) => drop(form.failure.try_set(Some(explain(&error)))),
        }
    });
    let typed = move || {
        let hosts = chosen.get_untracked().iter().filter_map(|id| id.parse().ok()).collect();
        Ok(NewEnvironment { name: named("name", name)?, hosts })
    };
    let done = move |saved: Environment| on_saved.run(saved.environment.name.to_string());
    let path = id.map(|id| EnvironmentPath { id });
    let submit = move || save::<CreateEnvironment, ChangeEnvironment>(api, form, path, typed(), done);
    let title =
        known.map_or_else(|| strings::new_environment().to_owned(), |k| strings::change_resource(k.name.to_string()));
    let verb = if id.is_some() { strings::save() } else { strings::create() };
    view! {
        <Dialog title=title on_close=on_close>
            <DialogForm form=form verb=verb kind=ButtonKind::Primary on_submit=submit on_close=on_close>
                <Field name="name" label=strings::name() value=name error=form.error first=true />
                <ChooseSeveral name="hosts" label=strings::environment_hosts() chosen=chosen choices=hosts form=form none=strings::no_hosts_to_choose() />
            </DialogForm>
        </Dialog>
    }
    .into_any()
}
