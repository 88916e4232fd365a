//! Bulk actions: one verb on its way to many sessions.

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

endpoint! {
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
