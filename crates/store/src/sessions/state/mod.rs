//! A session's state while a transaction changes it: locked, changed, settled; written when the transaction ends,
//! together with all others and the new revision, so that each row is written once.

mod held;
mod load;
mod observe;
mod settle;
mod write;

use deskwarden_domain::rules;
use deskwarden_types::{AgentId, CommandId, DeliveryKind, EndReason, SessionId, Status, Timestamp};

use held::Held;
pub(crate) use held::{HeldCommand, Ledger};
pub(crate) use load::{ended_by_server, has_open_command, hold_commands, hold_of_sessions, lock, lock_all, try_lock};
pub(crate) use observe::{heard, observe};
pub(crate) use settle::settle;
pub(crate) use write::{flush, write_commands, write_sessions};

/// What can change of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) id: SessionId,
    pub(crate) kind: DeliveryKind,
    pub(crate) observed: Status,
    pub(crate) agent: Option<AgentId>,
    pub(crate) connected: bool,
    pub(crate) stale: bool,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) last_activity_at: Option<Timestamp>,
    /// When its agent closes it: it runs without being authorised (003).
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) end_reason: Option<EndReason>,
    pub(crate) command: Option<CommandId>,
}

/// What was seen of a session, and when.
pub(crate) struct Seen<'a> {
    pub(crate) status: Status,
    pub(crate) at: Timestamp,
    pub(crate) end_reason: Option<EndReason>,
    /// When the agent closes it, where it runs without being authorised (003).
    pub(crate) closes_at: Option<Timestamp>,
    pub(crate) detail: Option<&'a str>,
    /// Whether its screen is open, where it has one.
    pub(crate) connected: Option<bool>,
}

impl State {
    pub(crate) fn is_over(&self) -> bool {
        rules(self.kind).is_over(self.observed)
    }
}
