//! Refreshes.

use std::time::Duration;

use actix_web::web;
use deskwarden_store::refreshes::{self, Asked, PAUSE_SECONDS, WAIT_SECONDS};
use deskwarden_types::{
    ErrorCode, TenantId,
    api::{RefreshState, ShowRefresh, StartRefresh},
};
use tokio::time::sleep;

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Asks every agent of the tenant to report now.
pub async fn start(call: Call<StartRefresh>, state: web::Data<State>) -> Result<RefreshState, ApiError> {
    let tenant = call.tenant()?;
    match state.store.write(tenant, call.now, refreshes::ask).await? {
        Asked::Now(refresh) => {
            if refresh.running {
                state.runtime.spawn(end(state.clone().into_inner(), tenant));
            }
            Ok(refresh)
        }
        Asked::TooSoon { seconds } => {
            let detail = format!("The agents are asked at most once in {PAUSE_SECONDS} s; wait {seconds} s.");
            let seconds = u64::try_from(seconds).unwrap_or(1);
            Err(ApiError::new(ErrorCode::TooManyRequests, detail).with_retry_after(seconds))
        }
    }
}

/// Ends the refresh when its time is over; should this server be gone by then, a job of another does.
async fn end(state: std::sync::Arc<State>, tenant: TenantId) {
    let mut stopping = state.stopping.clone();
    tokio::select! {
        () = sleep(Duration::from_secs(WAIT_SECONDS.unsigned_abs()) + Duration::from_millis(5)) => {}
        // An error says that the server is gone, which is the same.
        _ = stopping.wait_for(|stopping| *stopping) => return,
    }
    if let Err(error) = state.store.write(tenant, state.clock.now(), refreshes::time_out).await {
        tracing::warn!(%error, "a refresh could not be ended; a job will do it");
    }
}

/// Shows the last one.
pub async fn show(call: Call<ShowRefresh>, state: web::Data<State>) -> Result<RefreshState, ApiError> {
    Ok(state.store.read(call.tenant()?, call.now, refreshes::state).await?)
}
