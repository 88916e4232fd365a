//! What a bulk action has to do, as it is kept until it is done.

use std::collections::HashMap;

use deskwarden_types::{ActorKind, Role, SessionId, UserId, api::BulkResult};

pub(super) use crate::plans::{Item, LeftOut};
use crate::{Actor, Result, StoreError, actions::Request, sessions::Viewer};

/// Who asks for what. The rights are those that he had when he asked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Work {
    actor_kind: ActorKind,
    actor_name: String,
    user: UserId,
    role: Role,
    pub(super) request: Request,
    /// It was planned: rows that have changed since are left alone.
    pub(super) planned: bool,
    pub(super) items: Vec<Item>,
    /// Those of the plan that nothing was to be done to.
    #[serde(default)]
    pub(super) left_out: Vec<LeftOut>,
}

impl Work {
    /// `left_out`: where it was planned, those that the plan was not going to act on.
    pub(super) fn new(
        actor: &Actor,
        viewer: &Viewer,
        request: Request,
        left_out: Option<Vec<LeftOut>>,
        items: Vec<Item>,
    ) -> Self {
        Self {
            actor_kind: actor.kind,
            actor_name: actor.name.clone(),
            user: viewer.user,
            role: viewer.role,
            request,
            planned: left_out.is_some(),
            items,
            left_out: left_out.unwrap_or_default(),
        }
    }

    /// Those that the plan was not going to act on, by their sessions.
    pub(super) fn left_out(&self) -> HashMap<SessionId, &LeftOut> {
        self.left_out.iter().map(|left| (left.session_id, left)).collect()
    }

    pub(super) fn actor(&self) -> Actor {
        Actor { kind: self.actor_kind, user: Some(self.user), name: self.actor_name.clone() }
    }

    pub(super) fn viewer(&self) -> Viewer {
        Viewer { user: self.user, role: self.role }
    }

    pub(super) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| StoreError::Corrupt(error.to_string()))
    }

    pub(super) fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

/// The results of a part.
pub(super) fn results(text: &str) -> Result<Vec<BulkResult>> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(super) fn session((id, _): Item) -> SessionId {
    SessionId(id)
}
