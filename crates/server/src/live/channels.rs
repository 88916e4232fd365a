//! The agents' channels that are open on this server: one for each agent.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use deskwarden_types::AgentId;
use tokio::sync::Notify;

/// Which channel is the agent's current one.
#[derive(Default)]
pub struct Channels {
    open: Mutex<HashMap<AgentId, Arc<Notify>>>,
}

impl Channels {
    /// Opens a channel; the one that was open before is told to close. What is given back is told when a newer
    /// one opens.
    pub fn open(&self, agent: AgentId) -> Arc<Notify> {
        let replaced = Arc::new(Notify::new());
        let before = self.locked().insert(agent, replaced.clone());
        if let Some(before) = before {
            before.notify_one();
        }
        replaced
    }

    /// Closes a channel; tells whether it was the agent's current one.
    pub fn close(&self, agent: AgentId, channel: &Arc<Notify>) -> bool {
        let mut open = self.locked();
        let is_current = open.get(&agent).is_some_and(|current| Arc::ptr_eq(current, channel));
        if is_current {
            open.remove(&agent);
        }
        is_current
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<AgentId, Arc<Notify>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_newer_channel_takes_over() {
        let channels = Channels::default();
        let first = channels.open(AgentId(1));
        let second = channels.open(AgentId(1));
        first.notified().await;
        assert!(!channels.close(AgentId(1), &first), "the newer one stays");
        assert!(channels.close(AgentId(1), &second));
        assert!(!channels.close(AgentId(1), &second));
    }
}
