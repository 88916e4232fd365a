//! Bulk actions: one verb on its way to many sessions.

use super::{Page, UserRef};
use crate::{
    BulkActionId, BulkActionPath, BulkOutcome, BulkResults, BulkState, CommandId, CommandOutcome, CommandState,
    MessageText, NoArgs, NoBody, PlanId, Reason, SessionId, Timestamp, Verb, WhyNot,
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
    /// The results in numbers.
    pub summary: BulkSummary,
    /// What has become of the commands by now.
    pub commands: BulkCommands,
    /// The result of each session that is done, in the order of the plan; fewer where `results` asks for fewer.
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
    /// The command that was sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub command_id: Option<CommandId>,
    /// By when it takes effect.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effective_by: Option<Timestamp>,
    /// How far the command is by now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub command_state: Option<CommandState>,
    /// How the command went, once it came to its end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub command_outcome: Option<CommandOutcome>,
    /// What more there is to say of the command.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub command_detail: Option<String>,
}

/// A bulk action in numbers: how many sessions have each outcome so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkSummary {
    /// A command was sent.
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

/// What has become of the commands of a bulk action.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkCommands {
    /// Queued, delivered or acknowledged. Once this is 0 and the action is `finished`, nothing more is to come.
    pub on_the_way: u32,
    /// Observed to be so.
    pub done: u32,
    /// The agent says that it could not.
    pub failed: u32,
    /// No word within their time.
    pub timed_out: u32,
    /// How those went that came to their end.
    pub outcomes: Vec<BulkCommandCount>,
}

impl BulkCommands {
    /// How many did not do what was asked for.
    pub fn wrong(&self) -> u32 {
        self.failed + self.timed_out
    }
}

/// So many commands ended in the same way.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkCommandCount {
    /// `done`, `failed` or `timed_out`.
    pub state: CommandState,
    /// How they went, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<CommandOutcome>,
    /// How many.
    pub count: u32,
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
    /// What has become of the commands by now.
    pub commands: BulkCommands,
}

/// Parameters of one bulk action.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct BulkActionQuery {
    /// Which results to give; all unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<BulkResults>,
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
    /// A key is good for 24 hours; after that it is a new one.
    StartBulkAction: Post "/api/v1/bulk-actions" in "Sessions" for UseVerbs
        (path NoArgs, query NoArgs, body NewBulkAction) -> 200 Json BulkAction;

    /// Show a bulk action
    ///
    /// Its progress, what has become of its commands, and each session's result. `finished` says that every command was
    /// sent; they have all come to their end when `commands.on_the_way` is 0, too. `results=failed` gives those that may be
    /// tried again, and `results=none` only the numbers.
    ShowBulkAction: Get "/api/v1/bulk-actions/{id}" in "Sessions" for UseVerbs
        (path BulkActionPath, query BulkActionQuery, body NoBody) -> 200 Json BulkAction;
}
