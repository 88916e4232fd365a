//! Groups: list, make, rename, members, remove.

use deskwarden_types::{GroupPath, api::*};
use leptos::prelude::*;

use super::members::MembersDialog;
use crate::{
    api::use_api,
    parts::{ButtonKind, Dialog, DialogForm, Field, Form, Kept, named, save},
    strings,
};

/// The list.
#[component]
pub fn Groups() -> impl IntoView {
    let kept = Kept::of::<ListGroups>();
    let members = RwSignal::new(None::<Group>);
    let row = move |group: Group| {
        let name = group.name.clone();
        let path = GroupPath { id: group.id };
        let for_members = group.clone();
        let open = move |_| members.set(Some(for_members.clone()));
        let own =
            view! { <button type="button" class="button small" on:click=open>{strings::members()}</button> }.into_any();
        let how = strings::remove_group_how();
        let buttons = kept.buttons::<RemoveGroup>(&group, name.clone(), how, path, Some(own));
        view! {
            <tr>
                <td><b>{name}</b></td>
                <td class="num">{strings::count_members(usize::try_from(group.members).unwrap_or_default())}</td>
                <td>{buttons}</td>
            </tr>
        }
        .into_any()
    };
    let heads = [strings::name(), strings::members(), strings::actions()];
    let none = (strings::no_groups(), strings::no_groups_how());
    let dialog = move |of| {
        let dialog = view! { <GroupDialog of=of on_saved=kept.saved() on_close=move || kept.close() /> };
        Some(dialog.into_any())
    };
    let load = move || kept.list.load.run(());
    view! {
        {kept.view(strings::new_group(), &heads, none, row, dialog)}
        {move || members.get().map(|of| view! { <MembersDialog of=of on_done=load on_close=move || members.set(None) /> })}
    }
    .into_any()
}

/// A form for a name.
#[component]
fn GroupDialog(
    /// As it is; a new one without it.
    of: Option<Group>,
    /// Called when it was saved, with its name.
    on_saved: Callback<String>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let form = Form::new(&["name"]);
    let id = of.as_ref().map(|of| of.id);
    let name = RwSignal::new(of.as_ref().map(|of| of.name.clone()).unwrap_or_default());
    let typed = move || Ok(NewGroup { name: named("name", name)? });
    let done = move |saved: Group| on_saved.run(saved.name);
    let path = id.map(|id| GroupPath { id });
    let submit = move || save::<CreateGroup, ChangeGroup>(api, form, path, typed(), done);
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
