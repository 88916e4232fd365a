//! Launches from the console or a script.

use crate::{NoArgs, ResourceId, SessionId};

/// Asks to launch an app or desktop.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LaunchResource {
    /// Which.
    pub resource_id: ResourceId,
}

/// It is on its way.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Launched {
    /// The new session, `pending` until its machine says that it is there.
    pub session_id: SessionId,
}

endpoint! {
    /// Launch
    ///
    /// Makes a session of the caller's on a machine that a provision allows. Refused with `session_conflict`, naming the
    /// session, when the caller has one of it already: open a stream to that. With `no_host` when no machine could.
    StartLaunch: Post "/api/v1/launches" in "Launches" for Own
        (path NoArgs, query NoArgs, body LaunchResource) -> 201 Json Launched;
}
