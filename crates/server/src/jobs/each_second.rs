//! What is done each second: beats are written, revoked keys forgotten.

use std::time::Duration;

use deskwarden_store::{identity, reports};
use tokio::time::{MissedTickBehavior, interval};

use crate::state::State;

/// How often.
const EVERY: Duration = Duration::from_secs(1);

/// Works until it is dropped.
pub(super) async fn run(state: &State) {
    let mut timer = interval(EVERY);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        let (flushed, asked) = tokio::join!(
            reports::flush(&state.store, state.clock.now()),
            identity::forget_revoked(&state.store, state.clock.now())
        );
        for error in [flushed.err(), asked.err()].into_iter().flatten() {
            tracing::warn!(%error, "what is done each second could not be done; trying again");
        }
    }
}

/// The last time, when the server stops.
pub(super) async fn finish(state: &State) {
    if let Err(error) = reports::flush(&state.store, state.clock.now()).await {
        tracing::warn!(%error, "the last beats could not be written");
    }
}
