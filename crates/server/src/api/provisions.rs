//! Provisions: who may launch what.

use actix_web::web;
use deskwarden_store::institution;
use deskwarden_types::{
    NoBody, ProvisionId,
    api::{ChangeProvision, CreateProvision, ListProvisions, Page, Provision, RemoveProvision},
};

use super::page::Asked;
use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Lists them by name.
pub async fn list(call: Call<ListProvisions>, state: web::Data<State>) -> Result<Page<Provision>, ApiError> {
    let asked = Asked::<(String, ProvisionId)>::read(&state, "provisions", &call.query)?;
    let (after, rows) = (asked.after.clone(), asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let items = institution::provisions(scope, after, rows)?;
        Ok((items, institution::count_provisions(scope)?, deskwarden_store::identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |one| (one.provision.name.as_str().to_owned(), one.id), Some(count), revision)
}

/// Makes one.
pub async fn create(call: Call<CreateProvision>, state: web::Data<State>) -> Result<Provision, ApiError> {
    let (actor, tenant, new) = (call.actor()?, call.tenant()?, call.body);
    let create = move |scope: &mut deskwarden_store::WriteScope<'_>| institution::create_provision(scope, &actor, &new);
    Ok(state.store.write(tenant, call.now, create).await?)
}

/// Changes all of one.
pub async fn change(call: Call<ChangeProvision>, state: web::Data<State>) -> Result<Provision, ApiError> {
    let (actor, tenant, id, new) = (call.actor()?, call.tenant()?, call.path.id, call.body);
    let change =
        move |scope: &mut deskwarden_store::WriteScope<'_>| institution::change_provision(scope, &actor, id, &new);
    Ok(state.store.write(tenant, call.now, change).await?)
}

/// Removes one that nothing names.
pub async fn remove(call: Call<RemoveProvision>, state: web::Data<State>) -> Result<NoBody, ApiError> {
    let (actor, tenant, id) = (call.actor()?, call.tenant()?, call.path.id);
    let remove = move |scope: &mut deskwarden_store::WriteScope<'_>| institution::remove_provision(scope, &actor, id);
    state.store.write(tenant, call.now, remove).await?;
    Ok(NoBody {})
}
