//! Plans: what a verb would do to many sessions. Kept for ten minutes, changes nothing.

use std::collections::{HashMap, HashSet};

use deskwarden_domain::{effective_by, explain, list::Selection, plan_outcome, warning_seconds};
use deskwarden_types::{
    Counting, ErrorCode, PlanId, PlanOutcome, SessionId, Timestamp, UserId, Verb, WhyNot,
    api::{Plan, PlanItem, PlanSummary},
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::{
    Conn, Result, Scope, StoreError, WriteScope, launches,
    names::word,
    schema::plans,
    seats,
    sessions::{self, Known, Viewer},
    sets::reserve,
    tenants,
};

/// Sessions that a plan can hold.
pub const MOST: usize = 10_000;
/// Seconds for which a plan is kept.
const KEPT: i64 = 600;
/// Sessions of one reason whose explanation is told; the others are alike.
const EXPLAINED: u32 = 100;

/// A session of a plan, and its revision, which must not have changed when the plan is carried out; none where there
/// was none.
pub(crate) type Item = (i64, Option<i64>);

/// A session of a plan that nothing was going to be done to, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct LeftOut {
    pub(crate) session_id: SessionId,
    pub(crate) outcome: PlanOutcome,
    #[serde(default)]
    pub(crate) why_not: Option<WhyNot>,
}

/// Each id once, in the order asked for; refused when there is none or too many.
pub(crate) fn distinct(ids: &[SessionId]) -> Result<Vec<SessionId>> {
    let mut seen = HashSet::new();
    let ids: Vec<_> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
    if ids.is_empty() {
        return Err(StoreError::bad_field("ids", "Name at least one session, by its id."));
    }
    if ids.len() > MOST {
        return Err(too_many(&format!("{} were named", ids.len())));
    }
    Ok(ids)
}

/// Refuses what is too much for one plan; `how_many` in words.
fn too_many(how_many: &str) -> StoreError {
    let detail = format!("At most 10,000 sessions at once; {how_many}. Narrow the selection.");
    StoreError::refused(ErrorCode::TooManySessions, detail)
}

/// A plan that is not kept yet.
#[derive(Debug, Clone)]
pub struct Draft {
    plan: Plan,
    items: Vec<Item>,
}

/// Works out what a verb would do to all sessions that match, newest first; refused where they are too many.
pub fn draft_matching(scope: &mut Scope<'_>, viewer: &Viewer, verb: Verb, matching: &Selection) -> Result<Draft> {
    let most = u32::try_from(MOST).unwrap_or(u32::MAX);
    let ids = sessions::matching_ids(scope, viewer, matching, most + 1)?;
    if ids.len() > MOST {
        // That there are too many is known, also where to count them takes longer than it may.
        let many = sessions::count(scope, viewer, matching, Counting::Exact).ok().flatten();
        return Err(too_many(&many.map_or("more match".to_owned(), |many| format!("{} match", many.count))));
    }
    if ids.is_empty() {
        return Err(StoreError::bad_field("matching", "No session matches: there is nothing to plan."));
    }
    draft(scope, viewer, verb, &ids)
}

/// Works out what a verb would do to these sessions. Reads only.
pub fn draft(scope: &mut Scope<'_>, viewer: &Viewer, verb: Verb, ids: &[SessionId]) -> Result<Draft> {
    let ids = distinct(ids)?;
    let found = sessions::known(scope, viewer, &ids)?;
    let rules = tenants::rules(scope)?;
    let outcomes: HashMap<_, _> =
        found.iter().map(|(id, known)| (*id, plan_outcome(&known.facts, viewer.role, verb))).collect();
    let acts = |known: &&Known| outcomes.get(&known.id).is_some_and(|(outcome, _)| *outcome == PlanOutcome::WillAct);
    let whose = found.values().filter(acts).map(|known| (known.user.id, known.resource.id)).collect();
    let ways = if ends(verb) { launches::ways_open_all(scope, &whose)? } else { HashMap::new() };
    let mut explained = HashMap::new();
    let mut items = Vec::with_capacity(ids.len());
    let mut kept = Vec::with_capacity(ids.len());
    for id in ids {
        let (Some(known), Some((outcome, why_not))) = (found.get(&id), outcomes.get(&id)) else {
            items.push(not_found(id));
            kept.push((id.0, None));
            continue;
        };
        let facts = &known.facts;
        let acts = *outcome == PlanOutcome::WillAct;
        let told: &mut u32 = explained.entry(why_not).or_default();
        *told += 1;
        let is_new = *told <= EXPLAINED;
        let ways_still_open = ways.get(&(known.user.id, known.resource.id)).filter(|_| acts);
        kept.push((id.0, Some(known.revision)));
        items.push(PlanItem {
            session_id: id,
            outcome: *outcome,
            why_not: *why_not,
            explanation: why_not.filter(|_| is_new).map(|why| explain(facts, verb, why)),
            kind: Some(facts.kind),
            status: Some(facts.status),
            user: Some(known.user.clone()),
            resource: Some(known.resource.clone()),
            effective_by: acts.then(|| effective_by(facts, verb, &rules.timing, scope.now)),
            warning_seconds: if acts { warning_seconds(facts, verb, &rules.timing) } else { 0 },
            ways_still_open: ways_still_open.cloned().unwrap_or_default(),
        });
    }
    let mut summary = summarise(&items);
    if ends(verb) {
        let acted_on = items.iter().filter(|item| item.outcome == PlanOutcome::WillAct);
        summary.seats_freed = seats::held_by(scope, acted_on.map(|item| item.session_id))?;
    }
    let plan = Plan {
        id: PlanId(0),
        verb,
        expires_at: scope.now.plus_seconds(KEPT),
        summary,
        first_warning_seconds: rules.timing.first_warning_seconds,
        items,
    };
    Ok(Draft { plan, items: kept })
}

