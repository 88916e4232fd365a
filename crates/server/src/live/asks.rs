//! Asking the database what fits a filter, beside the tenant's task: it may take long, and no change waits for it.

use std::sync::Arc;

use deskwarden_domain::list::Selection;
use deskwarden_store::{
    Scope, StoreError,
    sessions::{self, Viewer},
};
use deskwarden_types::{SessionId, TenantId};
use tokio::{
    sync::Semaphore,
    task::{AbortHandle, JoinSet},
};

use super::{audience::Audience, known::MOST_KNOWN};
use crate::state::State;

/// Questions that a server asks at the same time: lists come first.
const AT_ONCE: usize = 2;
/// Sessions that fit a filter and are read: one more than are remembered, to know that there are more.
const MOST_ASKED: u32 = MOST_KNOWN as u32 + 1;

/// Turns of those who ask, over all tenants.
pub struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

/// What fits a filter.
pub struct Found {
    /// The tenant's revision when it was read.
    pub revision: i64,
    /// And its newest audit entry.
    pub audited: i64,
    /// The sessions, more than [`MOST_KNOWN`] if there are.
    pub ids: Vec<SessionId>,
}

/// An answer on its way back to the tenant's task.
pub struct Asked {
    /// Whose question it was.
    pub name: String,
    /// Its number: meanwhile the audience may be another of the same name, or ask something newer.
    pub number: u64,
    /// What the database said.
    pub found: Result<Found, StoreError>,
}

/// A question on its way; given up when dropped.
pub struct Asking {
    /// Its number.
    pub number: u64,
    handle: AbortHandle,
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

/// The questions of a tenant's readers; given up when dropped.
#[derive(Default)]
pub struct Asks {
    tasks: JoinSet<Asked>,
    last: u64,
}

impl Asks {
    /// Asks what fits an audience's filter.
    pub fn ask(&mut self, state: &Arc<State>, tenant: TenantId, name: &str, audience: &mut Audience) {
        self.last += 1;
        let (number, name, state) = (self.last, name.to_owned(), state.clone());
        let (viewer, selection) = (audience.viewer(), audience.selection().clone());
        let handle = self.tasks.spawn(async move {
            let found = find(&state, tenant, viewer, selection).await;
            Asked { name, number, found }
        });
        audience.asks(Asking { number, handle });
    }

    /// The next answer.
    pub async fn next(&mut self) -> Asked {
        loop {
            match self.tasks.join_next().await {
                Some(Ok(asked)) => return asked,
                // Given up: nobody needs it.
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }
}

async fn find(state: &State, tenant: TenantId, viewer: Viewer, selection: Selection) -> Result<Found, StoreError> {
    // It is never closed.
    let _turn = state.feeds.turns.0.acquire().await;
    let read = move |scope: &mut Scope<'_>| {
        let none = sessions::changes(scope, i64::MAX, 0)?;
        let ids = sessions::matching_ids(scope, &viewer, &selection, MOST_ASKED)?;
        Ok(Found { revision: none.revision, audited: none.audited, ids })
    };
    state.store.read(tenant, state.clock.now(), read).await
}
