//! A session's timeline.

use super::{Page, PageQuery, UserRef};
use crate::{CommandId, EndReason, EventId, EventKind, NoBody, SessionPath, Status, Timestamp, Verb};

/// One line of a session's timeline.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// What it tells.
    pub kind: EventKind,
    /// When it was so.
    pub observed_at: Timestamp,
    /// When the server learned of it.
    pub recorded_at: Timestamp,
    /// The status before.
    pub from_status: Option<Status>,
    /// The status after.
    pub to_status: Option<Status>,
    /// The command it belongs to.
    pub command_id: Option<CommandId>,
    /// The command's verb.
    pub verb: Option<Verb>,
    /// Why the session ended.
    pub end_reason: Option<EndReason>,
    /// Who did it; absent for agents and the server.
    pub actor: Option<UserRef>,
    /// What more there is to say.
    pub detail: Option<String>,
}

endpoint! {
    /// List a session's events
    ///
    /// Its timeline, newest first.
    ListEvents: Get "/api/v1/sessions/{id}/events" in "Sessions" for Own
        (path SessionPath, query PageQuery, body NoBody) -> 200 Json Page<Event>;
}
