//! Bulk actions that take long: by the server that was asked, and where that is gone, by any other.

use std::{sync::Arc, time::Duration};

use deskwarden_store::bulk;
use deskwarden_types::{BulkActionId, TenantId};
use tokio::time::{MissedTickBehavior, interval};

use crate::state::State;

/// How often it is looked for what somebody has left.
const EVERY: Duration = Duration::from_secs(5);

/// Works an action off, unless the server stops: then another goes on, or this one when it starts again.
pub async fn work_off(state: Arc<State>, tenant: TenantId, id: BulkActionId) {
    let mut stopping = state.stopping.clone();
    let work = bulk::work_off(&state.store, tenant, id, || state.clock.now());
    let done = tokio::select! {
        done = work => done,
        _ = stopping.wait_for(|stopping| *stopping) => return,
    };
    match done {
        Ok(()) => tracing::info!(action = id.0, "a bulk action is done"),
        Err(error) => tracing::warn!(action = id.0, %error, "a bulk action stopped on its way; trying again"),
    }
}

/// Goes on with what was left, until it is dropped.
pub(super) async fn run(state: &Arc<State>) {
    let mut timer = interval(EVERY);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        match bulk::unfinished(&state.store, state.clock.now()).await {
            Ok(left) => {
                for (tenant, id) in left {
                    tracing::info!(action = id.0, "going on with a bulk action that was left");
                    work_off(state.clone(), tenant, id).await;
                }
            }
            Err(error) => tracing::warn!(%error, "bulk actions could not be looked for; trying again"),
        }
    }
}
