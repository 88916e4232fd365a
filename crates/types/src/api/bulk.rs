//! Bulk actions: one verb on its way to many sessions.

use super::{Page, UserRef};
use crate::{
    BulkActionId, BulkActionPath, BulkOutcome, BulkState, CommandId, MessageText, NoArgs, NoBody, PlanId, Reason,
    SessionId, Timestamp, Verb, WhyNot,
};

/// Carries a plan out, or acts on sessions without one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewBulkAction {
    /// The plan to carry out. Rows that changed since are `conflict`, never overridden.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub plan_id: Option<PlanId>,
    /// Without a plan: the verb.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verb: Option<Verb>,
    /// Without a plan: the sessions, 1 to 10,000.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ids: Vec<SessionId>,
    /// Why; every verb but `message` needs one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<Reason>,
    /// What to show; only with `message`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub message: Option<MessageText>,
    /// Refuse launches of these resources by these users for so many minutes, 1 to 10080.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hold_minutes: Option<u32>,
}

/// One verb on its way to many sessions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkAction {
    /// Its id.
    pub id: BulkActionId,
    /// The verb.
    pub verb: Verb,
    /// How far it is.
    pub state: BulkState,
    /// How many sessions there are to act on.
    pub total: u32,
    /// How many have their result.
    pub done: u32,
    /// The result of each session that is done, in the order of the plan.
    pub results: Vec<BulkResult>,
}

/// What a bulk action did to one session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult {
    /// The session.
    pub session_id: SessionId,
    /// What was done.
    pub outcome: BulkOutcome,
    /// Why nothing was done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why_not: Option<WhyNot>,
    /// The command on its way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub command_id: Option<CommandId>,
    /// By when it takes effect.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effective_by: Option<Timestamp>,
}

/// A bulk action in numbers: how many sessions have each outcome so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkSummary {
    /// A command is on its way.
    pub accepted: u32,
    /// What was asked for was so already.
    pub no_op: u32,
    /// The verb does not fit the session.
    pub not_applicable: u32,
    /// The caller may not.
    pub forbidden: u32,
    /// There is no such session in the tenant.
    pub not_found: u32,
    /// The session changed since the plan; nothing was done to it.
    pub conflict: u32,
}

impl BulkSummary {
    /// How many sessions have their result.
    pub fn done(&self) -> u32 {
        self.accepted + self.no_op + self.not_applicable + self.forbidden + self.not_found + self.conflict
    }

    /// How many were left alone though nobody could know that before: a look at them again may help.
    pub fn left(&self) -> u32 {
        self.forbidden + self.not_found + self.conflict
    }
}

/// A bulk action as lists show it; `GET /api/v1/bulk-actions/{id}` has the result of each session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListedBulkAction {
    /// Its id.
    pub id: BulkActionId,
    /// Who asked for it.
    pub requested_by: UserRef,
    /// The verb.
    pub verb: Verb,
    /// Why, or with `message` what was shown; absent as long as no session has got a command.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the last session had its result.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finished_at: Option<Timestamp>,
    /// How far it is.
    pub state: BulkState,
    /// How many sessions there are to act on.
    pub total: u32,
    /// How many have their result.
    pub done: u32,
    /// The results in numbers.
    pub summary: BulkSummary,
}

/// Parameters of the list of bulk actions.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct BulkQuery {
    /// How many rows: 1 to 100, 50 unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// From an earlier page's `next`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Only those that are so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<BulkState>,
}

endpoint! {
    /// List bulk actions
    ///
    /// The caller's own, newest first, each with its results in numbers: how to find one again whose id was lost.
    ListBulkActions: Get "/api/v1/bulk-actions" in "Sessions" for UseVerbs
        (path NoArgs, query BulkQuery, body NoBody) -> 200 Json Page<ListedBulkAction>;

    /// Act on many sessions
    ///
    /// Up to 1,000 sessions are acted on before the answer, 200. More are worked off after it, 202 with `state: running`:
    /// `GET /api/v1/bulk-actions/{id}` has the results as they come, and what was accepted is finished, whatever happens to
    /// the server. Takes an `Idempotency-Key` header: the same key with the same body gives the same action and acts once.
    StartBulkAction: Post "/api/v1/bulk-actions" in "Sessions" for UseVerbs
        (path NoArgs, query NoArgs, body NewBulkAction) -> 200 Json BulkAction;

    /// Show a bulk action
    ///
    /// Its progress and each session's result.
    ShowBulkAction: Get "/api/v1/bulk-actions/{id}" in "Sessions" for UseVerbs
        (path BulkActionPath, query NoArgs, body NoBody) -> 200 Json BulkAction;
}
