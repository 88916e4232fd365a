//! Seats: how many connections may be open at a time, and who has them (004).

use super::{DeviceRef, UserRef};
use crate::{NoArgs, NoBody, Reason, ResourceId, SeatLevel, SessionId, Terminal, Timestamp};

/// How many seats there are, and how many are taken. Connections through the gate take one each; who watches, logins
/// that the product did not start, and closed or stale sessions take none.
#[derive(Copy, Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeatCount {
    /// How many there are.
    pub capacity: u32,
    /// How many are taken.
    pub in_use: u32,
    /// From how many on the tenant wants to be warned.
    pub warn_from: u32,
    /// How near to the end.
    pub level: SeatLevel,
}

/// Who has a seat.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeatHolder {
    /// The session.
    pub session_id: SessionId,
    /// Who.
    pub user: UserRef,
    /// The device, where it is known.
    pub device: Option<DeviceRef>,
    /// What the user sits at.
    pub terminal: Terminal,
    /// From where.
    pub ip: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// Seconds since the user last typed or moved anything.
    pub idle_seconds: Option<u32>,
}

/// Who was not let in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeatRefusal {
    /// Who.
    pub user: UserRef,
    /// From where.
    pub ip: Option<String>,
    /// When.
    pub at: Timestamp,
    /// How many seats there were, all of them taken.
    pub capacity: u32,
}

/// The seats of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Seats {
    /// How many.
    pub count: SeatCount,
    /// Who has them, the longest idle first; at most 1,000.
    pub holders: Vec<SeatHolder>,
    /// Who was refused, the latest first; at most 100 of the last 30 days.
    pub refusals: Vec<SeatRefusal>,
}

/// The seats, as everybody sees them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MySeats {
    /// How many.
    pub count: SeatCount,
    /// The caller's own.
    pub own: Vec<SeatHolder>,
}

/// How many seats there are to be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeatCapacity {
    /// 0 to 1,000,000. Connections that are there stay: fewer seats than connections is shown as over.
    pub capacity: u32,
    /// Why.
    pub reason: Reason,
}

/// Asks for a password for a native viewer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewViewerPassword {
    /// The remote access that it is for.
    pub resource_id: ResourceId,
}

/// A password for a native viewer, good for one connection.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ViewerPassword {
    /// Eight characters; shown once.
    pub password: String,
    /// Until when: 60 s.
    pub expires_at: Timestamp,
    /// What to type into the viewer: a host and a port.
    pub address: String,
}

endpoint! {
    /// Show seats
    ///
    /// How many, who has them, who was refused.
    ShowSeats: Get "/api/v1/seats" in "Seats" for ReadSeats
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json Seats;

    /// Change the number of seats
    ///
    /// Nobody is cut off by it.
    ChangeSeats: Put "/api/v1/seats" in "Seats" for ManageSeats
        (path NoArgs, query NoArgs, body SeatCapacity) -> 200 Json SeatCount;

    /// Show my seats
    ///
    /// How many are in use, and which of the caller's devices have one.
    ShowMySeats: Get "/api/v1/me/seats" in "Seats" for Own
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json MySeats;

    /// Make a password for a native viewer
    ///
    /// For one connection within 60 s.
    MakeViewerPassword: Post "/api/v1/me/viewer-passwords" in "Seats" for Own
        (path NoArgs, query NoArgs, body NewViewerPassword) -> 201 Json ViewerPassword;
}
