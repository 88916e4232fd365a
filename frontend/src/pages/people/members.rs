//! A group's members.

use deskwarden_client::ClientError;
use deskwarden_types::{GroupId, GroupMemberPath, GroupPath, NoArgs, NoBody, UserId, api::*};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{Api, use_api},
    notices::use_notices,
    parts::{ButtonKind, Choice, ChooseSeveral, Dialog, DialogForm, Form, all, explain},
    strings,
};

/// How many of a group's members one answer holds.
const MOST: u32 = 1_000;

/// All users, with boxes to tick for those who are in the group.
#[component]
pub fn MembersDialog(
    /// The group.
    of: Group,
    /// Called when it was saved.
    #[prop(into)]
    on_done: Callback<()>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let form = Form::new(&[]);
    let id = of.id;
    // None until it is known who is in the group: saving before would take people out.
    let before = RwSignal::new(None::<Vec<String>>);
    let chosen = RwSignal::new(Vec::<String>::new());
    let users = RwSignal::new(Vec::<Choice>::new());
    spawn_local(async move {
        let everybody = all::<ListUsers, _>(api).await;
        let members = members(api, id).await;
        match everybody.and_then(|everybody| members.map(|members| (everybody, members))) {
            Ok((everybody, members)) => {
                let choice = |user: User| (user.id.to_string(), format!("{} ({})", user.display_name, user.username));
                let _ = users.try_set(everybody.into_iter().map(choice).collect());
                let _ = chosen.try_set(members.clone());
                let _ = before.try_set(Some(members));
            }
            Err(error) => drop(form.failure.try_set(Some(explain(&error)))),
        }
    });
    let name = StoredValue::new(of.name.clone());
    let submit = move || {
        let Some(was) = before.get_untracked() else { return };
        let now = chosen.get_untracked();
        let done = move |()| {
            notices.success(name.with_value(|name| strings::saved_thing(name)), None, None);
            on_close.run(());
            on_done.run(());
        };
        form.send(Ok((was, now)), |(was, now)| set_members(api, id, was, now), done);
    };
    let title = format!("{}: {}", of.name, strings::members());
    view! {
        <Dialog title=title on_close=on_close>
            <DialogForm form=form verb=strings::save() kind=ButtonKind::Primary on_submit=submit on_close=on_close>
                {move || before.with(Option::is_none).then(|| view! { <span class="bone"></span> })}
                <ChooseSeveral name="members" label=strings::members() chosen=chosen choices=users form=form none=strings::no_users_to_choose() />
            </DialogForm>
        </Dialog>
    }
    .into_any()
}

async fn members(api: Api, id: GroupId) -> Result<Vec<String>, ClientError> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let query = PageQuery { limit: Some(MOST), cursor: cursor.take() };
        let page = api.call::<ListMembers>(GroupPath { id }, query, NoBody {}).await?;
        found.extend(page.items.into_iter().map(|user| user.id.to_string()));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

async fn set_members(api: Api, id: GroupId, before: Vec<String>, now: Vec<String>) -> Result<(), ClientError> {
    let path = |user: &String| user.parse::<UserId>().ok().map(|user_id| GroupMemberPath { id, user_id });
    for path in now.iter().filter(|user| !before.contains(user)).filter_map(path) {
        api.call::<AddMember>(path, NoArgs {}, NoBody {}).await?;
    }
    for path in before.iter().filter(|user| !now.contains(user)).filter_map(path) {
        api.call::<RemoveMember>(path, NoArgs {}, NoBody {}).await?;
    }
    Ok(())
}
