//! Errors on the wire: RFC 9457 problem details with a stable code. One table.

use serde::{Deserialize, Serialize};

use crate::{SessionId, WhyNot};

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $status:literal $wire:tt $title:literal,)+) => {
        /// The stable code of an error. A published code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ErrorCode { $($(#[$meta])* #[serde(rename = $wire)] $variant,)+ }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The HTTP status it is sent with.
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status),+ } }
            /// The code on the wire.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $wire),+ } }
            /// One line for people.
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $title),+ } }
        }
    };
}

codes! {
    /// The body is not JSON, not UTF-8, or not of the right form.
    InvalidBody = 400 "invalid_body" "The request's body cannot be read",
    /// A parameter of the query is wrong.
    InvalidQuery = 400 "invalid_query" "A parameter of the query is wrong",
    /// The path names nothing that can be.
    InvalidPath = 400 "invalid_path" "The path cannot be read",
    /// The filter cannot be read; `position` says where, `expected` what could stand there.
    InvalidFilter = 400 "invalid_filter" "The filter cannot be read",
    /// Too many matches for an order that has no index.
    SortTooWide = 422 "sort_too_wide" "Too many sessions for this order",
    /// The statement took longer than a query may.
    QueryTooSlow = 503 "query_too_slow" "The question took too long to answer",
    /// A field's value is refused.
    InvalidField = 422 "invalid_field" "A field's value cannot be taken",
    /// The cursor was not made by this server, or for another list.
    InvalidCursor = 400 "invalid_cursor" "The cursor does not belong to this list",
    /// A verb was asked for without the reason it needs.
    ReasonRequired = 422 "reason_required" "This needs a reason of 3 to 500 characters",
    /// No token, or one that cannot be read.
    NotSignedIn = 401 "not_signed_in" "Sign in first",
    /// The token's time is over.
    TokenExpired = 401 "token_expired" "The token has expired",
    /// The token was revoked.
    TokenRevoked = 401 "token_revoked" "The token was revoked",
    /// Wrong email or password.
    WrongCredentials = 401 "wrong_credentials" "The email or the password is wrong",
    /// The account is disabled.
    AccountDisabled = 403 "account_disabled" "This account is disabled",
    /// The role or the token's scope does not allow it.
    Forbidden = 403 "forbidden" "You may not do this",
    /// The request comes from a page that may not use the API.
    OriginNotAllowed = 403 "origin_not_allowed" "This page's address may not use the API",
    /// There is no such thing in the tenant.
    NotFound = 404 "not_found" "There is no such thing here",
    /// The path is right, the method is not.
    MethodNotAllowed = 405 "method_not_allowed" "The address does not take this method",
    /// The verb does not fit the session now.
    VerbNotAllowed = 409 "verb_not_allowed" "The session does not allow this now",
    /// The same idempotency key came with another request.
    IdempotencyMismatch = 409 "idempotency_mismatch" "This idempotency key was used for another request",
    /// The user has a live session of that resource.
    SessionConflict = 409 "session_conflict" "There is a live session of this resource already",
    /// The thing was changed or used up in the meantime.
    Conflict = 409 "conflict" "This was changed in the meantime",
    /// Something else has this name.
    NameTaken = 409 "name_taken" "Something else has this name already",
    /// Others still need it.
    InUse = 409 "in_use" "This is still in use",
    /// All seats are taken.
    NoSeat = 409 "no_seat" "All seats are taken",
    /// No machine that could run it is connected.
    NoHost = 503 "no_host" "No machine that could run this is connected",
    /// A one-time code or link was used, has expired or never was.
    CodeNotValid = 410 "code_not_valid" "The one-time code or link was used, has expired or never was",
    /// The plan's ten minutes are over.
    PlanExpired = 410 "plan_expired" "The plan has expired; make a new one",
    /// The body is over the limit.
    BodyTooLarge = 413 "body_too_large" "The request's body is too large",
    /// More sessions than one plan may hold.
    TooManySessions = 422 "too_many_sessions" "At most 10,000 sessions at once",
    /// No provision allows this launch.
    NotProvisioned = 403 "not_provisioned" "No provision allows this launch",
    /// Relaunching is held for a time.
    LaunchHeld = 403 "launch_held" "Launching this is held for a time",
    /// The local account has no user in the tenant.
    UnknownAccount = 403 "unknown_account" "No user of the tenant has this account's name",
    /// The program is not on the host.
    UnknownProgram = 422 "unknown_program" "There is no such program on this machine",
    /// A report's sequence number leaves a gap.
    SequenceGap = 409 "sequence_gap" "Reports are missing before this one",
    /// The agent's protocol version is not supported.
    UnsupportedVersion = 426 "unsupported_version" "The agent's protocol version is not supported",
    /// Too many tries.
    TooManyRequests = 429 "too_many_requests" "Too many requests; wait a little",
    /// The database takes no more work just now.
    Busy = 503 "busy" "Too much work at once; try again in a moment",
    /// The disk under the database is full.
    StorageFull = 507 "storage_full" "The disk under the database is full; nothing was changed",
    /// The database cannot be reached.
    StorageUnavailable = 503 "storage_unavailable" "The database cannot be reached; nothing was changed",
    /// A fault of ours; the request id finds it in the log.
    Internal = 500 "internal" "Something went wrong on our side",
}

/// An error's body (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:deskwarden:error:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// One line, the same for each code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here and what to do next.
    pub detail: String,
    /// The stable code.
    pub code: ErrorCode,
    /// The field of the body, query or path that was refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// With `invalid_filter`: where in the filter, in characters from 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub position: Option<u32>,
    /// With `invalid_filter`: what could stand there.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub expected: Vec<String>,
    /// The session that it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session_id: Option<SessionId>,
    /// With `verb_not_allowed`: why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why_not: Option<WhyNot>,
    /// Finds the request in the server's log.
    pub request_id: String,
}

impl Problem {
    /// A problem of this code.
    pub fn new(code: ErrorCode, detail: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:deskwarden:error:{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            field: None,
            position: None,
            expected: Vec::new(),
            session_id: None,
            why_not: None,
            request_id: request_id.into(),
        }
    }
}
