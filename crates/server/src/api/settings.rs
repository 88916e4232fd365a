//! The tenant's settings.

use actix_web::web;
use deskwarden_store::{retention, tenants};
use deskwarden_types::api::{ChangeSettings, HistoryPreview, PreviewHistory, Settings, ShowSettings};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Shows them.
pub async fn show(call: Call<ShowSettings>, state: web::Data<State>) -> Result<Settings, ApiError> {
    Ok(state.store.read(call.tenant()?, call.now, tenants::settings).await?)
}

/// Changes all of them at once; agents hear of it at once.
pub async fn change(call: Call<ChangeSettings>, state: web::Data<State>) -> Result<Settings, ApiError> {
    let (actor, tenant, new) = (call.actor()?, call.tenant()?, call.body);
    let change = move |scope: &mut deskwarden_store::WriteScope<'_>| tenants::change_settings(scope, &actor, &new);
    Ok(state.store.write(tenant, call.now, change).await?)
}

/// Says what a length of history would delete.
pub async fn preview_history(call: Call<PreviewHistory>, state: web::Data<State>) -> Result<HistoryPreview, ApiError> {
    let days = call.query.history_days;
    Ok(state.store.read(call.tenant()?, call.now, move |scope| retention::preview(scope, days)).await?)
}
