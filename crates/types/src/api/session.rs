//! Sessions: the list, one, and what can be asked of it.

use super::{
    Command, DeliveryMethodRef, DeviceRef, EnvironmentRef, HostRef, NewCommand, ProvisionRef, RefreshState,
    ResourceRef, Total, UserRef,
};
use crate::{
    Access, Counting, DeliveryKind, EndReason, EndedHow, LicenceKind, ListState, NoArgs, NoBody, Phase, SessionField,
    SessionId, SessionPath, Source, Status, Terminal, Timestamp, Trust, Verb, WhyNot,
};

/// One launch of a resource by a user on a device.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
    /// Whether it takes a seat right now: a connection through the gate that lives (004).
    pub seat: bool,
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
    /// The product and version that serve a remote connection (004).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub server: Option<String>,
    /// The licence of the delivery method (003).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub licence: Option<LicenceKind>,
    /// The latest command, while it is open or went wrong. A message stays, with whether it was shown and read.
    pub command: Option<Command>,
    /// Each verb of the kind: allowed or why not.
    pub actions: Vec<ActionState>,
    /// Rises with each change of this row.
    pub revision: i64,
}

/// Whether the caller may use a verb on a session now.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
    /// Until when its user cannot launch the same again; absent where nothing is held (003).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub held_until: Option<Timestamp>,
}

/// A verb on a session, explained.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WayOpen {
    /// The provision that allows it.
    pub provision: ProvisionRef,
    /// How the provision reaches the user: everyone, the user himself, or a group's name.
    pub through: String,
}

/// What to list: `q` and the plain parameters, all joined by *and*.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct SessionQuery {
    /// `current`, `historical` or `all`; `all` unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ListState>,
    /// A filter: terms `field:value`, `field~text`, `field>value` or text alone, joined by *and*, `-` in front for
    /// *not*; at most 2,000 characters. The section *Sessions* has the grammar, `GET /api/v1/sessions/fields` the fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only this delivery kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<DeliveryKind>,
    /// Only this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Only sessions of hosts with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<crate::HostId>,
    /// Text found in `field`, or without one in any of user, email, app, provision, status and device, or an exact
    /// session id, or the start of an address, an address or a network; at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Where `contains` looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<SessionField>,
    /// Only sessions that overlap the time from here on: a date, RFC 3339 or relative (`-7d`, `today`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Only sessions that overlap the time before this instant; written as `from`, and not before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// One to four sort keys, separated by commas, each with `-` in front for descending; `-id` unless told. Equal
    /// values are ordered by id. `user` orders by name, `started_ago` by start, the other way round. What is empty
    /// counts as greatest: it comes last, and first with `-`. `GET /api/v1/sessions/fields` lists the keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// How many rows: 1 to 1000, 50 unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// From an earlier page's `next` or `prev`. A session whose value in the order changes meanwhile may come twice or not
    /// at all; in an order by what stays, each comes once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How the matches are counted; `capped` unless told. `none` answers soonest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Counting>,
}

/// Which sessions, without order or page: the part of [`SessionQuery`] that plans, exports and saved views keep.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SessionSelection {
    /// `current`, `historical` or `all`; `all` unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ListState>,
    /// A filter, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only this delivery kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<DeliveryKind>,
    /// Only this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Only sessions of hosts with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<crate::HostId>,
    /// Text to find, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Where `contains` looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<SessionField>,
    /// From when, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until when, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

impl SessionQuery {
    /// Which sessions it asks for.
    pub fn selection(&self) -> SessionSelection {
        SessionSelection {
            state: self.state,
            q: self.q.clone(),
            kind: self.kind,
            status: self.status,
            host: self.host,
            contains: self.contains.clone(),
            field: self.field,
            from: self.from.clone(),
            to: self.to.clone(),
        }
    }
}

impl SessionSelection {
    /// The list of these sessions, in its first order, from its start.
    pub fn query(&self) -> SessionQuery {
        SessionQuery {
            state: self.state,
            q: self.q.clone(),
            kind: self.kind,
            status: self.status,
            host: self.host,
            contains: self.contains.clone(),
            field: self.field,
            from: self.from.clone(),
            to: self.to.clone(),
            ..SessionQuery::default()
        }
    }
}

/// One page of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// The rows, in the order asked for.
    pub items: Vec<Session>,
    /// Give this as `cursor` to go on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<String>,
    /// Give this as `cursor` to go back; none at the start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prev: Option<String>,
    /// How many match; absent with `total=none`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub total: Option<Total>,
    /// When the agents were last asked to report.
    pub refresh: RefreshState,
    /// The tenant's revision that these rows show; a live feed goes on from here.
    pub revision: i64,
}

endpoint! {
    /// List sessions
    ///
    /// Newest first unless `sort` says otherwise. Equal values are ordered by id. Members see their own. The weak `ETag`
    /// stands for everything in the answer but the running durations, which the clock moves; with it in `If-None-Match`
    /// the answer is 304 as long as nothing else has changed. Beside a total that is not exact it changes with every change
    /// in the tenant, for that number holds only until then: whoever polls asks with `total=none`, or `total=exact`.
    ListSessions: Get "/api/v1/sessions" in "Sessions" for Own
        (path NoArgs, query SessionQuery, body NoBody) -> 200 Json SessionList;

    /// Count sessions
    ///
    /// Those that the list would have; `sort`, `limit` and `cursor` are ignored. `total=exact` counts to the last one;
    /// closing the connection stops it.
    CountSessions: Get "/api/v1/sessions/total" in "Sessions" for Own
        (path NoArgs, query SessionQuery, body NoBody) -> 200 Json Total, within 75;

    /// Show a session
    ///
    /// With the full explanation of every verb, its commands, and what still lets the user launch again. The weak `ETag`
    /// stands for everything in the answer but what the clock moves: the running duration, and by when verbs take effect.
    ShowSession: Get "/api/v1/sessions/{id}" in "Sessions" for Own
        (path SessionPath, query NoArgs, body NoBody) -> 200 Json SessionDetail;

    /// Act on a session
    ///
    /// Writes a command and sends it on its way. Asking for what is so already is a success; while a command
    /// of the same or a stronger kind is on its way, it is 409 `verb_not_allowed` with `why_not: command_on_its_way`. Takes an
    /// `Idempotency-Key` header: the same key with the same request gives the same command and acts once.
    /// A key is good for 24 hours; after that it is a new one.
    ActOnSession: Post "/api/v1/sessions/{id}/actions" in "Sessions" for UseVerbs
        (path SessionPath, query NoArgs, body NewCommand) -> 202 Json Command;

    /// End a hold
    ///
    /// What `hold_minutes` began: the session's user may launch the same again at once. A success, too, where nothing is
    /// held.
    EndHold: Delete "/api/v1/sessions/{id}/hold" in "Sessions" for EndHolds
        (path SessionPath, query NoArgs, body NoBody) -> 204 Nothing NoBody;
}
