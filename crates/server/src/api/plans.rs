//! Plans: what a verb would do.

use actix_web::web;
use deskwarden_store::plans;
use deskwarden_types::api::{MakePlan, Plan, ShowPlan};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Makes a plan and keeps it.
pub async fn make(call: Call<MakePlan>, state: web::Data<State>) -> Result<Plan, ApiError> {
    let (viewer, tenant, asked) = (call.user()?.viewer(), call.tenant()?, call.body);
    let make = move |scope: &mut deskwarden_store::WriteScope<'_>| plans::make(scope, &viewer, &asked);
    Ok(state.store.write(tenant, call.now, make).await?)
}

/// Shows a plan of the caller's, as it was made.
pub async fn show(call: Call<ShowPlan>, state: web::Data<State>) -> Result<Plan, ApiError> {
    let (viewer, id) = (call.user()?.viewer(), call.path.id);
    Ok(state.store.read(call.tenant()?, call.now, move |scope| plans::find(scope, &viewer, id)).await?)
}
