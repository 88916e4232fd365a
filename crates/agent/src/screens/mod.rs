//! The screens source: desktops and single apps that the server asks for, each on an X server of its own that is reached
//! through a socket alone, in a cgroup of its own, with the rights of an account without any.

mod accounts;
mod begin;
mod desktop;
mod ending;
mod entry;
mod guests;
mod kind;
pub(crate) mod managed;
mod needs;
mod orders;
mod place;
mod showing;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use accounts::Accounts;
use desktop::{Ask, Desktop, Handle};
use deskwarden_types::{
    Ability, CommandId, CommandOutcome, DeliveryKind, EndReason, SessionId, Status, Verb,
    agent::{Beat, CommandOrder, CommandStep, Connection, StartOrder, StatusSeen, StreamOrder},
};
use entry::{Entry, Stage};
pub(crate) use guests::Admitted;
use needs::Programs;
use tokio::sync::oneshot;

use crate::{
    files,
    host::Host,
    source::{AbilityState, SessionSource},
    state::StateDir,
    streams::{Dialer, Ending},
};

/// What all screens share.
pub(crate) struct Shared {
    pub host: Arc<Host>,
    pub programs: Option<Programs>,
    pub accounts: Accounts,
    pub dialer: Dialer,
    pub patience: Patience,
}

/// How long what nobody comes back to goes on, in milliseconds; none for ever.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// A streamed app.
    pub abandoned_ms: Option<u64>,
    /// A desktop behind the gate.
    pub behind_gate_ms: Option<u64>,
}

/// The source.
pub(crate) struct Screens {
    shared: Arc<Shared>,
    desktops: Mutex<BTreeMap<SessionId, Handle>>,
    /// Held while a desktop is looked for and, where there is none, begun: two viewers at once get one.
    connecting: Mutex<()>,
}

impl Screens {
    /// Every session as it was last written, for the outbox to begin with.
    pub(crate) fn library(state: &StateDir) -> io::Result<(Vec<Entry>, Vec<StatusSeen>)> {
        let entries: Vec<Entry> = files::read_all_json(&state.screens())?;
        let seen = entries.iter().filter(|e| !e.is_final() && !e.is_behind_gate()).map(|e| e.seen(false)).collect();
        Ok((entries, seen))
    }

    /// Takes every session on.
    pub(crate) fn open(
        host: Arc<Host>,
        dialer: Dialer,
        patience: Patience,
        entries: Vec<Entry>,
    ) -> io::Result<Arc<Self>> {
        let programs = Programs::find();
        if programs.is_some() {
            place::Place::prepare()?;
        }
        let shared = Arc::new(Shared { host, programs, accounts: Accounts::default(), dialer, patience });
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
        Ok(Arc::new(Self { shared, desktops: Mutex::new(desktops), connecting: Mutex::default() }))
    }

