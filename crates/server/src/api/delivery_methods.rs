//! Delivery methods: how resources reach the user.

use actix_web::web;
use deskwarden_store::institution;
use deskwarden_types::{
    DeliveryMethodId, NoBody,
    api::{
        ChangeDeliveryMethod, CreateDeliveryMethod, DeliveryMethod, ListDeliveryMethods, Page, RemoveDeliveryMethod,
    },
};

use super::page::Asked;
use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Lists them by name.
pub async fn list(call: Call<ListDeliveryMethods>, state: web::Data<State>) -> Result<Page<DeliveryMethod>, ApiError> {
    let asked = Asked::<(String, DeliveryMethodId)>::read(&state, "delivery-methods", &call.query)?;
    let (after, rows) = (asked.after.clone(), asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let items = institution::delivery_methods(scope, after, rows)?;
        Ok((items, institution::count_delivery_methods(scope)?, deskwarden_store::identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |one| (one.method.name.as_str().to_owned(), one.id), Some(count), revision)
}

/// Makes one.
pub async fn create(call: Call<CreateDeliveryMethod>, state: web::Data<State>) -> Result<DeliveryMethod, ApiError> {
    let (actor, tenant, new) = (call.actor()?, call.tenant()?, call.body);
    let create =
        move |scope: &mut deskwarden_store::WriteScope<'_>| institution::create_delivery_method(scope, &actor, &new);
    Ok(state.store.write(tenant, call.now, create).await?)
}

/// Changes all of one.
pub async fn change(call: Call<ChangeDeliveryMethod>, state: web::Data<State>) -> Result<DeliveryMethod, ApiError> {
    let (actor, tenant, id, new) = (call.actor()?, call.tenant()?, call.path.id, call.body);
    let change = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        institution::change_delivery_method(scope, &actor, id, &new)
    };
    Ok(state.store.write(tenant, call.now, change).await?)
}

/// Removes one that nothing names.
pub async fn remove(call: Call<RemoveDeliveryMethod>, state: web::Data<State>) -> Result<NoBody, ApiError> {
    let (actor, tenant, id) = (call.actor()?, call.tenant()?, call.path.id);
    let remove =
        move |scope: &mut deskwarden_store::WriteScope<'_>| institution::remove_delivery_method(scope, &actor, id);
    state.store.write(tenant, call.now, remove).await?;
    Ok(NoBody {})
}
