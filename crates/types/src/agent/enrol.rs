//! Enrolment: a one-time code for a key.

use crate::{AgentId, HostId, Name, NoArgs};

/// Asks to be an agent of the tenant that made the code.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrol {
    /// The one-time code.
    pub code: String,
    /// The host's name.
    pub host_name: Name,
    /// The agent's version.
    pub version: String,
    /// Whether this agent simulates hosts for a demo.
    #[serde(default)]
    pub simulated: bool,
}

/// The agent's identity. The key is shown once.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrolled {
    /// The agent's id.
    pub agent_id: AgentId,
    /// The host's id.
    pub host_id: HostId,
    /// Goes into `Authorization: Bearer`; keep it readable by root alone. Starts with `dwa_`.
    pub key: String,
    /// The tenant's name.
    pub tenant: String,
}

endpoint! {
    /// Enrol
    ///
    /// Trades a one-time code for the agent's key.
    EnrolAgent: Post "/agent/v1/enrol" in "Agents" for Public
        (path NoArgs, query NoArgs, body Enrol) -> 201 Json Enrolled;
}