fn ends(verb: Verb) -> bool {
    !matches!(verb, Verb::View | Verb::Message | Verb::Disconnect)
}

fn not_found(id: SessionId) -> PlanItem {
    PlanItem {
        session_id: id,
        outcome: PlanOutcome::NotFound,
        why_not: None,
        explanation: None,
        kind: None,
        status: None,
        user: None,
        resource: None,
        effective_by: None,
        warning_seconds: 0,
        ways_still_open: Vec::new(),
    }
}

fn summarise(items: &[PlanItem]) -> PlanSummary {
    let mut summary = PlanSummary::default();
    let mut warned = HashSet::new();
    for item in items {
        match item.outcome {
            PlanOutcome::WillAct => summary.will_act += 1,
            PlanOutcome::NoOp => summary.no_op += 1,
            PlanOutcome::NotApplicable => summary.not_applicable += 1,
            PlanOutcome::Forbidden => summary.forbidden += 1,
            PlanOutcome::NotFound => summary.not_found += 1,
        }
        if item.outcome != PlanOutcome::WillAct {
            continue;
        }
        if item.warning_seconds > 0
            && let Some(user) = &item.user
        {
            warned.insert(user.id);
        }
        summary.effective_by = summary.effective_by.max(item.effective_by);
    }
    summary.users_warned = u32::try_from(warned.len()).unwrap_or(u32::MAX);
    summary
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Keeps a plan for ten minutes, for its viewer alone.
pub fn keep(scope: &mut WriteScope<'_>, viewer: &Viewer, draft: &Draft) -> Result<Plan> {
    let [id] = reserve(scope.conn, "plans", 1)?[..] else { return Err(StoreError::Corrupt("no id".to_owned())) };
    let plan = Plan { id: PlanId(id), ..draft.plan.clone() };
    diesel::insert_into(plans::table)
        .values((
            plans::id.eq(id),
            plans::tenant_id.eq(scope.tenant.0),
            plans::user_id.eq(viewer.user.0),
            plans::verb.eq(plan.verb.code()),
            plans::expires_at.eq(plan.expires_at.millis()),
            plans::body.eq(json(&plan)?),
            plans::items.eq(json(&draft.items)?),
        ))
        .execute(scope.conn)?;
    Ok(plan)
}

/// A column of a plan of this user's that has not expired, with its verb.
macro_rules! kept {
    ($scope:expr, $user:expr, $id:expr, $column:ident) => {{
        let row: Option<(i64, i16, String)> = plans::table
            .filter(plans::tenant_id.eq($scope.tenant.0))
            .filter(plans::user_id.eq($user.0))
            .filter(plans::id.eq($id.0))
            .select((plans::expires_at, plans::verb, plans::$column))
            .first($scope.conn)
            .optional()?;
        let (expires_at, verb, text) = row.ok_or_else(|| StoreError::not_found("plan"))?;
        if Timestamp::from_millis(expires_at) <= $scope.now {
            return Err(StoreError::refused(
                ErrorCode::PlanExpired,
                "The plan's ten minutes are over; make a new one.",
            ));
        }
        let value = serde_json::from_str(&text).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        (word::<Verb>(verb)?, value)
    }};
}

/// The sessions of a plan of this user's, with the revisions that it saw.
pub(crate) fn items(scope: &mut Scope<'_>, user: UserId, id: PlanId) -> Result<(Verb, Vec<Item>)> {
    Ok(kept!(scope, user, id, items))
}

/// The sessions of a plan of this user's that it was not going to act on.
pub(crate) fn left_out(scope: &mut Scope<'_>, user: UserId, id: PlanId) -> Result<Vec<LeftOut>> {
    /// What is needed of a plan: a whole one of 10,000 sessions takes long to read.
    #[derive(serde::Deserialize)]
    struct Told {
        items: Vec<LeftOut>,
    }
    let (_, mut told): (_, Told) = kept!(scope, user, id, body);
    told.items.retain(|item| item.outcome != PlanOutcome::WillAct);
    Ok(told.items)
}

/// A plan of this user's, as it was made.
pub fn find(scope: &mut Scope<'_>, viewer: &Viewer, id: PlanId) -> Result<Plan> {
    Ok(kept!(scope, viewer.user, id, body).1)
}

/// Forgets plans whose time is over.
pub(crate) fn purge(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    // no tenant: a job for all of them.
    Ok(diesel::delete(plans::table.filter(plans::expires_at.lt(now.millis()))).execute(conn)?)
}
