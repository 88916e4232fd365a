//! The tenant's settings.

use super::Total;
use crate::{Name, NoArgs, NoBody, Timestamp};

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
    /// Days for which a session is kept after its end, 30 to 3,650. Then it is deleted, with all that belongs to it alone.
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

/// Parameters of [`PreviewHistory`].
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct HistoryQuery {
    /// Days for which sessions would be kept after their end, 30 to 3,650; as it is set unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_days: Option<u32>,
}

/// What a length of history would delete.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryPreview {
    /// The days that were asked for.
    pub history_days: u32,
    /// What ended before would be deleted.
    pub kept_since: Timestamp,
    /// How many sessions that is now, counted up to 10,000.
    pub sessions: Total,
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
    /// All of them at once. Agents hear of it at once. Where history is made shorter, deleting begins within a minute; it
    /// cannot be undone.
    ChangeSettings: Put "/api/v1/settings" in "Settings" for Administer
        (path NoArgs, query NoArgs, body Settings) -> 200 Json Settings;

    /// Preview a length of history
    ///
    /// How many sessions would be deleted where history is kept for so many days. Changes nothing.
    PreviewHistory: Get "/api/v1/settings/history" in "Settings" for Administer
        (path NoArgs, query HistoryQuery, body NoBody) -> 200 Json HistoryPreview;
}
