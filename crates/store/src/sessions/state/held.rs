//! What a transaction holds of sessions and their commands, between reading and writing them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use deskwarden_types::{AgentId, CommandId, CommandState, SessionId, Verb};

use super::State;
use crate::{Result, names::word};

/// Columns of a session that a change can touch, in the order of [`Columns`].
pub(super) const NAMES: [&str; 12] = [
    "status",
    "observed_status",
    "phase",
    "connected",
    "stale",
    "ended_at",
    "last_activity_at",
    "valid_until",
    "listed_until",
    "end_reason",
    "ended_how",
    "command_id",
];
/// Those of them that are true or false.
pub(super) const FLAGS: [&str; 2] = ["connected", "stale"];

/// A session's changeable columns, as numbers.
pub(super) type Columns = [Option<i64>; 12];

/// Columns of a command that its steps set, in the order of [`Steps`].
pub(super) const STEP_NAMES: [&str; 7] =
    ["state", "delivered_at", "acknowledged_at", "warned_at", "closes_at", "finished_at", "outcome"];

/// A command's steps, as numbers.
pub(crate) type Steps = [Option<i64>; 7];

/// A session that is locked until the transaction ends.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(super) state: State,
    /// As the row is.
    pub(super) stored: Columns,
    /// As it is to be; none until it is settled.
    pub(super) settled: Option<Columns>,
    /// Its open commands and its latest; none until they are asked for.
    pub(super) commands: Option<Vec<CommandId>>,
}

/// A command of a session that is locked.
#[derive(Debug, Clone)]
pub(crate) struct HeldCommand {
    pub(crate) session: SessionId,
    pub(crate) agent: Option<AgentId>,
    pub(crate) verb: Verb,
    /// The server's own jobs asked for it.
    pub(super) by_server: bool,
    pub(super) stored: Steps,
    /// As they are to be.
    pub(crate) steps: Steps,
    /// A new word on it, or that there is none any more.
    pub(crate) detail: Option<Option<String>>,
}

impl HeldCommand {
    /// How far it is.
    pub(crate) fn state(&self) -> Result<CommandState> {
        let [state, ..] = self.steps;
        word(state.and_then(|code| i16::try_from(code).ok()).unwrap_or_default())
    }

    pub(super) fn is_finished(&self) -> bool {
        let [.., finished_at, _] = self.steps;
        finished_at.is_some()
    }
}

/// All that a transaction holds.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(super) sessions: HashMap<SessionId, Held>,
    pub(super) commands: BTreeMap<CommandId, HeldCommand>,
}

impl Ledger {
    /// A command that was just written.
    pub(crate) fn add_command(&mut self, id: CommandId, command: HeldCommand) {
        if let Some(known) = self.sessions.get_mut(&command.session).and_then(|held| held.commands.as_mut()) {
            known.push(id);
        }
        self.commands.insert(id, command);
    }

    /// A command, to take its next step.
    pub(crate) fn command(&mut self, id: CommandId) -> Option<&mut HeldCommand> {
        self.commands.get_mut(&id)
    }

    /// Which of these sessions are not held yet, in the order in which everybody locks.
    pub(super) fn missing(&self, ids: impl IntoIterator<Item = SessionId>) -> BTreeSet<SessionId> {
        ids.into_iter().filter(|id| !self.sessions.contains_key(id)).collect()
    }
}

impl HeldCommand {
    /// One that was just written like this.
    pub(crate) fn new(session: SessionId, agent: Option<AgentId>, verb: Verb, by_server: bool, steps: Steps) -> Self {
        Self { session, agent, verb, by_server, stored: steps, steps, detail: None }
    }
}
