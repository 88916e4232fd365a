//! Closes streams that may not go on, whoever decided so and on whichever server.

use std::{collections::HashSet, time::Duration};

use deskwarden_store::{
    StoreError,
    streams::{self, Ending, WatchEnd},
};
use deskwarden_types::{StreamId, TenantId, agent::stream_close};
use tokio::{
    sync::broadcast::error::{RecvError, TryRecvError},
    time::{MissedTickBehavior, interval, sleep},
};

use super::link::{End, GOING_AWAY};
use crate::state::State;

/// Changes are gathered for so long.
const GATHER: Duration = Duration::from_millis(100);
/// It is looked without a change, too: time ends sessions, and a word of the database may be lost.
const EVERY: Duration = Duration::from_secs(2);
/// How often it is written down that the streams live.
const HEARD: Duration = Duration::from_secs(10);

/// Ends all streams: the server stops.
pub fn stop(state: &State) {
    state.relays.end_all(&End::new(GOING_AWAY, "the server stops; connect again"));
}

/// Works until it is dropped.
pub async fn watch(state: &State) {
    let mut changes = state.store.changes();
    let (mut every, mut heard) = (interval(EVERY), interval(HEARD));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heard.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let mut tenants: HashSet<TenantId> = HashSet::new();
        tokio::select! {
            change = changes.recv() => match change {
                Ok(change) if state.relays.has(change.tenant) => {
                    tenants.insert(change.tenant);
                    sleep(GATHER).await;
                    loop {
                        match changes.try_recv() {
                            Ok(change) => drop(tenants.insert(change.tenant)),
                            Err(TryRecvError::Lagged(_)) => {}
                            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                        }
                    }
                }
                Ok(_) => continue,
                Err(RecvError::Lagged(_)) => tenants.extend(state.relays.by_tenant().into_keys()),
                Err(RecvError::Closed) => return,
            },
            _ = every.tick() => tenants.extend(state.relays.by_tenant().into_keys()),
            _ = heard.tick() => {
                if let Err(error) = tell(state).await {
                    tracing::warn!(%error, "streams could not be marked as living; trying again");
                }
                continue;
            }
        }
        if let Err(error) = look(state, &tenants).await {
            tracing::warn!(%error, "streams could not be looked after; trying again");
        }
    }
}

async fn look(state: &State, tenants: &HashSet<TenantId>) -> Result<(), StoreError> {
    for (tenant, ids) in state.relays.by_tenant() {
        if !tenants.contains(&tenant) {
            continue;
        }
        let endings = state.store.read(tenant, state.clock.now(), move |scope| streams::endings(scope, &ids)).await?;
        for ending in endings {
            if let Some(link) = state.relays.find(ending.id) {
                link.end(why(&ending));
            }
        }
    }
    Ok(())
}

fn why(ending: &Ending) -> End {
    match ending.code {
        stream_close::SESSION_OVER => End::new(ending.code, "the session is over"),
        stream_close::ENDED_BY_USER => End::new(ending.code, "the user ended it").by(WatchEnd::User),
        stream_close::OPENED_ELSEWHERE => End::new(ending.code, "the session was opened elsewhere"),
        stream_close::DISCONNECTED => End::new(ending.code, "the session was disconnected"),
        code => End::new(code, "watching was ended"),
    }
}

async fn tell(state: &State) -> Result<(), StoreError> {
    for (tenant, ids) in state.relays.by_tenant() {
        let now = state.clock.now();
        let ids: Vec<StreamId> = ids;
        state.store.write_all(move |conn| streams::heard(conn, tenant, &ids, now)).await?;
    }
    Ok(())
}
