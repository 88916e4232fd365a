//! Plans: what a verb would do to many sessions, shown before it is done.

use super::{ResourceRef, SessionSelection, UserRef, WayOpen};
use crate::{DeliveryKind, NoArgs, NoBody, PlanId, PlanOutcome, PlanPath, SessionId, Status, Timestamp, Verb, WhyNot};

/// Asks for a plan.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPlan {
    /// The verb.
    pub verb: Verb,
    /// The sessions, 1 to 10,000; an id named twice counts once.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ids: Vec<SessionId>,
    /// Instead of `ids`: every session that matches, newest first; more than 10,000 are refused, and so is what matches none
    /// (422 `invalid_field` with the field `matching`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub matching: Option<SessionSelection>,
}

/// What a verb would do. Kept for 10 minutes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// The verb.
    pub verb: Verb,
    /// Until when it may be carried out.
    pub expires_at: Timestamp,
    /// The whole, in numbers.
    pub summary: PlanSummary,
    /// How many seconds users are given after the first warning, now or when they start an expired app again.
    pub first_warning_seconds: u32,
    /// Each session, in the order asked for.
    pub items: Vec<PlanItem>,
}

/// A plan in numbers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Default)]
pub struct PlanSummary {
    /// Sessions that will get a command.
    pub will_act: u32,
    /// Sessions that are so already.
    pub no_op: u32,
    /// Sessions that the verb does not fit.
    pub not_applicable: u32,
    /// Sessions that the caller may not act on.
    pub forbidden: u32,
    /// Ids that name nothing in the tenant.
    pub not_found: u32,
    /// Seats that will be free again: of connections through the gate, as `GET /api/v1/seats` counts them.
    pub seats_freed: u32,
    /// People who will be warned.
    pub users_warned: u32,
    /// The latest moment at which all of it has taken effect.
    pub effective_by: Option<Timestamp>,
}

/// What a verb would do to one session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanItem {
    /// The session.
    pub session_id: SessionId,
    /// What would happen.
    pub outcome: PlanOutcome,
    /// Why not, where nothing would.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why_not: Option<WhyNot>,
    /// Why not, in a sentence; of many with the same `why_not` the first 100 have it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub explanation: Option<String>,
    /// Its kind; absent when it was not found.
    pub kind: Option<DeliveryKind>,
    /// Its status when the plan was made.
    pub status: Option<Status>,
    /// Who uses it.
    pub user: Option<UserRef>,
    /// The app or desktop.
    pub resource: Option<ResourceRef>,
    /// By when it will have taken effect.
    pub effective_by: Option<Timestamp>,
    /// How many seconds the user is given after the first warning; 0 without a warning.
    pub warning_seconds: u32,
    /// What still lets the user launch this resource again.
    pub ways_still_open: Vec<WayOpen>,
}

endpoint! {
    /// Make a plan
    ///
    /// Says for each session what the verb would do, and changes nothing. Carry it out with `POST /api/v1/bulk-actions`.
    MakePlan: Post "/api/v1/plans" in "Sessions" for UseVerbs
        (path NoArgs, query NoArgs, body NewPlan) -> 201 Json Plan;

    /// Show a plan
    ///
    /// As it was made; sessions that have changed since are told when it is carried out.
    ShowPlan: Get "/api/v1/plans/{id}" in "Sessions" for UseVerbs
        (path PlanPath, query NoArgs, body NoBody) -> 200 Json Plan;
}
