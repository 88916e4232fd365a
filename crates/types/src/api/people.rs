//! People with sessions, and their devices (004).

use super::{DeviceRef, Page, PageQuery, UserRef};
use crate::{NoArgs, NoBody, SessionId, Terminal, Timestamp};

/// A session of somebody's on a device.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceSession {
    /// The session.
    pub session_id: SessionId,
    /// The device, where it is known.
    pub device: Option<DeviceRef>,
    /// What the user sits at.
    pub terminal: Terminal,
    /// What it is connected to.
    pub connected_to: String,
    /// From where.
    pub ip: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// A user with remote access sessions that are not over.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivePerson {
    /// Who.
    pub user: UserRef,
    /// How many sessions.
    pub sessions: i64,
    /// On how many devices.
    pub devices: i64,
    /// The sessions, the newest first; at most 100.
    pub newest: Vec<DeviceSession>,
}

endpoint! {
    /// List people with sessions
    ///
    /// Users with remote access sessions that are not over, by name, each with the devices.
    ListActivePeople: Get "/api/v1/people/sessions" in "Seats" for ReadSeats
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<ActivePerson>;
}
