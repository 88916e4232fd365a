//! What every app of the player shares.

use std::sync::{Mutex, PoisonError};

use deskwarden_types::agent::AgentSettings;

use crate::{cgroup::Tree, clock::Clock, journal::Journal, outbox::Outbox, state::StateDir};

/// The host, as apps need it.
pub(crate) struct Host {
    pub state: StateDir,
    pub clock: Clock,
    pub tree: Tree,
    pub outbox: Outbox,
    pub journal: Journal,
    /// Milliseconds between the request to close and the kill.
    pub grace_ms: u64,
    pub settings: Mutex<AgentSettings>,
}

impl Host {
    /// The settings as they are now.
    pub(crate) fn settings(&self) -> AgentSettings {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
