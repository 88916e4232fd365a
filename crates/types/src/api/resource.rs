//! Apps and desktops.

use super::{Page, PageQuery};
use crate::{DeliveryKind, Name, NoArgs, NoBody, Program, ResourceId, ResourcePath, SessionId, Timestamp};

/// An app or desktop.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// What it is.
    pub resource: NewResource,
    /// Since when it may not be launched.
    pub suspended_at: Option<Timestamp>,
    /// Sessions of it that are not over.
    pub open_sessions: i64,
}

/// What an app or desktop is to be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewResource {
    /// Its name, unique among those of its kind.
    pub name: Name,
    /// How it is delivered; stays as it was made.
    pub kind: DeliveryKind,
    /// The program on the host; a whole desktop without one. Managed apps need one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub program: Option<Program>,
    /// The program's version; a new one makes managed apps ask for an upgrade (003).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// How many sessions of it a user may have at a time, 1 to 1,000; one unless told, without limit for managed apps.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_sessions_per_user: Option<u32>,
    /// For how many hours a session of cloud delivery is valid, 1 to 8,760; without end unless told (001).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub valid_hours: Option<u32>,
}

/// Whether launching is stopped.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suspend {
    /// Whether it may not be launched from now on. Sessions that are there go on.
    pub suspended: bool,
}

/// An app or desktop that the caller may launch.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyResource {
    /// Its id.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// How it is delivered.
    pub kind: DeliveryKind,
    /// The caller's sessions of it that are not over, the newest first.
    pub sessions: Vec<SessionId>,
    /// Why it cannot be launched from a browser now, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why_not: Option<String>,
}

/// What the caller may launch.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyResources {
    /// By name.
    pub items: Vec<MyResource>,
}

endpoint! {
    /// List apps and desktops
    ///
    /// By name.
    ListResources: Get "/api/v1/resources" in "Resources" for Administer
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<Resource>;

    /// Make an app or desktop
    ///
    /// Nobody may launch it before a provision says so.
    CreateResource: Post "/api/v1/resources" in "Resources" for Administer
        (path NoArgs, query NoArgs, body NewResource) -> 201 Json Resource;

    /// Change an app or desktop
    ///
    /// All of it but its kind. Sessions that run are not touched.
    ChangeResource: Put "/api/v1/resources/{id}" in "Resources" for Administer
        (path ResourcePath, query NoArgs, body NewResource) -> 200 Json Resource;

    /// Suspend or resume an app or desktop
    ///
    /// While it is suspended nobody launches it; sessions that are there go on.
    SuspendResource: Put "/api/v1/resources/{id}/suspension" in "Resources" for Administer
        (path ResourcePath, query NoArgs, body Suspend) -> 200 Json Resource;

    /// Remove an app or desktop
    ///
    /// Refused with `in_use` while a provision or a session, past ones too, names it: suspend it instead.
    RemoveResource: Delete "/api/v1/resources/{id}" in "Resources" for Administer
        (path ResourcePath, query NoArgs, body NoBody) -> 204 Nothing NoBody;

    /// List what I may launch
    ///
    /// By provisions; suspended ones are left out.
    ListMyResources: Get "/api/v1/me/resources" in "Launches" for Own
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json MyResources;
}
