//! Launches whose fate is not known yet, on disk: wishes.

use std::sync::Arc;

use deskwarden_client::{Client, ClientError};
use deskwarden_types::{
    BadText, EndReason, Status, Username,
    agent::{AskLaunch, Launch, NewLaunch, Observation, StatusSeen},
};

use super::entry::Pending;
use crate::{files, host::Host};

/// A wish that no server could be asked about for so long is given up, in milliseconds: two days (003).
const GIVE_UP_MS: u64 = 2 * 24 * 60 * 60 * 1000;

/// The wishes of this host.
#[derive(Clone)]
pub(crate) struct Wishes {
    pub host: Arc<Host>,
    pub client: Client,
}

impl Wishes {
    /// Asks the server. The same wish gives the same session, however often it is asked for.
    pub(super) async fn ask(&self, pending: &Pending) -> Result<Launch, ClientError> {
        let refused = |e: BadText| ClientError::Decode(e.to_string());
        let body = NewLaunch {
            launch_key: pending.launch_key.clone(),
            account: Username::try_from(pending.account.clone()).map_err(refused)?,
            program: pending.program.parse().map_err(refused)?,
            version: None,
            age_ms: pending.at.age_ms(&self.host.clock.stamp()),
        };
        self.client.send::<AskLaunch>(body).await
    }

    /// Launches whose fate is not known: their callers were told that nothing was launched, so if the server has a
    /// session for one, it is told that it is gone. `known` are the keys of the sessions in the library.
    pub(super) async fn resolve_all(self, known: Vec<String>) {
        // Between launches: one that is under way needs no help, and would be told to be gone.
        let none_under_way = self.host.outbox.launching.clone().write_owned().await;
        let interrupted = files::read_all_json::<Pending>(&self.host.state.launches());
        drop(none_under_way);
        match interrupted {
            Ok(all) => {
                for pending in all {
                    self.resolve(pending, &known).await;
                }
            }
            Err(error) => tracing::error!(%error, "launches that were interrupted cannot be read"),
        }
    }

    async fn resolve(&self, pending: Pending, known: &[String]) {
        if known.contains(&pending.launch_key) || pending.at.age_ms(&self.host.clock.stamp()) > GIVE_UP_MS {
            return self.forget(&pending.launch_key);
        }
        match self.ask(&pending).await {
            Ok(launch) => {
                let seen = StatusSeen {
                    session_id: launch.session_id,
                    status: Status::Removed,
                    end_reason: Some(EndReason::LaunchFailed),
                    adopted: false,
                    connected: None,
                    closes_in_ms: None,
                    detail: Some("the launch was interrupted before the app was started".to_owned()),
                };
                if self.host.outbox.durably(Observation::Status(seen)).await.is_ok() {
                    self.forget(&pending.launch_key);
                }
            }
            Err(ClientError::Problem(_)) => self.forget(&pending.launch_key),
            Err(error) => tracing::info!(%error, "the fate of a launch is still not known"),
        }
    }

    /// Writes a wish down.
    pub(super) fn keep(&self, pending: &Pending) -> std::io::Result<()> {
        files::replace_json(&self.host.state.launches().join(format!("{}.json", pending.launch_key)), pending)
    }

    /// The wish is fulfilled, refused or given up.
    pub(super) fn forget(&self, launch_key: &str) {
        if let Err(error) = files::remove(&self.host.state.launches().join(format!("{launch_key}.json"))) {
            tracing::warn!(%error, "a launch that is done with could not be forgotten");
        }
    }
}
