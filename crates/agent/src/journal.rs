//! The commands that were taken on: each is carried out at most once.
//!
//! A command's file is durable before anything is done. It stays for a day after the end, so that a repeat is known.

use std::{collections::BTreeMap, io, sync::Mutex, sync::PoisonError};

use deskwarden_types::{
    CommandId,
    agent::{CommandOrder, CommandSeen, CommandStep, Observation},
};

use crate::{
    clock::{Clock, Stamp},
    files,
    outbox::Outbox,
    state::StateDir,
};

/// How long a finished command is remembered.
const REMEMBER_MS: u64 = 24 * 60 * 60 * 1000;

/// A command that was taken on.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Taken {
    /// As it came.
    pub order: CommandOrder,
    /// When.
    pub at: Stamp,
    /// Whether a message was put on the screen: it is not shown again.
    #[serde(default)]
    pub begun: bool,
    /// How it ended: `done` or `failed`.
    #[serde(default)]
    pub end: Option<CommandStep>,
    /// Whether that end was spooled.
    #[serde(default)]
    pub told: bool,
}

/// Every command of the last day.
pub(crate) struct Journal {
    state: StateDir,
    clock: Clock,
    commands: Mutex<BTreeMap<CommandId, Taken>>,
}

/// What a command is to this agent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Never seen: carry it out.
    New,
    /// Seen: do nothing. Its end, if it has come.
    Known(Option<CommandStep>),
}

impl Journal {
    /// Reads the commands, forgetting old ones.
    pub(crate) fn open(state: StateDir, clock: Clock) -> io::Result<Self> {
        let all: Vec<Taken> = files::read_all_json(&state.commands())?;
        let journal = Self { state, clock, commands: Mutex::default() };
        journal.with(|commands| commands.extend(all.into_iter().map(|taken| (taken.order.id, taken))));
        journal.forget_old();
        Ok(journal)
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<CommandId, Taken>) -> T) -> T {
        act(&mut self.commands.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a command on, durably. On an error it was not taken on.
    pub(crate) fn take(&self, order: &CommandOrder) -> io::Result<News> {
        self.forget_old();
        self.with(|commands| {
            if let Some(known) = commands.get(&order.id) {
                return Ok(News::Known(known.end.clone()));
            }
            let taken = Taken { order: order.clone(), at: self.clock.stamp(), begun: false, end: None, told: false };
            files::replace_json(&self.state.command(order.id), &taken)?;
            commands.insert(order.id, taken);
            Ok(News::New)
        })
    }

    /// Notes that a message goes on the screen now.
    pub(crate) fn begin(&self, id: CommandId) -> io::Result<()> {
        self.change(id, |taken| taken.begun = true)
    }

    /// Notes how a command ended, and tells it: in this order, so that a crash in between repeats the telling and
    /// never the deed. An end that is noted already is the one that counts.
    pub(crate) async fn end(&self, outbox: &Outbox, id: CommandId, end: CommandStep) {
        let known = self.with(|commands| commands.get(&id).map(|taken| (taken.end.clone(), taken.told)));
        let (step, noted) = match known {
            Some((_, true)) => return,
            Some((Some(first), false)) => (first, Ok(())),
            _ => (end.clone(), self.change(id, |taken| taken.end = Some(end))),
        };
        let what = Observation::Command(CommandSeen { command_id: id, step });
        let told = match outbox.durably(what.clone()).await {
            Ok(()) => noted.and_then(|()| self.change(id, |taken| taken.told = true)),
            Err(error) => {
                outbox.tell(what);
                Err(error)
            }
        };
        if let Err(error) = told {
            tracing::error!(%error, command = %id, "the end of a command could not be written down");
        }
    }

    /// Commands that a crash interrupted: those without an end, and those whose end was not told.
    pub(crate) fn open_commands(&self) -> Vec<Taken> {
        self.with(|commands| commands.values().filter(|taken| !taken.told).cloned().collect())
    }

    fn change(&self, id: CommandId, change: impl FnOnce(&mut Taken)) -> io::Result<()> {
        self.with(|commands| match commands.get_mut(&id) {
            Some(taken) => {
                change(taken);
                files::replace_json(&self.state.command(id), taken)
            }
            None => Ok(()),
        })
    }

    fn forget_old(&self) {
        let now = self.clock.stamp();
        self.with(|commands| {
            commands.retain(|id, taken| {
                let old = taken.told && taken.at.age_ms(&now) > REMEMBER_MS;
                // A file that stays is read again at the next start, and forgotten then.
                !old || files::remove(&self.state.command(*id)).is_err()
            });
        });
    }
}
