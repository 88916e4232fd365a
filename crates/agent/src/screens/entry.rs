//! One session on a screen, as it is on disk.

use std::collections::{BTreeSet, VecDeque};

use deskwarden_types::{
    CommandId, DeliveryKind, SessionId, Status,
    agent::{StartOrder, StatusSeen},
};

use super::{
    accounts::Owner,
    kind::{self, How},
};
use crate::clock::Stamp;

/// One session.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Entry {
    pub order: StartOrder,
    pub taken: Stamp,
    pub stage: Stage,
    pub status: Status,
    /// On its way out.
    #[serde(default)]
    pub closing: Option<Closing>,
    /// What was last said of it beside its status.
    #[serde(default)]
    pub detail: Option<String>,
    /// Behind the gate: the connections of viewers that are open. They are the sessions there, not the desktop.
    #[serde(default)]
    pub connections: BTreeSet<SessionId>,
    /// The latest of those that have ended.
    #[serde(default)]
    pub departed: VecDeque<SessionId>,
}

/// How far a session is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Not started whole: what there is of it is ended and begun anew.
    Starting,
    /// Its screen is there.
    Living(Living),
    /// Nothing of it lives. Kept for a while, so that a late order does not start it again.
    Over { at: Stamp },
}

/// What lives.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Living {
    pub owner: Owner,
    /// The number of its display.
    pub display: u32,
    /// The window manager.
    pub manager_pid: i32,
    /// Whether the program of a cloud delivery has ended; the next who opens it starts it again.
    #[serde(default)]
    pub program_ended: bool,
}

/// A session on its way out. On disk, so that a restarted agent goes on where the last one stopped.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Closing {
    /// The commands that wait for the end.
    pub commands: Vec<CommandId>,
    pub how: How,
    pub detail: Option<String>,
}

impl Entry {
    pub(crate) fn id(&self) -> SessionId {
        self.order.session_id
    }

    /// Whether it is behind the gate: its own number is then no session's but that of who came first.
    pub(crate) fn is_behind_gate(&self) -> bool {
        self.order.kind == DeliveryKind::RemoteAccess
    }

    /// Whether a session is this one, or was a connection to it.
    pub(crate) fn is_of(&self, session: SessionId) -> bool {
        self.id() == session || self.connections.contains(&session) || self.departed.contains(&session)
    }

    pub(crate) fn living(&self) -> Option<&Living> {
        if let Stage::Living(living) = &self.stage { Some(living) } else { None }
    }

    /// Whether nothing of it lives, and nothing will.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over { .. })
    }

    /// Whether nothing can follow.
    pub(crate) fn is_final(&self) -> bool {
        self.is_over() && kind::is_final(self.order.kind, self.status)
    }

    /// The session as it is to be told.
    pub(crate) fn seen(&self, connected: bool) -> StatusSeen {
        let ended = self.closing.as_ref().filter(|_| self.is_over());
        StatusSeen {
            session_id: self.id(),
            status: self.status,
            end_reason: ended.map(|closing| closing.how.reason()),
            adopted: false,
            connected: Some(connected),
            closes_in_ms: None,
            detail: self.detail.clone(),
        }
    }
}
