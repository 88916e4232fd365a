//! The first word of an agent after each start.

use super::KnownSession;
use crate::{NoArgs, Timestamp, Verb};

/// Who speaks, and what it can do.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hello {
    /// The version of the protocol, see [`super::PROTOCOL`].
    pub protocol: u32,
    /// The agent's version.
    pub version: String,
    /// The host's name as it is now.
    pub host_name: String,
    /// The kernel's boot id; the monotonic clock begins anew with it.
    pub boot_id: String,
    /// The host's clock, to show its skew; nothing is computed from it.
    pub clock: Timestamp,
    /// The verbs it can carry out.
    pub verbs: Vec<Verb>,
    /// What it can do beyond the verbs. Texts, so that a server can pass over those that it does not know.
    #[serde(default)]
    pub abilities: Vec<String>,
    /// Where its gate listens for native viewers, as they are to type it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gate: Option<String>,
    /// The highest sequence number it has given out; 0 for none.
    pub last_seq: i64,
}

/// What the agent needs to know.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Welcome {
    /// The server's clock.
    pub server_time: Timestamp,
    /// How far the host's clock is ahead, in milliseconds.
    pub clock_skew_ms: i64,
    /// The highest sequence number that the server has taken; reports up to it may be forgotten.
    pub taken_through: i64,
    /// How the agent behaves.
    pub settings: AgentSettings,
    /// The sessions of this host that the server holds for not over; the agent reports on each.
    pub sessions: Vec<KnownSession>,
}

/// How an agent behaves.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Copy)]
pub struct AgentSettings {
    /// Seconds between two beats.
    pub heartbeat_seconds: u32,
    /// Seconds from the first warning to the end.
    pub first_warning_seconds: u32,
    /// Seconds from the second warning to the end.
    pub second_warning_seconds: u32,
    /// Seconds that a user has to answer whether somebody may watch.
    pub consent_seconds: u32,
    /// Seconds without a sign of the viewer after which its network counts as poor.
    pub poor_network_seconds: u32,
}

endpoint! {
    /// Say hello
    ///
    /// After each start and each time the connection was lost.
    SayHello: Post "/agent/v1/hello" in "Agents" for Agent
        (path NoArgs, query NoArgs, body Hello) -> 200 Json Welcome;
}
