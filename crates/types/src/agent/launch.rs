//! Launches asked for on the host itself.

use crate::{DeliveryKind, NoArgs, Program, SessionId, Status, Timestamp, Username};

/// A local account asks to launch a program.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewLaunch {
    /// Chosen by the agent, unique for each launch: the same key gives the same session.
    pub launch_key: String,
    /// The account, from the peer credentials of the agent's socket.
    pub account: Username,
    /// The program, by name or absolute path, found on the host.
    pub program: Program,
    /// What the program says of its version, if anything.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// Seconds since the launch was asked for, by the monotonic clock.
    pub age_ms: u64,
}

/// The entitlement: the launch is allowed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Launch {
    /// The new session.
    pub session_id: SessionId,
    /// What it is called on screen.
    pub name: String,
    /// How it is delivered.
    pub kind: DeliveryKind,
    /// Until when it may run without contact; absent for floating licences.
    pub offline_until: Option<Timestamp>,
}

/// A session as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownSession {
    /// The session.
    pub session_id: SessionId,
    /// What was last observed.
    pub observed_status: Status,
    /// What is shown, where a command is on its way.
    pub status: Status,
}

endpoint! {
    /// Launch
    ///
    /// Checks the provision and makes a session, `launched`. Refused with `unknown_account`, `not_provisioned` or `launch_held`.
    AskLaunch: Post "/agent/v1/launches" in "Agents" for Agent
        (path NoArgs, query NoArgs, body NewLaunch) -> 201 Json Launch;
}
