//! Users: list, make, change, invite.

use deskwarden_types::{NoArgs, NoBody, Role, UserPath, Username, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::user::UserDialog;
use crate::{
    api::{Api, use_api},
    notices::use_notices,
    parts::{
        Act, ButtonKind, Choice, Choose, CopyText, Dialog, DialogForm, Empty, Field, Form, Icon, Moment, Paged,
        explain, icons, listing, named,
    },
    strings::{self, labels},
};

/// The list.
#[component]
pub fn Users() -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let list = Paged::of::<ListUsers>(api);
    let making = RwSignal::new(false);
    let changing = RwSignal::new(None::<User>);
    // A name and a link, to be shown once.
    let invited = RwSignal::new(None::<(String, String)>);
    let invite = move |user: &User| {
        let (path, name) = (UserPath { id: user.id }, user.display_name.clone());
        spawn_local(async move {
            match api.call::<InviteUser>(path, NoArgs {}, NoBody {}).await {
                Ok(made) => drop(invited.try_set(Some((name, made.set_up_link)))),
                Err(error) => notices.failure(explain(&error), None, None),
            }
        });
    };
    let row = move |user: User| {
        let (for_change, for_invite) = (user.clone(), user.clone());
        let state = if user.disabled { strings::user_disabled() } else { strings::user_enabled() };
        view! {
            <tr class:stale=user.disabled data-user=user.id.to_string()>
                <td><b>{user.display_name}</b></td>
                <td>{user.username}</td>
                <td>{user.email}</td>
                <td>{labels::role_label(user.role)}</td>
                <td>{state}</td>
                <td class="num"><Moment at=user.created_at /></td>
                <td>
                    <div class="actions">
                        <button type="button" class="button small" on:click=move |_| changing.set(Some(for_change.clone()))>{strings::change()}</button>
                        {(!user.disabled).then(|| view! {
                            <button type="button" class="button small" on:click=move |_| invite(&for_invite)>{strings::invite()}</button>
                        })}
                    </div>
                </td>
            </tr>
        }
        .into_any()
    };
    let heads = [
        strings::your_name(),
        strings::username(),
        strings::email(),
        strings::role(),
        strings::state(),
        strings::created(),
        strings::actions(),
    ];
    let empty = || view! { <Empty title=strings::no_people()><p>{strings::no_people_how()}</p></Empty> }.into_any();
    let made = move |created: CreatedUser| {
        making.set(false);
        invited.set(Some((created.user.display_name, created.set_up_link)));
        list.load.run(());
    };
    view! {
        <div class="list-tools">
            <Act kind=ButtonKind::Primary on_click=move || making.set(true)><Icon icon=icons::ADD />{strings::new_user()}</Act>
        </div>
        {listing(list, &heads, row, empty)}
        {move || making.get().then(|| view! { <NewUserDialog on_done=made on_close=move || making.set(false) /> })}
        {move || changing.get().map(|user| view! {
            <UserDialog user=user on_done=move || list.load.run(()) on_close=move || changing.set(None) />
        })}
        {move || invited.get().map(|(name, link)| view! {
            <Dialog title=strings::invite_title(name) on_close=move || invited.set(None) wide=true>
                <div class="dialog-body">
                    <p role="status">{strings::invite_how()}</p>
                    <CopyText text=link label=strings::invite_label() />
                </div>
                <footer class="dialog-foot"><Act on_click=move || invited.set(None)>{strings::close()}</Act></footer>
            </Dialog>
        })}
    }
    .into_any()
}

/// The roles that the signed-in person may give: only owners make owners.
pub fn roles(api: Api) -> Signal<Vec<Choice>> {
    Signal::derive(move || {
        let owner = api.me().is_some_and(|me| me.role == Role::Owner);
        let may = |role: &&Role| owner || **role != Role::Owner;
        Role::ALL
            .iter()
            .filter(may)
            .map(|role| (role.as_str().to_owned(), labels::role_label(*role).to_owned()))
            .collect()
    })
}

/// An email address that was typed.
pub fn email_of(typed: RwSignal<String>) -> Result<String, (&'static str, String)> {
    let email = typed.get_untracked().trim().to_owned();
    let whole = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if whole { Ok(email) } else { Err(("email", strings::email_bad().to_owned())) }
}

/// A form for a new user.
#[component]
fn NewUserDialog(
    /// Called with the user that was made.
    #[prop(into)]
    on_done: Callback<CreatedUser>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let form = Form::new(&["username", "display_name", "email", "role"]);
    let (username, name, email) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let role = RwSignal::new(Role::Member.as_str().to_owned());
    let typed = move || -> Result<NewUser, (&'static str, String)> {
        let username = username.get_untracked().parse::<Username>();
        Ok(NewUser {
            username: username.map_err(|_| ("username", strings::username_bad().to_owned()))?,
            display_name: named("display_name", name)?,
            email: email_of(email)?,
            role: role.get_untracked().parse().unwrap_or(Role::Member),
        })
    };
    let submit = move || {
        form.send(typed(), |new| api.call::<CreateUser>(NoArgs {}, NoArgs {}, new), move |made| on_done.run(made));
    };
    let error = form.error;
    view! {
        <Dialog title=strings::new_user().to_owned() on_close=on_close>
            <DialogForm form=form verb=strings::create() kind=ButtonKind::Primary on_submit=submit on_close=on_close>
                <Field name="username" label=strings::username() value=username hint=strings::username_hint() error=error first=true />
                <Field name="display_name" label=strings::your_name() value=name error=error />
                <Field name="email" label=strings::email() value=email kind="email" error=error />
                <Choose name="role" label=strings::role() value=role choices=roles(api) form=form />
            </DialogForm>
        </Dialog>
    }
    .into_any()
}
