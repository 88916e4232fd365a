//! The screens source: desktops and single apps that the server asks for, each on an X server of its own that is reached
//! through a socket alone, in a cgroup of its own, with the rights of an account without any.

mod accounts;
mod begin;
mod desktop;
mod ending;
mod entry;
mod kind;
mod needs;
mod orders;
mod place;
mod showing;

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use accounts::Accounts;
use desktop::{Ask, Desktop, Handle};
use deskwarden_types::{
    Ability, CommandId, CommandOutcome, DeliveryKind, SessionId, Verb,
    agent::{Beat, CommandOrder, CommandStep, StartOrder, StatusSeen, StreamOrder},
};
use entry::{Entry, Stage};
use needs::Programs;

use crate::{files, host::Host, source::SessionSource, state::StateDir, streams::Dialer};

/// What all screens share.
pub(crate) struct Shared {
    pub host: Arc<Host>,
    pub programs: Option<Programs>,
    pub accounts: Accounts,
    pub dialer: Dialer,
    /// Milliseconds after which a streamed app that nobody comes back to ends; none for never.
    pub abandoned_ms: Option<u64>,
}

/// The source.
pub(crate) struct Screens {
    shared: Arc<Shared>,
    desktops: Mutex<BTreeMap<SessionId, Handle>>,
}

impl Screens {
    /// Every session as it was last written, for the outbox to begin with.
    pub(crate) fn library(state: &StateDir) -> io::Result<(Vec<Entry>, Vec<StatusSeen>)> {
        let entries: Vec<Entry> = files::read_all_json(&state.screens())?;
        let seen = entries.iter().filter(|e| !e.is_final()).map(|e| e.seen(false)).collect();
        Ok((entries, seen))
    }

    /// Takes every session on.
    pub(crate) fn open(
        host: Arc<Host>,
        dialer: Dialer,
        abandoned_ms: Option<u64>,
        entries: Vec<Entry>,
    ) -> io::Result<Arc<Self>> {
        let programs = Programs::find();
        if programs.is_some() {
            place::Place::prepare()?;
        }
        let shared = Arc::new(Shared { host, programs, accounts: Accounts::default(), dialer, abandoned_ms });
        for entry in &entries {
            if let Some(living) = entry.living() {
                shared.accounts.take(entry.id(), entry.order.account.clone(), living.owner.clone());
            }
        }
        // Until a session is taken over, what is written of it may not be so any more.
        let no_inventory = || shared.host.outbox.launching.clone().try_read_owned().ok();
        let desktops = entries
            .into_iter()
            .map(|entry| (entry.id(), Desktop::spawn(shared.clone(), entry, no_inventory())))
            .collect();
        Ok(Arc::new(Self { shared, desktops: Mutex::new(desktops) }))
    }

    fn desktops(&self) -> MutexGuard<'_, BTreeMap<SessionId, Handle>> {
        let mut desktops = self.desktops.lock().unwrap_or_else(PoisonError::into_inner);
        // One that was forgotten has no task any more.
        desktops.retain(|_, desktop| !desktop.asks.is_closed());
        desktops
    }

    fn ask(&self, session: SessionId, ask: Ask) -> Result<(), Ask> {
        match self.desktops().get(&session) {
            Some(desktop) => desktop.asks.send(ask).map_err(|unsent| unsent.0),
            None => Err(ask),
        }
    }

    /// Starts a session that is new.
    fn begin(&self, order: &StartOrder) {
        let entry = Entry {
            order: order.clone(),
            taken: self.shared.host.clock.stamp(),
            stage: Stage::Starting,
            status: deskwarden_types::Status::Pending,
            closing: None,
            detail: None,
        };
        // Written before anything lives. On an error nothing was started, and the order comes again.
        if let Err(error) = files::replace_json(&self.shared.host.state.screen(entry.id()), &entry) {
            tracing::error!(%error, session = %entry.id(), "a session was not started: it could not be written down");
            return;
        }
        let shared = self.shared.clone();
        // An inventory that goes out before the session is told of must not call it gone.
        let no_inventory = shared.host.outbox.launching.clone().try_read_owned().ok();
        let desktop = Desktop::spawn(shared, entry, no_inventory);
        self.desktops().insert(order.session_id, desktop);
    }
}

impl SessionSource for Screens {
    fn verbs(&self) -> &'static [Verb] {
        match &self.shared.programs {
            None => &[],
            Some(programs) if programs.scraper.is_none() => {
                &[Verb::Message, Verb::Disconnect, Verb::Expire, Verb::Kill, Verb::End]
            }
            Some(_) => &[Verb::View, Verb::Message, Verb::Disconnect, Verb::Expire, Verb::Kill, Verb::End],
        }
    }

    fn abilities(&self) -> Vec<Ability> {
        self.shared.programs.as_ref().map(Programs::abilities).unwrap_or_default()
    }

    fn knows(&self, session: SessionId) -> bool {
        self.desktops().contains_key(&session)
    }

    fn carry_out(&self, order: CommandOrder) {
        let (id, session) = (order.id, order.session_id);
        if self.ask(session, Ask::Order(Box::new(order))).is_ok() {
            return;
        }
        let detail = format!("this host has no session {session}");
        let end = CommandStep::Failed { outcome: CommandOutcome::UnknownSession, detail };
        let host = self.shared.host.clone();
        tokio::spawn(async move { host.journal.end(&host.outbox, id, end).await });
    }

    fn goes_on(&self, command: CommandId) -> bool {
        let waits = |desktop: &Handle| {
            let entry = desktop.shown.borrow();
            entry.entry.closing.as_ref().is_some_and(|closing| closing.commands.contains(&command))
        };
        self.desktops().values().any(waits)
    }

    fn start(&self, order: &StartOrder) -> bool {
        if order.kind == DeliveryKind::ManagedApp {
            return false;
        }
        if self.ask(order.session_id, Ask::Again).is_err() {
            self.begin(order);
        }
        true
    }

    fn stream(&self, order: StreamOrder) {
        if let Err(Ask::Stream(order)) = self.ask(order.session_id, Ask::Stream(Box::new(order))) {
            tracing::warn!(session = %order.session_id, "this host has no such session to stream");
        }
    }

    fn beats(&self) -> Vec<Beat> {
        let now = self.shared.host.clock.boot_ms();
        self.desktops().values().filter_map(|desktop| desktop.beat(now)).collect()
    }

    fn connected(&self) {}
}
