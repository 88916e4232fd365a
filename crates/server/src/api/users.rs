//! Users of the tenant.

use actix_web::web;
use deskwarden_store::identity::{self, NewAccount};
use deskwarden_types::{
    Role, UserId,
    api::{ChangeUser, CreateUser, CreatedUser, Invitation, InviteUser, ListUsers, Page, ShowUser, User, UserDetail},
};

use super::{page::Asked, sign_in::check_email};
use crate::{
    auth::{LINK_SECONDS, fresh},
    http::{ApiError, Call},
    state::State,
};

/// Lists users by username.
pub async fn list(call: Call<ListUsers>, state: web::Data<State>) -> Result<Page<User>, ApiError> {
    let asked = Asked::<(String, UserId)>::read(&state, "users", &call.query)?;
    let (after, rows) = (asked.after.clone(), asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let users = identity::list_users(scope, after, rows)?;
        Ok((users, identity::count_users(scope)?, identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |user| (user.username.clone(), user.id), Some(count), revision)
}

/// Makes a user, with the one-time link to set a password.
pub async fn create(call: Call<CreateUser>, state: web::Data<State>) -> Result<CreatedUser, ApiError> {
    let email = check_email(&call.body.email)?;
    if call.body.role == Role::Owner && call.user()?.role != Role::Owner {
        return Err(ApiError::forbidden("Only owners make owners.").with_field("role"));
    }
    let (actor, now, link) = (call.actor()?, call.now, fresh("")?);
    let account = NewAccount {
        username: call.body.username.as_str().to_owned(),
        display_name: call.body.display_name.as_str().to_owned(),
        email,
        role: call.body.role,
    };
    let hash = link.hash;
    let create = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        let user = identity::create_user(scope, &actor, &account)?;
        identity::create_link(scope, user.id, &hash, now.plus_seconds(LINK_SECONDS))?;
        Ok(user)
    };
    let user = state.store.write(call.tenant()?, now, create).await?;
    Ok(CreatedUser { user, set_up_link: format!("{}/set-up#{}", call.own_address(&state), link.text) })
}

/// Shows a user with groups.
pub async fn show(call: Call<ShowUser>, state: web::Data<State>) -> Result<UserDetail, ApiError> {
    let id = call.path.id;
    Ok(state.store.read(call.tenant()?, call.now, move |scope| identity::user_detail(scope, id)).await?)
}

/// Changes all of a user that can be changed.
pub async fn change(call: Call<ChangeUser>, state: web::Data<State>) -> Result<UserDetail, ApiError> {
    let email = check_email(&call.body.email)?;
    let (actor, viewer, tenant, id) = (call.actor()?, call.user()?.viewer(), call.tenant()?, call.path.id);
    let new = call.body;
    let change = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        identity::change_user(scope, &actor, &viewer, id, &new, &email)
    };
    Ok(state.store.write(tenant, call.now, change).await?)
}

/// Makes a new one-time link for a user.
pub async fn invite(call: Call<InviteUser>, state: web::Data<State>) -> Result<Invitation, ApiError> {
    let (actor, viewer, tenant, id) = (call.actor()?, call.user()?.viewer(), call.tenant()?, call.path.id);
    let (link, expires_at) = (fresh("")?, call.now.plus_seconds(LINK_SECONDS));
    let hash = link.hash;
    let invite = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        identity::invite_user(scope, &actor, &viewer, id, &hash, expires_at)
    };
    state.store.write(tenant, call.now, invite).await?;
    Ok(Invitation { set_up_link: format!("{}/set-up#{}", call.own_address(&state), link.text), expires_at })
}
