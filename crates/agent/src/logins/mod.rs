//! Logins on this host that the product did not start: SSH, xrdp, other VNC servers. logind knows them, over D-Bus.
//!
//! What is known is on disk, so that the next agent tells truly which of them are over.

mod bus;
mod kind;
mod watch;

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use deskwarden_client::Client;
use deskwarden_types::{
    Ability, CommandId, CommandOutcome, EndReason, SessionId, Status, Verb,
    agent::{Beat, CommandOrder, CommandStep, StatusSeen},
};
use tokio::sync::mpsc;

use crate::{
    files,
    host::Host,
    source::{AbilityState, SessionSource},
    state::StateDir,
};

/// What is known of the host's logins.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Known {
    /// logind numbers sessions anew after each boot.
    boot_id: String,
    /// By logind's id.
    logins: BTreeMap<String, SessionId>,
}

impl Known {
    /// As it was last written.
    pub(crate) fn read(state: &StateDir) -> io::Result<Self> {
        Ok(files::read_json(&state.logins())?.unwrap_or_default())
    }

    /// What an inventory is to name until more is known.
    pub(crate) fn seen(&self) -> impl Iterator<Item = StatusSeen> + use<'_> {
        self.logins.values().map(|session| seen(*session, Status::Active, None))
    }
}

enum Ask {
    /// The server was reached anew.
    Look,
    /// End one.
    End(Box<CommandOrder>),
}

/// The source.
pub(crate) struct Logins {
    host: Arc<Host>,
    known: Mutex<Known>,
    asks: mpsc::UnboundedSender<Ask>,
    /// Why nothing can be found; empty while logind answers.
    trouble: Mutex<String>,
}

impl Logins {
    /// Looks for logins from now on, as soon and as long as there is a logind.
    pub(crate) async fn open(host: Arc<Host>, client: Client, known: Known) -> Arc<Self> {
        let (asks, inbox) = mpsc::unbounded_channel();
        let logins = Arc::new(Self { host, known: Mutex::new(known), asks, trouble: Mutex::default() });
        logins.leave_other_boots().await;
        let bus = logins.find_bus().await;
        tokio::spawn(watch::Watch::new(logins.clone(), client).keep(bus, inbox));
        logins
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key_of(&self, session: SessionId) -> Option<String> {
        let known = self.known();
        known.logins.iter().find(|(_, one)| **one == session).map(|(key, _)| key.clone())
    }

    async fn find_bus(&self) -> Option<bus::Bus> {
        let found = bus::Bus::open().await;
        let trouble = found.as_ref().err().map(|error| format!("no logind: {error}")).unwrap_or_default();
        let mut before = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if *before != trouble {
            match trouble.is_empty() {
                true => tracing::info!("logins on this host are looked for"),
                false => tracing::info!(trouble, "logins on this host are not looked for"),
            }
            *before = trouble;
        }
        found.ok()
    }

    /// What was there before the machine was started anew is not any more.
    async fn leave_other_boots(&self) {
        let boot_id = self.host.clock.boot_id().to_owned();
        let gone = {
            let mut known = self.known();
            if known.boot_id == boot_id {
                return;
            }
            let gone = std::mem::take(&mut known.logins);
            known.boot_id = boot_id;
            gone
        };
        for session in gone.into_values() {
            self.tell_end(session, EndReason::HostShutdown).await;
        }
        self.save();
    }

    /// Tells that a login is over.
    async fn tell_end(&self, session: SessionId, reason: EndReason) {
        let outbox = &self.host.outbox;
        let end = seen(session, Status::Ended, Some(reason));
        let what = deskwarden_types::agent::Observation::Status(end.clone());
        if outbox.durably(what).await.is_err() {
            outbox.status(end);
        }
        outbox.forget(session);
    }

    fn save(&self) {
        let known = self.known().clone();
        if let Err(error) = files::replace_json(&self.host.state.logins(), &known) {
            tracing::error!(%error, "logins could not be written down");
        }
    }
}

impl SessionSource for Logins {
    fn verbs(&self) -> &'static [Verb] {
        if self.abilities().is_empty() { &[] } else { &[Verb::End] }
    }

    fn abilities(&self) -> Vec<Ability> {
        let well = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        well.then_some(Ability::Logins).into_iter().collect()
    }

    fn knows(&self, session: SessionId) -> bool {
        self.key_of(session).is_some()
    }

    fn carry_out(&self, order: CommandOrder) {
        if order.known_verb() == Some(Verb::End) {
            // The task lives as long as the agent.
            let _ = self.asks.send(Ask::End(Box::new(order)));
            return;
        }
        let detail = format!("logins have no verb {:?}", order.verb);
        let end = CommandStep::Failed { outcome: CommandOutcome::Unsupported, detail };
        let host = self.host.clone();
        tokio::spawn(async move { host.journal.end(&host.outbox, order.id, end).await });
    }

    fn goes_on(&self, _: CommandId) -> bool {
        false
    }

    fn beats(&self) -> Vec<Beat> {
        self.known().logins.values().map(|session| Beat { session_id: *session, idle_seconds: None }).collect()
    }

    fn connected(&self) {
        let _ = self.asks.send(Ask::Look);
    }

    fn states(&self) -> Vec<AbilityState> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let can = trouble.is_empty();
        let there = || format!("{} on this host now", self.known().logins.len());
        vec![AbilityState { ability: Ability::Logins, can, detail: if can { there() } else { trouble } }]
    }
}

/// A login as it is told.
fn seen(session_id: SessionId, status: Status, end_reason: Option<EndReason>) -> StatusSeen {
    let connected = Some(status == Status::Active);
    StatusSeen { session_id, status, end_reason, adopted: false, connected, closes_in_ms: None, detail: None }
}
