//! The tenants whose sessions somebody follows on this server.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use deskwarden_domain::list::Selection;
use deskwarden_store::StoreError;
use deskwarden_types::{ErrorCode, TenantId, UserId};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::{
    asks::Turns,
    known::Budget,
    tenant::TenantFeed,
    told::{Told, Viewpoint},
};
use crate::{http::ApiError, state::State};

/// Readers that may wait for their tenant's task.
const WAITING: usize = 256;
/// Feeds that one person may have open on this server: each asks its filter again and again.
const MOST_OF_ONE: usize = 50;
/// When one more may be tried, in seconds.
const LATER: u64 = 10;

/// The tenants that are followed.
#[derive(Default)]
pub struct Feeds {
    tenants: Mutex<HashMap<TenantId, mpsc::Sender<Join>>>,
    /// How many sessions are remembered for all of them.
    pub(super) budget: Budget,
    /// Who asks the database what fits, and who waits for that.
    pub(super) turns: Turns,
    /// How many feeds each person has open.
    open: Arc<Mutex<HashMap<UserId, usize>>>,
}

/// A place for one reader; given back when dropped.
pub struct Place {
    open: Arc<Mutex<HashMap<UserId, usize>>>,
    user: UserId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
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
    /// A place for one more reader of this person's.
    pub fn place(&self, user: UserId) -> Result<Place, ApiError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user).or_default();
        if *count >= MOST_OF_ONE {
            let detail = format!("{MOST_OF_ONE} live feeds of yours are open already; close some of them.");
            return Err(ApiError::new(ErrorCode::TooManyRequests, detail).with_retry_after(LATER));
        }
        *count += 1;
        Ok(Place { open: self.open.clone(), user })
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_so_many_feeds_and_no_more() {
        let feeds = Feeds::default();
        let mut places: Vec<_> = (0..MOST_OF_ONE).map(|_| feeds.place(UserId(1)).unwrap()).collect();
        assert_eq!(feeds.place(UserId(1)).err().unwrap().code, ErrorCode::TooManyRequests);
        assert!(feeds.place(UserId(2)).is_ok());
        places.pop();
        assert!(feeds.place(UserId(1)).is_ok());
        drop(places);
        assert!(feeds.open.lock().unwrap().is_empty());
    }
}
