//! The connection to the server: the agent dials out, and keeps at it.
//!
//! Hello, then three things at once until one of them fails: orders down, reports up, beats. Then hello again.

mod backoff;
mod beats;
mod courier;
mod line;
mod orders;

use std::{collections::BTreeSet, io, sync::Arc, time::Duration};

pub(crate) use backoff::Backoff;
use deskwarden_client::{Client, ClientError};
use deskwarden_types::{
    Ability, ErrorCode, SessionId, Verb,
    agent::{AgentSettings, Hello, PROTOCOL, SayHello, Welcome},
};
pub(crate) use line::Line;
use tokio::sync::watch;

use crate::{clock::Clock, host::Host, outbox::Outbox, source::SessionSource};

/// The connection.
pub(crate) struct Link {
    pub client: Client,
    pub clock: Clock,
    pub outbox: Outbox,
    pub host: Arc<Host>,
    pub sources: Vec<Arc<dyn SessionSource>>,
    pub line: Arc<Line>,
    /// Where native viewers come in, as people type it.
    pub gate: Option<String>,
    pub settings: watch::Sender<AgentSettings>,
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Lost {
    #[error("{0}")]
    Server(#[from] ClientError),
    #[error("the spool: {0}")]
    Spool(#[from] io::Error),
    #[error("the server closed the order stream")]
    Closed,
    #[error("the server has said nothing for {} s", orders::SILENCE.as_secs())]
    Silent,
    #[error("the server takes no report")]
    NothingTaken,
    #[error("this agent was revoked: enrol it anew with a new code")]
    Revoked,
}

impl Link {
    /// Keeps the connection for ever, or until the agent is revoked.
    pub(crate) async fn keep(&self) {
        let mut backoff = Backoff::new();
        loop {
            let lost = match self.connection(&mut backoff).await {
                Lost::Server(error) if is_revoked(&error) => Lost::Revoked,
                lost => lost,
            };
            tracing::warn!(%lost, "not connected");
            self.line.is(format!("not connected: {lost}"));
            if matches!(lost, Lost::Revoked) {
                return;
            }
            let asked = if let Lost::Server(error) = &lost { error.retry_after() } else { None };
            tokio::time::sleep(backoff.next(asked)).await;
        }
    }

    async fn connection(&self, backoff: &mut Backoff) -> Lost {
        if let Err(lost) = self.hello().await {
            return lost;
        }
        backoff.reset();
        self.line.is("connected");
        tokio::select! {
            lost = self.orders() => lost,
            lost = self.courier() => lost,
            lost = self.beats() => lost,
        }
    }

    async fn hello(&self) -> Result<(), Lost> {
        let verbs: BTreeSet<Verb> = self.sources.iter().flat_map(|source| source.verbs()).copied().collect();
        let gate = self.gate.as_ref().map(|_| Ability::Gate);
        let abilities = self.sources.iter().flat_map(|source| source.abilities()).chain(gate);
        let hello = Hello {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            host_name: host_name(),
            boot_id: self.clock.boot_id().to_owned(),
            clock: self.clock.wall(),
            verbs: verbs.into_iter().collect(),
            abilities: abilities.map(|ability| ability.to_string()).collect(),
            gate: self.gate.clone(),
            last_seq: self.outbox.spool().last_seq(),
        };
        let welcome: Welcome = self.client.send::<SayHello>(hello).await?;
        self.line.heard();
        tracing::info!(skew_ms = welcome.clock_skew_ms, sessions = welcome.sessions.len(), "connected");
        if self.outbox.spool().align(welcome.taken_through)? {
            tracing::warn!(
                taken_through = welcome.taken_through,
                "the server has taken other reports than this agent has sent: the waiting ones have new numbers"
            );
        }
        self.take_settings(welcome.settings);
        for source in &self.sources {
            source.connected();
        }
        self.outbox.inventory().await;
        Ok(())
    }

    /// Behaves like this from now on.
    fn take_settings(&self, settings: AgentSettings) {
        self.settings.send_replace(settings);
        self.host.take_settings(settings);
        for source in &self.sources {
            source.settings(settings);
        }
    }

    fn source_of(&self, session: SessionId) -> Option<&Arc<dyn SessionSource>> {
        self.sources.iter().find(|source| source.knows(session))
    }
}

/// The host's name as it is now.
pub(crate) fn host_name() -> String {
    let name = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "localhost".to_owned())
}

/// A key that will never be good again. A token that is merely unknown may be a server that lost its database for a
/// moment, and is tried again.
fn is_revoked(error: &ClientError) -> bool {
    error.code() == Some(ErrorCode::TokenRevoked)
}

/// Waits at most so long for the next item of a stream.
async fn within<T>(limit: Duration, next: impl Future<Output = Option<T>>) -> Result<T, Lost> {
    match tokio::time::timeout(limit, next).await {
        Err(_) => Err(Lost::Silent),
        Ok(None) => Err(Lost::Closed),
        Ok(Some(item)) => Ok(item),
    }
}
