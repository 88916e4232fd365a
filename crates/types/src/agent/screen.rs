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

/// Why a stream's WebSocket was closed: its close codes, beside those of RFC 6455.
pub mod stream_close {
    /// The viewer left, or the screen is gone.
    pub const NORMAL: u16 = 1000;
    /// Something else than RFB came, or what the viewer may not send.
    pub const AGAINST_THE_RULES: u16 = 1008;
    /// The viewer gave no sign within the time that the tenant allows: its network is poor (000).
    pub const POOR_NETWORK: u16 = 4000;
    /// The user, watched, ended it on their own display.
    pub const ENDED_BY_USER: u16 = 4001;
    /// The session is over.
    pub const SESSION_OVER: u16 = 4002;
    /// An admin disconnected it, or it may not be open any longer.
    pub const DISCONNECTED: u16 = 4003;
    /// The same session was opened elsewhere by its user.
    pub const OPENED_ELSEWHERE: u16 = 4004;
}

endpoint! {
    /// Join a stream
    ///
    /// Switches to a WebSocket of binary messages: RFB 3.8 without a secret, the agent's side being the screen. Within
    /// 10 s of the order.
    JoinStream: Get "/agent/v1/streams/{id}" in "Agents" for Agent
        (path StreamPath, query NoArgs, body NoBody) -> 101 Nothing NoBody;
}
