//! What the server asks of an agent, over a streamed GET.

use super::{AgentSettings, StartOrder, StreamOrder};
use crate::{CommandId, ConsentId, NoArgs, NoBody, SessionId, Verb};

/// One line of the order stream. An agent ignores types it does not know, but answers unknown verbs `unsupported`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Order {
    /// Carry out a command, at most once.
    Command(CommandOrder),
    /// Start a session on a screen of its own.
    Start(StartOrder),
    /// Stream a session's screen to a viewer.
    Stream(StreamOrder),
    /// Behave like this from now on.
    Settings(AgentSettings),
    /// Report on everything now.
    ReportNow {},
    /// The agent was revoked: stop asking.
    Revoked {},
    /// Nothing happened for 10 s.
    Ping {},
}

/// A command for the agent.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandOrder {
    /// Its id; an id seen before is not carried out again.
    pub id: CommandId,
    /// The session.
    pub session_id: SessionId,
    /// The verb's word. A text, so that an agent can answer `unsupported` to a verb that it does not know.
    pub verb: String,
    /// Who asks, as the user is to see it; absent for the server's own jobs.
    pub requested_by: Option<String>,
    /// Why, as the user is to see it.
    pub reason: Option<String>,
    /// What to show.
    pub message: Option<String>,
    /// With `view`: the consent that the user is asked for; the stream that follows a yes names it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub consent_id: Option<ConsentId>,
    /// Seconds from the first warning to the end; 0 for no warning.
    pub first_warning_seconds: u32,
    /// Seconds from the second warning to the end; 0 for no second warning.
    pub second_warning_seconds: u32,
}

impl CommandOrder {
    /// The verb, if it is one that this version knows.
    pub fn known_verb(&self) -> Option<Verb> {
        self.verb.parse().ok()
    }
}

endpoint! {
    /// Receive orders
    ///
    /// JSON Lines until either side closes. Open commands come first; a command comes again until it is acknowledged by a report.
    FollowOrders: Get "/agent/v1/orders" in "Agents" for Agent
        (path NoArgs, query NoArgs, body NoBody) -> 200 Lines Order;
}
