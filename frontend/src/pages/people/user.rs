//! Changing a user: name, email, role, groups, and whether they may sign in.

use deskwarden_client::ClientError;
use deskwarden_types::{GroupId, GroupMemberPath, Name, NoArgs, NoBody, Role, UserId, UserPath, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::users::{email_of, roles};
use crate::{
    api::{Api, use_api},
    notices::use_notices,
    parts::{ButtonKind, Choice, Choose, ChooseSeveral, Dialog, DialogForm, Failed, Field, Form, all, explain, named},
    strings,
};

/// Loads what is known of the user, then the form.
#[component]
pub fn UserDialog(
    /// The user.
    user: User,
    /// Called when something was saved.
    #[prop(into)]
    on_done: Callback<()>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let known = RwSignal::new(None::<(UserDetail, Vec<Choice>)>);
    let failure = RwSignal::new(None::<String>);
    let path = UserPath { id: user.id };
    let load = move || {
        failure.set(None);
        spawn_local(async move {
            let detail = api.call::<ShowUser>(path, NoArgs {}, NoBody {}).await;
            let groups = all::<ListGroups, _>(api).await;
            match detail.and_then(|detail| groups.map(|groups| (detail, groups))) {
                Ok((detail, groups)) => {
                    let groups = groups.into_iter().map(|group| (group.id.to_string(), group.name)).collect();
                    let _ = known.try_set(Some((detail, groups)));
                }
                Err(error) => drop(failure.try_set(Some(explain(&error)))),
            }
        });
    };
    load();
    let body = move || match (failure.get(), known.get()) {
        (Some(text), _) => view! { <div class="dialog-body"><Failed text=text on_retry=load /></div> }.into_any(),
        (None, Some((detail, groups))) => {
            view! { <UserForm detail=detail groups=groups on_done=on_done on_close=on_close /> }.into_any()
        }
        (None, None) => view! { <div class="dialog-body"><span class="bone"></span></div> }.into_any(),
    };
    view! { <Dialog title=strings::change_user(user.display_name) on_close=on_close>{body}</Dialog> }.into_any()
}

#[component]
fn UserForm(
    /// As the user is.
    detail: UserDetail,
    /// All groups.
    groups: Vec<Choice>,
    /// Called when something was saved.
    #[prop(into)]
    on_done: Callback<()>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let form = Form::new(&["display_name", "email", "role", "ad_username", "disabled"]);
    let user = detail.user;
    let id = user.id;
    let name = RwSignal::new(user.display_name);
    let email = RwSignal::new(user.email);
    let role = RwSignal::new(user.role.as_str().to_owned());
    let ad = RwSignal::new(detail.ad_username.unwrap_or_default());
    let disabled = RwSignal::new(user.disabled);
    let before: Vec<String> = detail.groups.iter().map(|group| group.id.to_string()).collect();
    let chosen = RwSignal::new(before.clone());
    let before = StoredValue::new(before);
    let typed = move || -> Result<ChangedUser, (&'static str, String)> {
        let ad_username =
            Some(ad.get_untracked()).filter(|ad| !ad.trim().is_empty()).map(|ad| ad.parse::<Name>()).transpose();
        Ok(ChangedUser {
            display_name: named("display_name", name)?,
            email: email_of(email)?,
            role: role.get_untracked().parse().unwrap_or(Role::Member),
            ad_username: ad_username.map_err(|_| ("ad_username", strings::token_name_bad().to_owned()))?,
            disabled: disabled.get_untracked(),
        })
    };
    let done = move |saved: UserDetail| {
        notices.success(strings::saved_thing(saved.user.display_name), None, None);
        on_close.run(());
        on_done.run(());
    };
    let save = move |changed: ChangedUser| {
        let (before, now) = (before.get_value(), chosen.get_untracked());
        async move {
            let saved = api.call::<ChangeUser>(UserPath { id }, NoArgs {}, changed).await?;
            set_groups(api, id, &before, &now).await?;
            Ok(saved)
        }
    };
    let error = form.error;
    view! {
        <DialogForm form=form verb=strings::save() kind=ButtonKind::Primary on_submit=move || form.send(typed(), save, done) on_close=on_close>
            <Field name="display_name" label=strings::your_name() value=name error=error first=true />
            <Field name="email" label=strings::email() value=email kind="email" error=error />
            <Choose name="role" label=strings::role() value=role choices=roles(api) form=form />
            <Field name="ad_username" label=strings::ad_name() value=ad error=error />
            <ChooseSeveral name="groups" label=strings::user_groups() chosen=chosen choices=Signal::derive(move || groups.clone()) form=form none=strings::no_groups() />
            <label class="check">
                <input type="checkbox" prop:checked=move || disabled.get() on:change=move |event| disabled.set(event_target_checked(&event)) />
                {strings::may_not_sign_in()}
            </label>
            {crate::parts::complaint_of(form, "disabled")}
        </DialogForm>
    }
    .into_any()
}

/// Puts the user into the groups that are new, and takes them out of those that were taken away.
async fn set_groups(api: Api, user_id: UserId, before: &[String], now: &[String]) -> Result<(), ClientError> {
    let path = |id: &String| id.parse::<GroupId>().ok().map(|id| GroupMemberPath { id, user_id });
    for path in now.iter().filter(|id| !before.contains(id)).filter_map(path) {
        api.call::<AddMember>(path, NoArgs {}, NoBody {}).await?;
    }
    for path in before.iter().filter(|id| !now.contains(id)).filter_map(path) {
        api.call::<RemoveMember>(path, NoArgs {}, NoBody {}).await?;
    }
    Ok(())
}
