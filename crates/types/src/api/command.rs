//! Commands: one verb on its way to one session.

use super::UserRef;
use crate::{
    CommandId, CommandOutcome, CommandPath, CommandState, MessageText, NoArgs, NoBody, Reason, SessionId, Timestamp,
    Verb,
};

/// Asks a verb of a session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCommand {
    /// The verb.
    pub verb: Verb,
    /// Why; every verb but `message` needs one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<Reason>,
    /// What to show; only with `message`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub message: Option<MessageText>,
    /// With `evict`, `expire`, `kill` and `end`: refuse launches of this resource by this user for so many minutes, 1 to 10080.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hold_minutes: Option<u32>,
}

/// One verb on its way to one session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Command {
    /// Its id.
    pub id: CommandId,
    /// The session it is for.
    pub session_id: SessionId,
    /// The verb.
    pub verb: Verb,
    /// How far it is.
    pub state: CommandState,
    /// Who asked; absent for the server's own jobs.
    pub requested_by: Option<UserRef>,
    /// Why.
    pub reason: Option<String>,
    /// What was to be shown.
    pub message: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// The latest moment at which it takes effect.
    pub effective_by: Timestamp,
    /// When the agent's channel had it.
    pub delivered_at: Option<Timestamp>,
    /// When the agent took it on.
    pub acknowledged_at: Option<Timestamp>,
    /// When the user was first warned.
    pub warned_at: Option<Timestamp>,
    /// When the app will be closed, once the user was warned.
    pub closes_at: Option<Timestamp>,
    /// When it came to its end.
    pub finished_at: Option<Timestamp>,
    /// How it went.
    pub outcome: Option<CommandOutcome>,
    /// What more there is to say.
    pub detail: Option<String>,
}

endpoint! {
    /// Show a command
    ///
    /// How far it is, by when it takes effect, and how it went.
    ShowCommand: Get "/api/v1/commands/{id}" in "Sessions" for Own
        (path CommandPath, query NoArgs, body NoBody) -> 200 Json Command;
}
