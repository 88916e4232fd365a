//! The apps source: programs of local accounts, each session in a cgroup of its own, with its entry on disk.

mod app;
pub(crate) mod entry;

mod launch;
mod orders;
mod wishes;

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use app::{App, Ask, Handle};
use deskwarden_client::Client;
use deskwarden_types::{
    CommandId, CommandOutcome, SessionId, Status, Verb,
    agent::{Beat, CommandOrder, CommandStep, StatusSeen},
};
use entry::Entry;
use tokio::sync::oneshot;
use wishes::Wishes;

pub(crate) use self::launch::Request;
use crate::{clock::Stamp, exec::Environment, files, host::Host, source::SessionSource, state::StateDir};

/// The player.
pub(crate) struct Player {
    host: Arc<Host>,
    wishes: Wishes,
    apps: Mutex<BTreeMap<SessionId, Handle>>,
}

/// Why something was not done, for the person who asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// There is no such program.
    #[error("{0}")]
    UnknownProgram(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl Player {
    /// Every session of the library as it was last written, for the outbox to begin with.
    pub(crate) fn library(state: &StateDir, now: &Stamp) -> io::Result<(Vec<Entry>, Vec<StatusSeen>)> {
        let entries: Vec<Entry> = files::read_all_json(&state.sessions())?;
        let seen = entries.iter().filter(|e| e.status != Status::Removed).map(|e| e.seen(now)).collect();
        Ok((entries, seen))
    }

    /// Takes every session of the library on.
    pub(crate) fn open(host: Arc<Host>, client: Client, entries: Vec<Entry>) -> Arc<Self> {
        // Until an app is taken over, the library may say that it runs though it does not any more. Nobody writes yet,
        // so there is a guard for each.
        let no_inventory = || host.outbox.launching.clone().try_read_owned().ok();
        let apps = entries.into_iter().map(|entry| (entry.session_id, App::spawn(host.clone(), entry, no_inventory())));
        let (apps, wishes) = (Mutex::new(apps.collect()), Wishes { host: host.clone(), client });
        Arc::new(Self { apps, wishes, host })
    }

    fn app(&self, id: SessionId) -> Option<Handle> {
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        // A removed session's task has ended.
        apps.retain(|_, app| !app.asks.is_closed());
        apps.get(&id).cloned()
    }

    /// The sessions that this account may see: its own; root's are all.
    pub(crate) fn sessions(&self, uid: u32) -> Vec<Entry> {
        let apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = apps.values().map(|app| app.entry.borrow().clone());
        entries.filter(|e| e.status != Status::Removed && (uid == 0 || e.program.account.uid == uid)).collect()
    }

    /// A session, if this account may use it. To others it is not there.
    fn own(&self, id: SessionId, uid: u32) -> Result<Handle, Refusal> {
        let own = self.app(id).filter(|app| uid == 0 || app.entry.borrow().program.account.uid == uid);
        own.ok_or_else(|| Refusal::Other(format!("there is no session {id} of yours in the player")))
    }

    /// Runs a session's app again.
    pub(crate) async fn start(
        &self,
        id: SessionId,
        uid: u32,
        env: Environment,
        directory: std::path::PathBuf,
    ) -> Result<(), Refusal> {
        let app = self.own(id, uid)?;
        // Root starts it where its user is, not where root is.
        let from = (app.entry.borrow().program.account.uid == uid).then_some((env, directory));
        let (reply, answer) = oneshot::channel();
        answered(&app, Ask::Start { from, reply }, answer).await
    }

    /// Takes a session out of the player.
    pub(crate) async fn remove(&self, id: SessionId, uid: u32) -> Result<(), Refusal> {
        let app = self.own(id, uid)?;
        let (reply, answer) = oneshot::channel();
        answered(&app, Ask::Remove { failed: None, reply }, answer).await
    }
}

async fn answered(app: &Handle, ask: Ask, answer: oneshot::Receiver<Result<(), String>>) -> Result<(), Refusal> {
    let gone = || Refusal::Other("the session was removed".to_owned());
    app.asks.send(ask).map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?.map_err(Refusal::Other)
}

impl SessionSource for Player {
    fn verbs(&self) -> &'static [Verb] {
        &[Verb::Message, Verb::Evict, Verb::Expire, Verb::Kill]
    }

    fn knows(&self, session: SessionId) -> bool {
        self.app(session).is_some()
    }

    fn carry_out(&self, order: CommandOrder) {
        let (id, session) = (order.id, order.session_id);
        if self.app(session).is_some_and(|app| app.asks.send(Ask::Order(order)).is_ok()) {
            return;
        }
        let detail = format!("this player has no session {session}");
        let end = CommandStep::Failed { outcome: CommandOutcome::UnknownSession, detail };
        let host = self.host.clone();
        tokio::spawn(async move { host.journal.end(&host.outbox, id, end).await });
    }

    fn goes_on(&self, command: CommandId) -> bool {
        self.sessions(0).iter().filter_map(|e| e.closing.as_ref()).any(|closing| closing.commands.contains(&command))
    }

    fn beats(&self) -> Vec<Beat> {
        self.sessions(0).iter().map(|e| Beat { session_id: e.session_id, idle_seconds: None }).collect()
    }

    fn connected(&self) {
        let known = self.sessions(0).into_iter().map(|entry| entry.launch_key).collect();
        tokio::spawn(self.wishes.clone().resolve_all(known));
    }
}
