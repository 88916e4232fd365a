//! Hosts and their agents.

use super::{Page, PageQuery};
use crate::{AgentId, HostId, HostPath, NoArgs, NoBody, Timestamp};

/// A machine with an agent.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Host {
    /// Its id.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Its agent.
    pub agent: AgentBrief,
    /// Sessions there that are not over.
    pub open_sessions: i64,
}

/// The agent of a host.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentBrief {
    /// Its id.
    pub id: AgentId,
    /// The program's version, once it has said hello.
    pub version: Option<String>,
    /// When it enrolled.
    pub enrolled_at: Timestamp,
    /// Its last word.
    pub seen_at: Option<Timestamp>,
    /// Whether its command channel is open and its last word is not older than three heartbeats.
    pub connected: bool,
    /// How far its clock is ahead of the server's, in milliseconds.
    pub clock_skew_ms: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Whether it simulates a fleet of demo hosts.
    pub simulated: bool,
}

/// A one-time code with which an agent enrols.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolmentCode {
    /// The code; shown once.
    pub code: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// What to type on the new host.
    pub command: String,
}

endpoint! {
    /// List hosts
    ///
    /// By name.
    ListHosts: Get "/api/v1/hosts" in "Hosts" for ReadHosts
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<Host>;

    /// Make an enrolment code
    ///
    /// Good once, for an hour.
    CreateEnrolmentCode: Post "/api/v1/hosts/enrolment-codes" in "Hosts" for Administer
        (path NoArgs, query NoArgs, body NoBody) -> 201 Json EnrolmentCode;

    /// Revoke a host's agent
    ///
    /// Its key is refused from now on and its channel is closed. Its sessions go stale and are closed after the grace.
    RevokeHost: Post "/api/v1/hosts/{id}/revoke" in "Hosts" for Administer
        (path HostPath, query NoArgs, body NoBody) -> 200 Json Host;
}
