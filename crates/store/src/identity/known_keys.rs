//! Agents' keys that were looked up, so that a word of an agent costs no query. A key that is revoked is forgotten at
//! once on the server that revokes it and where the news of it arrives, and everywhere within about a second by asking.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use deskwarden_types::{AgentId, Timestamp};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{SecretHash, agent_by_key};
use crate::{Change, Conn, Result, Store, agents::AgentIdentity, schema::agents};

/// A key is looked up again after so many seconds: its host may have another name by then.
const KEPT: i64 = 60;
/// Without an answer about revoked keys for so many milliseconds, every key is looked up.
const TRUSTED: i64 = 2_500;
/// A transaction that revokes takes no longer, in seconds.
const LONGEST: i64 = 120;
/// Keys that are kept at most.
const MOST: usize = 200_000;

/// The keys.
#[derive(Default)]
pub(crate) struct KnownKeys {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    by_hash: HashMap<SecretHash, (AgentIdentity, Timestamp)>,
    by_agent: HashMap<AgentId, SecretHash>,
    /// When it was last asked which were revoked.
    asked_at: Option<Timestamp>,
    /// Counts what was forgotten, so that what was read before is not kept after.
    forgotten: u64,
}

impl KnownKeys {
    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something about these agents has changed.
    pub(crate) fn forget(&self, change: &Change) {
        if change.agents.is_empty() {
            return;
        }
        let mut inner = self.locked();
        if change.wakes_all() {
            *inner = Inner { forgotten: inner.forgotten + 1, asked_at: inner.asked_at, ..Inner::default() };
        } else {
            change.agents.iter().for_each(|agent| inner.forget(*agent));
        }
    }
}

impl Inner {
    fn forget(&mut self, agent: AgentId) {
        self.forgotten += 1;
        if let Some(hash) = self.by_agent.remove(&agent) {
            self.by_hash.remove(&hash);
        }
    }

    fn find(&self, key: &SecretHash, now: Timestamp) -> Option<AgentIdentity> {
        let recent = |at: Timestamp, millis: i64| (0..=millis).contains(&(now.millis() - at.millis()));
        let (agent, since) = self.by_hash.get(key)?;
        (recent(*since, KEPT * 1000) && self.asked_at.is_some_and(|at| recent(at, TRUSTED))).then(|| agent.clone())
    }
}

/// The agent with this key, in any tenant, and whether it was revoked.
pub async fn known_agent(store: &Store, key: SecretHash, now: Timestamp) -> Result<Option<(AgentIdentity, bool)>> {
    let forgotten = {
        let inner = store.keys().locked();
        if let Some(agent) = inner.find(&key, now) {
            return Ok(Some((agent, false)));
        }
        inner.forgotten
    };
    let found = store.read_all(move |conn| agent_by_key(conn, &key)).await?;
    if let Some((agent, false)) = &found {
        let mut inner = store.keys().locked();
        if inner.forgotten == forgotten {
            if inner.by_hash.len() >= MOST {
                inner.by_hash.clear();
                inner.by_agent.clear();
            }
            inner.by_agent.insert(agent.agent, key);
            inner.by_hash.insert(key, (agent.clone(), now));
        }
    }
    Ok(found)
}

/// Asks which keys were revoked of late, by whatever server. To be called each second.
pub async fn forget_revoked(store: &Store, now: Timestamp) -> Result<()> {
    if store.keys().locked().by_hash.is_empty() {
        store.keys().locked().asked_at = Some(now);
        return Ok(());
    }
    let since = now.plus_seconds(-LONGEST).millis();
    let revoked = move |conn: &mut Conn| {
        // no tenant: the keys of all of them.
        let ids: Vec<i64> = agents::table.filter(agents::revoked_at.ge(since)).select(agents::id).load(conn)?;
        Ok(ids)
    };
    let revoked = store.read_all(revoked).await?;
    let mut inner = store.keys().locked();
    revoked.into_iter().for_each(|id| inner.forget(AgentId(id)));
    inner.asked_at = Some(now);
    Ok(())
}
