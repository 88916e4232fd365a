//! Work that nobody asks for: deadlines, lost sessions, clean-up, things whose time is over.

mod bulk;
mod each_second;
mod retention;

pub use bulk::work_off;

use std::{sync::Arc, time::Duration};

use deskwarden_store::{Store, identity, jobs};
use deskwarden_types::Timestamp;
use tokio::time::{MissedTickBehavior, interval};

use crate::{auth::FORGOTTEN_SECONDS, relay, state::State};

/// How often deadlines are looked at.
const DEADLINES: Duration = Duration::from_secs(5);
/// How often failed sign-ins go to the audit log.
const FAILURES: Duration = Duration::from_secs(60);
/// How often what has expired is purged.
const PURGE: Duration = Duration::from_secs(600);

/// Works until the server stops. `holder` names this server process among all of one database.
pub async fn run(state: Arc<State>, holder: String) {
    let mut stopping = state.stopping.clone();
    let up_since = state.clock.now();
    let work = async {
        let (mut deadlines, mut failures, mut purge) = (interval(DEADLINES), interval(FAILURES), interval(PURGE));
        for timer in [&mut deadlines, &mut failures, &mut purge] {
            timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            tokio::select! {
                _ = deadlines.tick() => due(&state, &holder, up_since).await,
                _ = failures.tick() => state.failed_sign_ins.flush(&state.store, state.clock.now()).await,
                _ = purge.tick() => expired(&state.store, state.clock.now()).await,
            }
        }
    };
    tokio::select! {
        () = work => {}
        () = each_second::run(&state) => {}
        () = bulk::run(&state) => {}
        () = retention::run(&state, &holder) => {}
        () = relay::watch(&state) => {}
        // An error says that the server is gone, which is the same.
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
    relay::stop(&state);
    each_second::finish(&state).await;
    state.failed_sign_ins.flush(&state.store, state.clock.now()).await;
}

async fn due(state: &State, holder: &str, up_since: Timestamp) {
    let done = jobs::run(&state.store, holder, up_since, state.clock.now()).await;
    match done {
        Ok(done) if done == jobs::Done::default() => {}
        Ok(done) => tracing::info!(?done, "jobs"),
        Err(error) => tracing::warn!(%error, "jobs could not be done; trying again"),
    }
}

async fn expired(store: &Store, now: Timestamp) {
    let purge = move |conn: &mut deskwarden_store::Conn| {
        identity::purge(conn, now)?;
        identity::purge_throttles(conn, now.plus_seconds(-FORGOTTEN_SECONDS))
    };
    if let Err(error) = store.write_all(purge).await {
        tracing::warn!(%error, "what has expired could not be purged; trying again");
    }
}
