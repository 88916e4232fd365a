//! Environments: pools of machines.

use deskwarden_types::{EnvironmentPath, NoArgs, NoBody, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::frame::SettingsFrame;
use crate::{
    api::use_api,
    format,
    notices::use_notices,
    parts::{
        Act, Asks, ButtonKind, Choice, ChooseSeveral, Dialog, DialogForm, Empty, Field, Form, Icon, Paged, all,
        explain, icons, listing, named,
    },
    strings,
};

/// The page.
#[component]
pub fn EnvironmentsPage() -> impl IntoView {
    view! { <SettingsFrame><Environments /></SettingsFrame> }
}

#[component]
fn Environments() -> impl IntoView {
    let api = use_api();
    let list = Paged::of::<ListEnvironments>(api);
    let asks = Asks::new();
    let editing = RwSignal::new(None::<Option<Environment>>);
    let row = move |of: Environment| {
        let name = of.environment.name.to_string();
        let path = EnvironmentPath { id: of.id };
        let (for_change, for_remove) = (of.clone(), name.clone());
        let remove = move |_| {
            let question = (strings::remove_title(&for_remove), strings::remove_environment_how(), strings::remove());
            asks.ask(question, strings::removed(&for_remove), list.load, move || {
                api.call::<RemoveEnvironment>(path, NoArgs {}, NoBody {})
            });
        };
        view! {
            <tr>
                <td><b>{name}</b></td>
                <td class="num">{format::number(of.environment.hosts.len() as i64)}</td>
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
    let heads = [strings::name(), strings::environment_hosts(), strings::actions()];
    let empty =
        || view! { <Empty title=strings::no_environments()><p>{strings::no_environments_how()}</p></Empty> }.into_any();
    view! {
        <div class="list-tools">
            <Act kind=ButtonKind::Primary on_click=move || editing.set(Some(None))><Icon icon=icons::ADD />{strings::new_environment()}</Act>
        </div>
        {listing(list, &heads, row, empty)}
        {move || editing.get().map(|of| view! {
            <EnvironmentDialog of=of on_done=move || list.load.run(()) on_close=move || editing.set(None) />
        })}
        {asks.layer()}
    }
    .into_any()
}

/// A form for one.
#[component]
fn EnvironmentDialog(
    /// As it is; a new one without it.
    of: Option<Environment>,
    /// Called when it was saved.
    #[prop(into)]
    on_done: Callback<()>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
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
    let done = move |saved: Environment| {
        notices.success(strings::saved_thing(saved.environment.name.to_string()), None, None);
        on_close.run(());
        on_done.run(());
    };
    let submit = move || match id {
        Some(id) => {
            form.send(typed(), |new| api.call::<ChangeEnvironment>(EnvironmentPath { id }, NoArgs {}, new), done);
        }
        None => form.send(typed(), |new| api.call::<CreateEnvironment>(NoArgs {}, NoArgs {}, new), done),
    };
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
