//! What agents tell.

use actix_web::web;
use deskwarden_store::reports;
use deskwarden_types::agent::{BeatsTaken, SendBeats, SendReports, Taken};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Takes a batch of reports, each number once.
pub async fn take(call: Call<SendReports>, state: web::Data<State>) -> Result<Taken, ApiError> {
    let (agent, tenant, batch) = (call.agent()?.clone(), call.tenant()?, call.body);
    let take = move |scope: &mut deskwarden_store::WriteScope<'_>| reports::take(scope, &agent, &batch);
    Ok(state.store.write(tenant, call.now, take).await?)
}

/// Takes signs of life.
pub async fn beat(call: Call<SendBeats>, state: web::Data<State>) -> Result<BeatsTaken, ApiError> {
    Ok(reports::gather(&state.store, call.agent()?, call.body.clone(), call.now).await?)
}
