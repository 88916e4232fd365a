//! Apps and desktops.

use actix_web::web;
use deskwarden_store::institution;
use deskwarden_types::{
    NoBody, ResourceId,
    api::{ChangeResource, CreateResource, ListResources, Page, RemoveResource, Resource, SuspendResource},
};

use super::page::Asked;
use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Lists them by name.
pub async fn list(call: Call<ListResources>, state: web::Data<State>) -> Result<Page<Resource>, ApiError> {
    let asked = Asked::<(String, ResourceId)>::read(&state, "resources", &call.query)?;
    let (after, rows) = (asked.after.clone(), asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let items = institution::resources(scope, after, rows)?;
        Ok((items, institution::count_resources(scope)?, deskwarden_store::identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |one| (one.resource.name.as_str().to_owned(), one.id), Some(count), revision)
}

/// Makes one.
pub async fn create(call: Call<CreateResource>, state: web::Data<State>) -> Result<Resource, ApiError> {
    let (actor, tenant, new) = (call.actor()?, call.tenant()?, call.body);
    let create = move |scope: &mut deskwarden_store::WriteScope<'_>| institution::create_resource(scope, &actor, &new);
    Ok(state.store.write(tenant, call.now, create).await?)
}

/// Changes all of one.
pub async fn change(call: Call<ChangeResource>, state: web::Data<State>) -> Result<Resource, ApiError> {
    let (actor, tenant, id, new) = (call.actor()?, call.tenant()?, call.path.id, call.body);
    let change =
        move |scope: &mut deskwarden_store::WriteScope<'_>| institution::change_resource(scope, &actor, id, &new);
    Ok(state.store.write(tenant, call.now, change).await?)
}

/// Removes one that nothing names.
pub async fn remove(call: Call<RemoveResource>, state: web::Data<State>) -> Result<NoBody, ApiError> {
    let (actor, tenant, id) = (call.actor()?, call.tenant()?, call.path.id);
    let remove = move |scope: &mut deskwarden_store::WriteScope<'_>| institution::remove_resource(scope, &actor, id);
    state.store.write(tenant, call.now, remove).await?;
    Ok(NoBody {})
}

/// Suspends one, or lets it be launched again.
pub async fn suspend(call: Call<SuspendResource>, state: web::Data<State>) -> Result<Resource, ApiError> {
    let (actor, tenant, id, suspended) = (call.actor()?, call.tenant()?, call.path.id, call.body.suspended);
    let suspend =
        move |scope: &mut deskwarden_store::WriteScope<'_>| institution::suspend_resource(scope, &actor, id, suspended);
    Ok(state.store.write(tenant, call.now, suspend).await?)
}
