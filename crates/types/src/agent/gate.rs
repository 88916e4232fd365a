//! The gate: native viewers in front of a host's screens, each for a seat.

use crate::{
    NoArgs, NoBody, Program, SessionId, Username,
    api::{MySeats, SeatCount},
};

/// A native viewer that wants in, and has answered the challenge.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewConnection {
    /// Chosen by the agent, unique for each connection: the same key gives the same session.
    pub connection_key: String,
    /// The challenge, 32 hexadecimal digits.
    pub challenge: String,
    /// The viewer's answer to it, 32 hexadecimal digits.
    pub response: String,
    /// From where it comes.
    pub ip: String,
}

/// It is let in, and has a seat.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Connection {
    /// The new session.
    pub session_id: SessionId,
    /// The account whose desktop it is.
    pub account: Username,
    /// What it is called on screen.
    pub name: String,
    /// The program; a whole desktop without one.
    pub program: Option<Program>,
    /// The seats after it.
    pub seats: SeatCount,
}

/// A login that the product did not start.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundLogin {
    /// What the host calls it, unique in a boot.
    pub key: String,
    /// The account.
    pub account: Username,
    /// What it came in by, such as `sshd`.
    pub service: String,
    /// The server's version, where it is known.
    pub version: Option<String>,
    /// From where, where that is known.
    pub ip: Option<String>,
    /// Milliseconds since it began.
    pub age_ms: u64,
}

/// Logins that the product did not start.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundLogins {
    /// 1 to 1,000, all of a host's that are there.
    pub logins: Vec<FoundLogin>,
}

/// A login as a session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownLogin {
    /// What the host calls it.
    pub key: String,
    /// The session.
    pub session_id: SessionId,
}

/// Logins as sessions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownLogins {
    /// Those of the request, in its order.
    pub logins: Vec<KnownLogin>,
}

/// Whose seats are asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SeatsOf {
    /// The account, as the tenant's users are called.
    pub account: Username,
}

endpoint! {
    /// Ask to let a viewer in
    ///
    /// Checks the one-time password by the viewer's answer, then takes a seat. Refused with `wrong_credentials`, or with
    /// `no_seat`: `detail` is what the viewer shows.
    AskConnection: Post "/agent/v1/connections" in "Agents" for Agent
        (path NoArgs, query NoArgs, body NewConnection) -> 201 Json Connection;

    /// Show somebody's seats
    ///
    /// How many are in use, and which of the account's devices have one: for the agent's own command line, whose caller
    /// the host knows. An account that is nobody's in the tenant has none.
    ShowSeatsOf: Get "/agent/v1/seats" in "Agents" for Agent
        (path NoArgs, query SeatsOf, body NoBody) -> 200 Json MySeats;

    /// Tell of logins
    ///
    /// Makes a session of each that is new. The same key gives the same session.
    TellLogins: Post "/agent/v1/logins" in "Agents" for Agent
        (path NoArgs, query NoArgs, body FoundLogins) -> 200 Json KnownLogins;
}
