//! The tenants whose sessions somebody follows on this server.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use deskwarden_domain::list::Selection;
use deskwarden_store::StoreError;
use deskwarden_types::TenantId;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::{
    known::Budget,
    tenant::TenantFeed,
    told::{Told, Viewpoint},
};
use crate::{http::ApiError, state::State};

/// Readers that may wait for their tenant's task.
const WAITING: usize = 256;

/// The tenants that are followed.
#[derive(Default)]
pub struct Feeds {
    tenants: Mutex<HashMap<TenantId, mpsc::Sender<Join>>>,
    /// How many sessions are remembered for all of them.
    pub(super) budget: Budget,
}

/// A reader on his way in.
pub struct Join {
    /// What he follows.
    pub selection: Selection,
    /// As whom.
    pub viewpoint: Viewpoint,
    /// The revision that he knows.
    pub since: Option<i64>,
    /// Where he waits.
    pub reply: oneshot::Sender<Result<Joined, StoreError>>,
}

/// What a reader begins with.
pub struct Joined {
    /// The revision from which he is told everything, beside what he has missed.
    pub revision: i64,
    /// The revision that he knew.
    pub since: Option<i64>,
    /// What he has missed.
    pub missed: Vec<Told>,
    /// What comes.
    pub events: broadcast::Receiver<Told>,
    /// The number of the tenant's newest audit entry, which moves before anything is told that was read after it.
    pub audited: watch::Receiver<i64>,
}

impl Feeds {
    /// Joins those who follow a tenant's sessions.
    pub async fn join(
        state: &Arc<State>,
        tenant: TenantId,
        selection: Selection,
        viewpoint: Viewpoint,
        since: Option<i64>,
    ) -> Result<Joined, ApiError> {
        let (reply, joined) = oneshot::channel();
        let mut join = Join { selection, viewpoint, since, reply };
        loop {
            let sender = state.feeds.task(state, tenant);
            match sender.send(join).await {
                Ok(()) => break,
                // It had ended just then.
                Err(mpsc::error::SendError(back)) => join = back,
            }
        }
        // A task that cannot read ends; the readers come back.
        Ok(joined.await.unwrap_or(Err(StoreError::Closed))?)
    }

    /// The task of a tenant; it is started where there is none.
    fn task(&self, state: &Arc<State>, tenant: TenantId) -> mpsc::Sender<Join> {
        let mut tenants = self.locked();
        if let Some(sender) = tenants.get(&tenant).filter(|sender| !sender.is_closed()) {
            return sender.clone();
        }
        let (sender, joins) = mpsc::channel(WAITING);
        tenants.insert(tenant, sender.clone());
        state.runtime.spawn(TenantFeed::new(state.clone(), tenant).run(joins));
        sender
    }

    /// Ends a tenant's task that nobody needs. One who is on his way in keeps it.
    pub(super) fn end(&self, tenant: TenantId, joins: &mut mpsc::Receiver<Join>) -> Option<Join> {
        let mut tenants = self.locked();
        let waiting = joins.try_recv().ok();
        if waiting.is_none() {
            tenants.remove(&tenant);
            joins.close();
        }
        waiting
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<TenantId, mpsc::Sender<Join>>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