    fn desktops(&self) -> MutexGuard<'_, BTreeMap<SessionId, Handle>> {
        let mut desktops = self.desktops.lock().unwrap_or_else(PoisonError::into_inner);
        // One that was forgotten has no task any more.
        desktops.retain(|_, desktop| !desktop.asks.is_closed());
        desktops
    }

    fn ask(&self, session: SessionId, ask: Ask) -> Result<(), Ask> {
        match self.desktop_of(session) {
            Some(desktop) => desktop.asks.send(ask).map_err(|unsent| unsent.0),
            None => Err(ask),
        }
    }

    fn desktop_of(&self, session: SessionId) -> Option<Handle> {
        let desktops = self.desktops();
        let behind_gate = || desktops.values().find(|desktop| desktop.shown.borrow().entry.is_of(session));
        desktops.get(&session).or_else(behind_gate).cloned()
    }

    /// Whether screens can be made on this host.
    pub(crate) fn can(&self) -> bool {
        self.shared.programs.is_some()
    }

    /// How many live.
    pub(crate) fn living(&self) -> usize {
        self.desktops().values().filter(|desktop| !desktop.shown.borrow().entry.is_over()).count()
    }

    /// Takes a viewer that has a seat to its user's desktop, which is begun where there is none.
    pub(crate) async fn connect(&self, wanted: &Connection) -> Result<Admitted, String> {
        let session = wanted.session_id;
        let mut why = "the desktop could not be started".to_owned();
        // One that is found may end just then.
        for _ in 0..3 {
            let (desktop, begun) = match self.find_or_begin(wanted) {
                Ok(found) => found,
                Err(error) => {
                    why = format!("the desktop could not be written down: {error}");
                    break;
                }
            };
            let (answer, admitted) = oneshot::channel();
            let asked = desktop.asks.send(Ask::Connect(session, answer)).is_ok();
            match admitted.await {
                Ok(Ok(admitted)) if asked => return Ok(admitted),
                Ok(Err(said)) => why = said,
                _ => {}
            }
            if begun {
                break;
            }
        }
        let end = guests::seen(session, Status::Ended, Some(EndReason::LaunchFailed), Some(why.clone()));
        self.shared.host.outbox.status(end);
        self.shared.host.outbox.forget(session);
        Err(why)
    }

    fn find_or_begin(&self, wanted: &Connection) -> io::Result<(Handle, bool)> {
        let _one_at_a_time = self.connecting.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |desktop: &&Handle| {
            let shown = desktop.shown.borrow();
            let (entry, order) = (&shown.entry, &shown.entry.order);
            entry.is_behind_gate()
                && !entry.is_over()
                && entry.closing.is_none()
                && (&order.account, &order.name, &order.program) == (&wanted.account, &wanted.name, &wanted.program)
        };
        if let Some(desktop) = self.desktops().values().find(same) {
            return Ok((desktop.clone(), false));
        }
        let order = StartOrder {
            session_id: wanted.session_id,
            kind: DeliveryKind::RemoteAccess,
            account: wanted.account.clone(),
            name: wanted.name.clone(),
            program: wanted.program.clone(),
            valid_until: None,
        };
        self.begin(&order).map(|desktop| (desktop, true))
    }

    /// A viewer has left, or was lost.
    pub(crate) fn departed(&self, session: SessionId, ending: Ending) {
        let _ = self.ask(session, Ask::Departed(session, ending));
    }

    /// Every connection through the gate ends, and is told of.
    pub(crate) async fn gate_closes(&self) {
        let desktops: Vec<Handle> = self.desktops().values().cloned().collect();
        for desktop in desktops.into_iter().filter(|desktop| desktop.shown.borrow().entry.is_behind_gate()) {
            let (done, closed) = oneshot::channel();
            if desktop.asks.send(Ask::GateCloses(done)).is_ok() {
                let _ = closed.await;
            }
        }
    }

    /// Starts a session that is new.
    fn begin(&self, order: &StartOrder) -> io::Result<Handle> {
        let entry = Entry {
            order: order.clone(),
            taken: self.shared.host.clock.stamp(),
            stage: Stage::Starting,
            status: Status::Pending,
            closing: None,
            detail: None,
            connections: BTreeSet::new(),
            departed: VecDeque::new(),
        };
        // Written before anything lives. On an error nothing was started, and the order comes again.
        files::replace_json(&self.shared.host.state.screen(entry.id()), &entry).inspect_err(|error| {
            tracing::error!(%error, session = %entry.id(), "a session was not started: it could not be written down");
        })?;
        let shared = self.shared.clone();
        // An inventory that goes out before the session is told of must not call it gone.
        let no_inventory = shared.host.outbox.launching.clone().try_read_owned().ok();
        let desktop = Desktop::spawn(shared, entry, no_inventory);
        self.desktops().insert(order.session_id, desktop.clone());
        Ok(desktop)
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
        self.desktop_of(session).is_some()
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
        if matches!(order.kind, DeliveryKind::ManagedApp | DeliveryKind::RemoteAccess) {
            return false;
        }
        if self.ask(order.session_id, Ask::Again).is_err() {
            // What was wrong is in the log.
            let _ = self.begin(order);
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
        self.desktops().values().flat_map(|desktop| desktop.beats(now)).collect()
    }

    fn connected(&self) {}

    fn states(&self) -> Vec<AbilityState> {
        Programs::states(self.shared.programs.as_ref())
    }
}
