//! Plans: what a verb would do to many sessions. Kept for ten minutes, changes nothing.

use std::collections::{HashMap, HashSet};

use deskwarden_domain::{effective_by, explain, plan_outcome, warning_seconds};
use deskwarden_types::{
    ErrorCode, Phase, PlanId, PlanOutcome, SessionId, Timestamp, UserId, Verb,
    api::{NewPlan, Plan, PlanItem, PlanSummary},
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::{
    Conn, Result, Scope, StoreError, WriteScope, launches,
    schema::plans,
    sessions::{self, Loaded, Viewer},
    tenants,
};

/// Sessions that a plan can hold.
pub const MOST: usize = 10_000;
/// Seconds for which a plan is kept.
const KEPT: i64 = 600;
/// Sessions read at once.
const CHUNK: usize = 500;

/// What must not have changed when a plan is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Expected {
    pub(crate) session: SessionId,
    pub(crate) revision: i64,
}

/// Each id once, in the order asked for; refused when there is none or too many.
pub(crate) fn distinct(ids: &[SessionId]) -> Result<Vec<SessionId>> {
    let mut seen = HashSet::new();
    let ids: Vec<_> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
    if ids.is_empty() {
        return Err(StoreError::bad_field("ids", "Name at least one session."));
    }
    if ids.len() > MOST {
        let detail = format!("At most {MOST} sessions at once; {} were named. Narrow the selection.", ids.len());
        return Err(StoreError::refused(ErrorCode::TooManySessions, detail));
    }
    Ok(ids)
}

/// Sessions by id, in portions that a statement can take.
pub(crate) fn load_all(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    ids: &[SessionId],
) -> Result<HashMap<SessionId, Loaded>> {
    let mut all = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        for loaded in sessions::load(scope, viewer, chunk)? {
            all.insert(loaded.session.id, loaded);
        }
    }
    Ok(all)
}

/// Makes and keeps a plan.
pub fn make(scope: &mut WriteScope<'_>, viewer: &Viewer, asked: &NewPlan) -> Result<Plan> {
    let ids = distinct(&asked.ids)?;
    let found = load_all(scope, viewer, &ids)?;
    let rules = tenants::rules(scope)?;
    let now = scope.now;
    let mut ways = HashMap::new();
    let mut items = Vec::with_capacity(ids.len());
    let mut expected = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(loaded) = found.get(&id) else {
            items.push(not_found(id));
            continue;
        };
        let (outcome, why_not) = plan_outcome(&loaded.facts, viewer.role, asked.verb);
        let acts = outcome == PlanOutcome::WillAct;
        let ways_still_open = if acts && ends(asked.verb) {
            let key = (loaded.session.user.id, loaded.session.resource.id);
            match ways.get(&key) {
                Some(known) => Vec::clone(known),
                None => {
                    let open = launches::ways_open(scope, key.0, key.1)?;
                    ways.insert(key, open.clone());
                    open
                }
            }
        } else {
            Vec::new()
        };
        expected.push(Expected { session: id, revision: loaded.session.revision });
        items.push(PlanItem {
            session_id: id,
            outcome,
            why_not,
            explanation: why_not.map(|why| explain(&loaded.facts, asked.verb, why)),
            kind: Some(loaded.session.kind),
            status: Some(loaded.session.status),
            user: Some(loaded.session.user.clone()),
            resource: Some(loaded.session.resource.clone()),
            effective_by: acts.then(|| effective_by(&loaded.facts, asked.verb, &rules.timing, now)),
            warning_seconds: if acts { warning_seconds(&loaded.facts, asked.verb, &rules.timing) } else { 0 },
            ways_still_open,
        });
    }
    let mut plan = Plan {
        id: PlanId(0),
        verb: asked.verb,
        expires_at: now.plus_seconds(KEPT),
        summary: summarise(&items, asked.verb, &found),
        first_warning_seconds: rules.timing.first_warning_seconds,
        items,
    };
    keep(scope, viewer, &mut plan, &expected)?;
    Ok(plan)
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

fn summarise(items: &[PlanItem], verb: Verb, found: &HashMap<SessionId, Loaded>) -> PlanSummary {
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
        // A live session holds a seat until it is ended.
        let live = found.get(&item.session_id).is_some_and(|loaded| loaded.session.phase == Phase::Live);
        if live && ends(verb) {
            summary.seats_freed += 1;
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

fn keep(scope: &mut WriteScope<'_>, viewer: &Viewer, plan: &mut Plan, expected: &[Expected]) -> Result<()> {
    diesel::insert_into(plans::table)
        .values((
            plans::tenant_id.eq(scope.tenant.0),
            plans::user_id.eq(viewer.user.0),
            plans::verb.eq(plan.verb.code()),
            plans::expires_at.eq(plan.expires_at.millis()),
            plans::body.eq(""),
            plans::items.eq(json(&expected)?),
        ))
        .execute(scope.conn)?;
    plan.id = PlanId(scope.conn.last_id()?);
    let row = plans::table.filter(plans::tenant_id.eq(scope.tenant.0)).filter(plans::id.eq(plan.id.0));
    diesel::update(row).set(plans::body.eq(json(plan)?)).execute(scope.conn)?;
    Ok(())
}

/// A plan of this user's, as it was made, with what must not have changed since.
pub(crate) fn find_with_expected(scope: &mut Scope<'_>, user: UserId, id: PlanId) -> Result<(Plan, Vec<Expected>)> {
    let row: Option<(i64, String, String)> = plans::table
        .filter(plans::tenant_id.eq(scope.tenant.0))
        .filter(plans::user_id.eq(user.0))
        .filter(plans::id.eq(id.0))
        .select((plans::expires_at, plans::body, plans::items))
        .first(scope.conn)
        .optional()?;
    let (expires_at, body, items) = row.ok_or_else(|| StoreError::not_found("plan"))?;
    if Timestamp::from_millis(expires_at) <= scope.now {
        return Err(StoreError::refused(ErrorCode::PlanExpired, "The plan's ten minutes are over; make a new one."));
    }
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
    Ok((serde_json::from_str(&body).map_err(corrupt)?, serde_json::from_str(&items).map_err(corrupt)?))
}

/// A plan of this user's, as it was made.
pub fn find(scope: &mut Scope<'_>, viewer: &Viewer, id: PlanId) -> Result<Plan> {
    Ok(find_with_expected(scope, viewer.user, id)?.0)
}

/// Forgets plans whose time is over.
pub(crate) fn purge(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    // no tenant: a job for all of them.
    Ok(diesel::delete(plans::table.filter(plans::expires_at.lt(now.millis()))).execute(conn)?)
}
