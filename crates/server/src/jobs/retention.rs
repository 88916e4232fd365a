//! What history has kept for long enough is deleted.

use std::time::Duration;

use deskwarden_store::retention;
use tokio::time::{MissedTickBehavior, interval};

use crate::state::State;

/// How often it is looked for tenants whose day it is, or who have changed their setting.
const EVERY: Duration = Duration::from_secs(10);

/// Works until it is dropped.
pub(super) async fn run(state: &State, holder: &str) {
    let mut timer = interval(EVERY);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        match retention::run(&state.store, holder, || state.clock.now()).await {
            Ok(0) => {}
            Ok(sessions) => tracing::info!(sessions, "history was deleted"),
            Err(error) => tracing::warn!(%error, "history could not be gone through; trying again"),
        }
    }
}
