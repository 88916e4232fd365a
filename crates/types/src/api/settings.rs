//! The tenant's settings.

use crate::{Name, NoArgs, NoBody};

/// What a tenant can set.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    /// The tenant's name.
    pub name: String,
    /// An IANA name.
    pub time_zone: String,
    /// Seconds between two words of an agent, 5 to 300 (003).
    pub heartbeat_seconds: u32,
    /// Seconds from the first warning to the end of an evicted or expired app, 1 to 600 (003).
    pub first_warning_seconds: u32,
    /// Seconds from the second warning to the end; less than the first (003).
    pub second_warning_seconds: u32,
    /// Whether AD usernames are shown, filtered and exported (000).
    pub show_ad_username: bool,
    /// Days that a session which is over is kept, 1 to 3650.
    pub history_days: u32,
    /// Seconds that a user has to answer whether somebody may watch, 5 to 300.
    pub consent_seconds: u32,
    /// Seconds without a sign of the viewer after which its network counts as poor, 2 to 120 (000).
    pub poor_network_seconds: u32,
    /// Minutes after which a streamed app that nobody is connected to ends, 1 to 1,440 (000).
    pub disconnected_minutes: u32,
    /// From how many percent of the seats on there is a warning, 1 to 100 (004).
    pub seats_warn_percent: u32,
    /// The tenant's own networks, at most 100; from there access is internal, from elsewhere public (002). While there
    /// is none, private addresses are internal.
    pub networks: Vec<Network>,
}

/// A network of the tenant's.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Network {
    /// What it is called.
    pub name: Name,
    /// Its addresses, such as `192.0.2.0/24` or `2001:db8::/32`.
    pub cidr: String,
}

endpoint! {
    /// Show the settings
    ///
    /// Of the caller's tenant.
    ShowSettings: Get "/api/v1/settings" in "Settings" for Administer
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json Settings;

    /// Change the settings
    ///
    /// All of them at once. Agents hear of it at once.
    ChangeSettings: Put "/api/v1/settings" in "Settings" for Administer
        (path NoArgs, query NoArgs, body Settings) -> 200 Json Settings;
}
