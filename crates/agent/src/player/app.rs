//! One session in the player: a task of its own, so that nothing about it happens twice at once.

use std::{path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use deskwarden_types::{
    CommandOutcome, EndReason, Status,
    agent::{CommandOrder, CommandStep, Observation, StatusSeen},
};
use tokio::{
    sync::{OwnedRwLockReadGuard, mpsc, oneshot, watch},
    task::JoinHandle,
};

use super::entry::{Entry, Step};
use crate::{
    cgroup::Group,
    display::Screen,
    exec::{self, Environment, Job},
    files,
    host::Host,
};

/// What can be asked of an app.
pub(crate) enum Ask {
    /// Run it, with the display and the directory of who asks.
    Start { from: Option<(Environment, PathBuf)>, reply: oneshot::Sender<Result<(), String>> },
    /// Take it out of the player; `failed` says that it never started, and why.
    Remove { failed: Option<String>, reply: oneshot::Sender<Result<(), String>> },
    /// Carry out a command that the journal has taken.
    Order(CommandOrder),
    /// A warning was shown, or could not be.
    Warned { shown: bool },
}

/// A running app.
pub(super) struct Life {
    emptied: JoinHandle<()>,
    /// How the process ended that was launched; unknown for adopted apps.
    exit: Option<JoinHandle<String>>,
}

/// One session in the player.
pub(crate) struct App {
    pub(super) host: Arc<Host>,
    pub(super) entry: Entry,
    pub(super) group: Group,
    pub(super) dialogs: Group,
    pub(super) life: Option<Life>,
    /// For tasks that report back.
    pub(super) myself: mpsc::WeakUnboundedSender<Ask>,
    /// The entry, for those who look.
    shown: watch::Sender<Entry>,
}

/// A way to an app.
#[derive(Clone)]
pub(crate) struct Handle {
    pub asks: mpsc::UnboundedSender<Ask>,
    pub entry: watch::Receiver<Entry>,
}

impl App {
    /// Takes an entry on. An app that lives is adopted; one that went meanwhile is noted. `no_inventory` is held until
    /// that is so.
    pub(crate) fn spawn(host: Arc<Host>, entry: Entry, no_inventory: Option<OwnedRwLockReadGuard<()>>) -> Handle {
        let (asks, inbox) = mpsc::unbounded_channel();
        let (shown, seen) = watch::channel(entry.clone());
        let group = host.tree.group(&entry.session_id.to_string());
        let dialogs = host.tree.group(&format!("{}.dialogs", entry.session_id));
        let app = Self { host, entry, group, dialogs, life: None, myself: asks.downgrade(), shown };
        tokio::spawn(app.run(inbox, no_inventory));
        Handle { asks, entry: seen }
    }

    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Ask>, no_inventory: Option<OwnedRwLockReadGuard<()>>) {
        self.take_over().await;
        drop(no_inventory);
        while self.entry.status != Status::Removed {
            let due = self.entry.closing.as_ref().filter(|_| self.life.is_some()).map(|closing| closing.due_ms());
            let clock = self.host.clock.clone();
            let emptied = async {
                match &mut self.life {
                    // It can't panic, and nobody aborts it.
                    Some(life) => drop((&mut life.emptied).await),
                    None => std::future::pending().await,
                }
            };
            let step = async {
                match due {
                    Some(due) => clock.until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = emptied => self.gone().await,
                ask = inbox.recv() => match ask {
                    None => return,
                    Some(Ask::Start { from, reply }) => drop(reply.send(self.start(from).await)),
                    Some(Ask::Remove { failed, reply }) => drop(reply.send(self.remove(failed).await)),
                    Some(Ask::Order(order)) => self.order(order).await,
                    Some(Ask::Warned { shown }) => self.warned(shown).await,
                },
                () = step => self.next_step(),
            }
        }
        // What was asked while the session was taken out: a command ends in any case.
        inbox.close();
        while let Some(ask) = inbox.recv().await {
            if let Ask::Order(order) = ask {
                self.failed(&order, CommandOutcome::UnknownSession, "the session was removed".to_owned()).await;
            }
        }
    }

    /// After a start of the agent: what is true now.
    async fn take_over(&mut self) {
        // Dialogs of the last agent tell times that may be wrong by now; due ones come again.
        self.close_dialogs().await;
        if let Some(closing) = &mut self.entry.closing {
            closing.step = match closing.step {
                Step::Warned => Step::Begun,
                Step::WarnedTwice => Step::Warned,
                step => step,
            };
        }
        if self.group.populated() {
            self.entry.status = Status::Running;
            self.life = Some(Life { emptied: emptied(&self.group), exit: None });
            self.save();
            let mut seen = self.seen();
            seen.adopted = true;
            self.host.outbox.status(seen);
        } else if self.entry.status == Status::Running {
            self.gone().await;
        } else if self.entry.status == Status::Removed {
            self.finish_removal(None).await;
        }
    }

    /// The session as it is to be told now.
    pub(super) fn seen(&self) -> StatusSeen {
        self.entry.seen(&self.host.clock.stamp())
    }

    async fn start(&mut self, from: Option<(Environment, PathBuf)>) -> Result<(), String> {
        if self.life.is_some() {
            return Err(format!("session {} runs already", self.entry.session_id));
        }
        let before = self.entry.clone();
        if let Some((env, directory)) = from {
            self.entry.program.env.extend(env);
            self.entry.program.directory = directory;
        }
        self.entry.status = Status::Running;
        self.entry.closing = self.expired_closing();
        // Written before it runs: a restarted agent must know that the app may live, and how long.
        if let Err(error) = self.write() {
            self.entry = before;
            return Err(format!("it was not started, because the player cannot write to its disk: {error}"));
        }
        let program = &self.entry.program;
        let job = Job {
            group: &self.group,
            account: &program.account,
            env: &program.env,
            directory: program.directory.clone(),
            program: program.path.clone(),
            args: program.args.clone(),
            ours: &[],
        };
        match exec::start(job, Stdio::null()).await {
            Ok(mut child) => {
                let exit = tokio::spawn(async move {
                    child.wait().await.map_or_else(|e| format!("its end is not known: {e}"), exec::describe)
                });
                self.life = Some(Life { emptied: emptied(&self.group), exit: Some(exit) });
                self.host.outbox.status(self.seen());
                Ok(())
            }
            Err(error) => {
                self.group.remove();
                self.entry = Entry { program: self.entry.program.clone(), ..before };
                self.save();
                Err(format!("it cannot be started: {error}"))
            }
        }
    }

    /// Nothing of the app lives any more.
    async fn gone(&mut self) {
        self.close_dialogs().await;
        let exit = match self.life.take().and_then(|life| life.exit) {
            Some(exit) => tokio::time::timeout(Duration::from_millis(500), exit).await.ok().and_then(Result::ok),
            None => None,
        };
        self.group.remove();
        let closing = self.entry.closing.take();
        self.entry.status = match &closing {
            Some(closing) => self.closed_status(closing.then),
            None => self.entry.at_rest(),
        };
        let mut seen = self.seen();
        seen.detail = exit;
        if let Some(closing) = &closing {
            seen.end_reason = closing.end_reason(self.entry.expired);
        }
        self.host.outbox.status(seen);
        if let Some(closing) = closing {
            for command in &closing.commands {
                let end = CommandStep::Done { outcome: closing.outcome() };
                self.host.journal.end(&self.host.outbox, *command, end).await;
            }
        }
        // Last: while the entry still holds the closing, a crash brings us here again.
        self.save();
    }

    async fn remove(&mut self, failed: Option<String>) -> Result<(), String> {
        if self.life.is_some() {
            return Err(format!(
                "session {} runs: close the app first, or have it evicted, then remove it",
                self.entry.session_id
            ));
        }
        self.entry.status = Status::Removed;
        if let Err(error) = self.write() {
            self.entry.status = self.entry.at_rest();
            return Err(format!("it was not removed, because the player cannot write to its disk: {error}"));
        }
        self.finish_removal(failed).await;
        Ok(())
    }

    /// First told, then deleted: a crash in between repeats the telling.
    async fn finish_removal(&mut self, failed: Option<String>) {
        let mut seen = self.seen();
        if failed.is_some() {
            seen.end_reason = Some(EndReason::LaunchFailed);
            seen.detail = failed;
        }
        if let Err(error) = self.host.outbox.durably(Observation::Status(seen.clone())).await {
            tracing::error!(%error, "a removal is kept in memory: the disk does not take it");
            self.host.outbox.status(seen);
            return;
        }
        self.group.remove();
        if let Err(error) = files::remove(&self.host.state.session(self.entry.session_id)) {
            tracing::error!(%error, session = %self.entry.session_id, "the entry could not be deleted");
        }
    }

    pub(super) async fn close_dialogs(&self) {
        if let Err(error) = self.dialogs.kill() {
            tracing::warn!(%error, "dialogs could not be closed");
        }
        // Killed is not gone yet; it takes some milliseconds.
        let _ = tokio::time::timeout(Duration::from_secs(1), self.dialogs.emptied()).await;
        self.dialogs.remove();
    }

    pub(super) fn screen(&self) -> Screen {
        let program = &self.entry.program;
        Screen { account: program.account.clone(), env: program.env.clone(), group: self.dialogs.clone() }
    }

    /// Writes the entry; goes on without where the disk does not take it: what is true is told all the same.
    pub(super) fn save(&mut self) {
        if let Err(error) = self.write() {
            tracing::error!(%error, session = %self.entry.session_id, "the entry could not be written");
        }
    }

    fn write(&mut self) -> std::io::Result<()> {
        self.shown.send_replace(self.entry.clone());
        files::replace_json(&self.host.state.session(self.entry.session_id), &self.entry)
    }
}

fn emptied(group: &Group) -> JoinHandle<()> {
    let group = group.clone();
    tokio::spawn(async move { group.emptied().await })
}
