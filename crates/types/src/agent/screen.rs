//! Screens: what is started on a host from elsewhere, streamed, and watched.

use crate::{
    ConsentId, DeliveryKind, NoArgs, NoBody, Program, SessionId, StreamId, StreamPath, StreamReach, Timestamp, Username,
};

/// Start a session on a screen of its own. Comes again until the session is reported on; the same session is started once.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StartOrder {
    /// The session.
    pub session_id: SessionId,
    /// How it is delivered: an `app_stream` is over when its program is.
    pub kind: DeliveryKind,
    /// The account to run it as. Where the machine has none of this name, one of the agent's own.
    pub account: Username,
    /// What it is called on screen.
    pub name: String,
    /// The program; a whole desktop without one.
    pub program: Option<Program>,
    /// Until when it may run (001).
    pub valid_until: Option<Timestamp>,
}

/// Dial this server and stream a session's screen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreamOrder {
    /// The stream.
    pub stream_id: StreamId,
    /// The session.
    pub session_id: SessionId,
    /// What the viewer may do. To look on needs the consent.
    pub reach: StreamReach,
    /// The consent that the user gave on this host.
    pub consent_id: Option<ConsentId>,
    /// The server that has the viewer, such as `https://desk.example.org`; the one that sends this, unless told.
    pub server: Option<String>,
}

endpoint! {
    /// Join a stream
    ///
    /// Switches to a WebSocket of binary messages: RFB 3.8 without a secret, the agent's side being the screen. Within
    /// 10 s of the order.
    JoinStream: Get "/agent/v1/streams/{id}" in "Agents" for Agent
        (path StreamPath, query NoArgs, body NoBody) -> 101 Nothing NoBody;
}
