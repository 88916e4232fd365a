//! Groups of users.

use actix_web::web;
use deskwarden_store::institution;
use deskwarden_types::{
    GroupId, NoBody, UserId,
    api::{AddMember, ChangeGroup, CreateGroup, Group, ListGroups, ListMembers, Page, RemoveGroup, RemoveMember, User},
};

use super::page::Asked;
use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Lists them by name.
pub async fn list(call: Call<ListGroups>, state: web::Data<State>) -> Result<Page<Group>, ApiError> {
    let asked = Asked::<(String, GroupId)>::read(&state, "groups", &call.query)?;
    let (after, rows) = (asked.after.clone(), asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let items = institution::groups(scope, after, rows)?;
        Ok((items, institution::count_groups(scope)?, deskwarden_store::identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |one| (one.name.clone(), one.id), Some(count), revision)
}

/// Makes one.
pub async fn create(call: Call<CreateGroup>, state: web::Data<State>) -> Result<Group, ApiError> {
    let (actor, tenant, new) = (call.actor()?, call.tenant()?, call.body);
    let create = move |scope: &mut deskwarden_store::WriteScope<'_>| institution::create_group(scope, &actor, &new);
    Ok(state.store.write(tenant, call.now, create).await?)
}

/// Changes all of one.
pub async fn change(call: Call<ChangeGroup>, state: web::Data<State>) -> Result<Group, ApiError> {
    let (actor, tenant, id, new) = (call.actor()?, call.tenant()?, call.path.id, call.body);
    let change = move |scope: &mut deskwarden_store::WriteScope<'_>| institution::change_group(scope, &actor, id, &new);
    Ok(state.store.write(tenant, call.now, change).await?)
}

/// Removes one that nothing names.
pub async fn remove(call: Call<RemoveGroup>, state: web::Data<State>) -> Result<NoBody, ApiError> {
    let (actor, tenant, id) = (call.actor()?, call.tenant()?, call.path.id);
    let remove = move |scope: &mut deskwarden_store::WriteScope<'_>| institution::remove_group(scope, &actor, id);
    state.store.write(tenant, call.now, remove).await?;
    Ok(NoBody {})
}

/// Lists a group's members by username.
pub async fn members(call: Call<ListMembers>, state: web::Data<State>) -> Result<Page<User>, ApiError> {
    let asked = Asked::<(String, UserId)>::read(&state, "members", &call.query)?;
    let (after, rows, id) = (asked.after.clone(), asked.rows(), call.path.id);
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let items = institution::list_members(scope, id, after, rows)?;
        Ok((items, institution::count_members(scope, id)?, deskwarden_store::identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |user| (user.username.clone(), user.id), Some(count), revision)
}

/// Puts a user into a group.
pub async fn add_member(call: Call<AddMember>, state: web::Data<State>) -> Result<NoBody, ApiError> {
    let (actor, tenant, path) = (call.actor()?, call.tenant()?, call.path);
    let add = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        institution::add_member(scope, &actor, path.id, path.user_id)
    };
    state.store.write(tenant, call.now, add).await?;
    Ok(NoBody {})
}

/// Takes a user out of a group.
pub async fn remove_member(call: Call<RemoveMember>, state: web::Data<State>) -> Result<NoBody, ApiError> {
    let (actor, tenant, path) = (call.actor()?, call.tenant()?, call.path);
    let remove = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        institution::remove_member(scope, &actor, path.id, path.user_id)
    };
    state.store.write(tenant, call.now, remove).await?;
    Ok(NoBody {})
}
