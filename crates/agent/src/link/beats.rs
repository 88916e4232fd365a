//! Signs of life.

use std::time::Duration;

use deskwarden_types::agent::{Beats, SendBeats};

use super::{Link, Lost};

/// The most sessions that one call takes.
const AT_ONCE: usize = 1_000;

impl Link {
    /// Beats at each heartbeat, until a beat fails. An agent without sessions beats too.
    pub(super) async fn beats(&self) -> Lost {
        let mut settings = self.settings.subscribe();
        loop {
            if let Err(lost) = self.beat().await {
                return lost;
            }
            let seconds = settings.borrow_and_update().heartbeat_seconds.clamp(1, 3_600);
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(seconds.into())) => {}
                _ = settings.changed() => {}
            }
        }
    }

    /// Beats once.
    pub(super) async fn beat(&self) -> Result<(), Lost> {
        let beats: Vec<_> = self.sources.iter().flat_map(|source| source.beats()).collect();
        let mut rest = beats.as_slice();
        loop {
            let (now, later) = rest.split_at(rest.len().min(AT_ONCE));
            let taken = self.client.send::<SendBeats>(Beats { sessions: now.to_vec() }).await?;
            self.line.heard();
            if !taken.unknown_sessions.is_empty() {
                tracing::warn!(sessions = ?taken.unknown_sessions, "the server does not know these sessions");
            }
            rest = later;
            if rest.is_empty() {
                return Ok(());
            }
        }
    }
}
