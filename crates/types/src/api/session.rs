//! Sessions: the list, one, and what can be asked of it.

use super::{
    Command, DeliveryMethodRef, DeviceRef, EnvironmentRef, HostRef, NewCommand, Page, ProvisionRef, ResourceRef,
    UserRef,
};
use crate::{
    Access, DeliveryKind, EndReason, EndedHow, ListState, NoArgs, NoBody, Phase, SessionId, SessionPath, Source,
    Status, Terminal, Timestamp, Trust, Verb, WhyNot,
};

/// One launch of a resource by a user on a device.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Decides statuses, verbs and timing.
    pub kind: DeliveryKind,
    /// What is shown: for managed apps what was asked for, at once (003); else what was observed.
    pub status: Status,
    /// What was last observed.
    pub observed_status: Status,
    /// The phase of `status`.
    pub phase: Phase,
    /// Who uses it.
    pub user: UserRef,
    /// The app or desktop.
    pub resource: ResourceRef,
    /// What allowed the launch.
    pub provision: Option<ProvisionRef>,
    /// How it reached the user.
    pub delivery_method: Option<DeliveryMethodRef>,
    /// Where it runs.
    pub environment: Option<EnvironmentRef>,
    /// What the user sits at.
    pub device: Option<DeviceRef>,
    /// The machine whose agent tells of it.
    pub host: Option<HostRef>,
    /// What kind of device.
    pub terminal: Terminal,
    /// Inside or outside the tenant's networks.
    pub access: Access,
    /// The client's address.
    pub ip: Option<String>,
    /// Who found it.
    pub source: Source,
    /// Whether somebody is connected right now.
    pub connected: bool,
    /// When it was made.
    pub started_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Seconds from start to end, or to now.
    pub duration_seconds: i64,
    /// When it was last used.
    pub last_activity_at: Option<Timestamp>,
    /// When its agent last spoke of it.
    pub seen_at: Option<Timestamp>,
    /// Until when it may be used.
    pub valid_until: Option<Timestamp>,
    /// Until when it may run without contact.
    pub offline_until: Option<Timestamp>,
    /// Until when it stays on the current list, once over.
    pub listed_until: Option<Timestamp>,
    /// How far this may be believed.
    pub trust: Trust,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Whether it ended in good order.
    pub ended_how: Option<EndedHow>,
    /// The program's version.
    pub version: Option<String>,
    /// The latest command, while it is open or went wrong.
    pub command: Option<Command>,
    /// Each verb of the kind: allowed or why not.
    pub actions: Vec<ActionState>,
    /// Rises with each change of this row.
    pub revision: i64,
}

/// Whether the caller may use a verb on a session now.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Copy)]
pub struct ActionState {
    /// The verb.
    pub verb: Verb,
    /// Why it is not allowed; absent when it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why_not: Option<WhyNot>,
}

/// One session with what a person needs to decide.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionDetail {
    /// The session.
    pub session: Session,
    /// Each verb with its full explanation.
    pub actions: Vec<ActionDetail>,
    /// Its commands, newest first.
    pub commands: Vec<Command>,
    /// What still lets the user launch this resource again (003).
    pub ways_still_open: Vec<WayOpen>,
}

/// A verb on a session, explained.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionDetail {
    /// The verb.
    pub verb: Verb,
    /// Why it is not allowed; absent when it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why_not: Option<WhyNot>,
    /// Why it is not allowed, in a sentence that says what would be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub explanation: Option<String>,
    /// The latest moment at which it would have taken effect, if it were asked for now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effective_by: Option<Timestamp>,
}

/// Something that still lets a user launch a resource after an eviction or expiry (003).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WayOpen {
    /// The provision that allows it.
    pub provision: ProvisionRef,
    /// How the provision reaches the user: everyone, the user himself, or a group's name.
    pub through: String,
}

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct SessionQuery {
    /// `current`, `historical` or `all`; `all` unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ListState>,
    /// Only this delivery kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<DeliveryKind>,
    /// Only this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Only sessions of hosts with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<crate::HostId>,
    /// Text found anywhere in user name, email, app name or an exact session id; at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// A sort key, with `-` in front for descending: `id` (`-id` unless told), `started_at`, `username`, `email`,
    /// `app`, `status`, `ended_at`, `valid_until`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// How many rows: 1 to 1000, 50 unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// From an earlier page's `next` or `prev`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

endpoint! {
    /// List sessions
    ///
    /// Newest first unless `sort` says otherwise. Equal values are ordered by id. Members see their own.
    ListSessions: Get "/api/v1/sessions" in "Sessions" for Own
        (path NoArgs, query SessionQuery, body NoBody) -> 200 Json Page<Session>;

    /// Show a session
    ///
    /// With the full explanation of every verb, its commands, and what still lets the user launch again.
    ShowSession: Get "/api/v1/sessions/{id}" in "Sessions" for Own
        (path SessionPath, query NoArgs, body NoBody) -> 200 Json SessionDetail;

    /// Act on a session
    ///
    /// Writes a command and sends it on its way. Asking for what is so already is a success.
    ActOnSession: Post "/api/v1/sessions/{id}/actions" in "Sessions" for UseVerbs
        (path SessionPath, query NoArgs, body NewCommand) -> 202 Json Command;
}
