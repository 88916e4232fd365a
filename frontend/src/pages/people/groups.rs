//! Groups: list, make, rename, members, remove.

use deskwarden_types::{GroupPath, NoArgs, NoBody, api::*};
use leptos::prelude::*;

use super::members::MembersDialog;
use crate::{
    api::use_api,
    notices::use_notices,
    parts::{Act, Asks, ButtonKind, Dialog, DialogForm, Empty, Field, Form, Icon, Paged, icons, listing, named},
    strings,
};

/// The list.
#[component]
pub fn Groups() -> impl IntoView {
    let api = use_api();
    let list = Paged::of::<ListGroups>(api);
    let asks = Asks::new();
    let editing = RwSignal::new(None::<Option<Group>>);
    let members = RwSignal::new(None::<Group>);
    let row = move |group: Group| {
        let name = group.name.clone();
        let path = GroupPath { id: group.id };
        let (for_change, for_members, for_remove) = (group.clone(), group.clone(), name.clone());
        let remove = move |_| {
            let question = (strings::remove_title(&for_remove), strings::remove_group_how(), strings::remove());
            asks.ask(question, strings::removed(&for_remove), list.load, move || {
                api.call::<RemoveGroup>(path, NoArgs {}, NoBody {})
            });
        };
        view! {
            <tr>
                <td><b>{name}</b></td>
                <td class="num">{strings::count_members(usize::try_from(group.members).unwrap_or_default())}</td>
                <td>
                    <div class="actions">
                        <button type="button" class="button small" on:click=move |_| members.set(Some(for_members.clone()))>{strings::members()}</button>
                        <button type="button" class="button small" on:click=move |_| editing.set(Some(Some(for_change.clone())))>{strings::change()}</button>
                        <button type="button" class="button small" on:click=remove>{strings::remove()}</button>
                    </div>
                </td>
            </tr>
        }
        .into_any()
    };
    let heads = [strings::name(), strings::members(), strings::actions()];
    let empty = || view! { <Empty title=strings::no_groups()><p>{strings::no_groups_how()}</p></Empty> }.into_any();
    let load = move || list.load.run(());
    view! {
        <div class="list-tools">
            <Act kind=ButtonKind::Primary on_click=move || editing.set(Some(None))><Icon icon=icons::ADD />{strings::new_group()}</Act>
        </div>
        {listing(list, &heads, row, empty)}
        {move || editing.get().map(|of| view! { <GroupDialog of=of on_done=load on_close=move || editing.set(None) /> })}
        {move || members.get().map(|of| view! { <MembersDialog of=of on_done=load on_close=move || members.set(None) /> })}
        {asks.layer()}
    }
    .into_any()
}

/// A form for a name.
#[component]
fn GroupDialog(
    /// As it is; a new one without it.
    of: Option<Group>,
    /// Called when it was saved.
    #[prop(into)]
    on_done: Callback<()>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let form = Form::new(&["name"]);
    let id = of.as_ref().map(|of| of.id);
    let name = RwSignal::new(of.as_ref().map(|of| of.name.clone()).unwrap_or_default());
    let typed = move || Ok(NewGroup { name: named("name", name)? });
    let done = move |saved: Group| {
        notices.success(strings::saved_thing(saved.name), None, None);
        on_close.run(());
        on_done.run(());
    };
    let submit = move || match id {
        Some(id) => form.send(typed(), |new| api.call::<ChangeGroup>(GroupPath { id }, NoArgs {}, new), done),
        None => form.send(typed(), |new| api.call::<CreateGroup>(NoArgs {}, NoArgs {}, new), done),
    };
    let title = of.map_or_else(|| strings::new_group().to_owned(), |of| strings::change_group(of.name));
    let verb = if id.is_some() { strings::save() } else { strings::create() };
    view! {
        <Dialog title=title on_close=on_close>
            <DialogForm form=form verb=verb kind=ButtonKind::Primary on_submit=submit on_close=on_close>
                <Field name="name" label=strings::name() value=name error=form.error first=true />
            </DialogForm>
        </Dialog>
    }
    .into_any()
}
