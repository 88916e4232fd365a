//! The tenant's settings.

use crate::{NoArgs, NoBody};

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
