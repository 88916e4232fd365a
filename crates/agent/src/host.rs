//! What the sources of sessions share.

use std::sync::{Mutex, PoisonError};

use deskwarden_types::agent::AgentSettings;

use crate::{cgroup::Tree, clock::Clock, files, journal::Journal, outbox::Outbox, state::StateDir};

/// The host, as the sources need it.
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

    /// Behaves like this from now on, after a restart too.
    pub(crate) fn take_settings(&self, settings: AgentSettings) {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings;
        if let Err(error) = files::replace_json(&self.state.settings(), &settings) {
            tracing::warn!(%error, "the settings could not be written down");
        }
    }
}
