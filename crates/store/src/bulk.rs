//! Acting on many sessions at once: all in one transaction, each with its own result.

use std::collections::HashMap;

use deskwarden_domain::plan_outcome;
use deskwarden_types::{
    BulkActionId, BulkOutcome, BulkState, ErrorCode, PlanOutcome, SessionId, Verb,
    api::{BulkAction, BulkResult, NewBulkAction, NewCommand},
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use sha2::{Digest, Sha256};

use crate::{
    Actor, Conn, Result, Scope, StoreError, WriteScope,
    actions::{self, Request},
    names::word,
    plans,
    schema::bulk_actions,
    sessions::Viewer,
    tenants,
};

/// Carries a plan out, or acts on sessions without one. The same key with the same request gives the
/// same answer and acts once.
pub fn start(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    viewer: &Viewer,
    asked: &NewBulkAction,
    idempotency_key: Option<&str>,
) -> Result<BulkAction> {
    let body = serde_json::to_vec(asked).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let request_hash = Sha256::digest(&body).to_vec();
    if let Some(key) = idempotency_key
        && let Some((id, hash)) = known(scope, viewer, key)?
    {
        if hash != request_hash {
            return Err(StoreError::refused(
                ErrorCode::IdempotencyMismatch,
                "This idempotency key was used for another request; use a new one.",
            ));
        }
        return find(scope, viewer, id);
    }
    let (verb, ids, expected) = what(scope, viewer, asked)?;
    let request = Request::new(&NewCommand {
        verb,
        reason: asked.reason.clone(),
        message: asked.message.clone(),
        hold_minutes: asked.hold_minutes,
    })?;
    let id = insert(scope, viewer, verb, ids.len(), &request_hash, idempotency_key)?;
    let results = run(scope, actor, viewer, &request, &ids, expected.as_ref(), id)?;
    write_results(scope, id, &results)?;
    let total = u32::try_from(results.len()).unwrap_or(u32::MAX);
    Ok(BulkAction { id, verb, state: BulkState::Finished, total, done: total, results })
}

type Expected = HashMap<SessionId, i64>;

fn what(
    scope: &mut WriteScope<'_>,
    viewer: &Viewer,
    asked: &NewBulkAction,
) -> Result<(Verb, Vec<SessionId>, Option<Expected>)> {
    match (asked.plan_id, asked.verb) {
        (Some(plan), None) if asked.ids.is_empty() => {
            let (plan, expected) = plans::find_with_expected(scope, viewer.user, plan)?;
            let ids = plan.items.iter().map(|item| item.session_id).collect();
            Ok((plan.verb, ids, Some(expected.into_iter().map(|row| (row.session, row.revision)).collect())))
        }
        (None, Some(verb)) => Ok((verb, plans::distinct(&asked.ids)?, None)),
        _ => Err(StoreError::bad_field("plan_id", "Give either plan_id, or verb and ids.")),
    }
}

fn run(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    viewer: &Viewer,
    request: &Request,
    ids: &[SessionId],
    expected: Option<&Expected>,
    bulk: BulkActionId,
) -> Result<Vec<BulkResult>> {
    lock_all(scope, ids)?;
    let found = plans::load_all(scope, viewer, ids)?;
    let rules = tenants::rules(scope)?;
    let mut results = Vec::with_capacity(ids.len());
    for id in ids {
        let mut result = BulkResult {
            session_id: *id,
            outcome: BulkOutcome::NotFound,
            why_not: None,
            command_id: None,
            effective_by: None,
        };
        if let Some(loaded) = found.get(id) {
            let (outcome, why_not) = plan_outcome(&loaded.facts, viewer.role, request.verb);
            let changed = expected.is_some_and(|expected| expected.get(id) != Some(&loaded.session.revision));
            result.why_not = why_not;
            result.outcome = match outcome {
                // What the plan said of it holds no more; never override that.
                _ if changed => BulkOutcome::Conflict,
                PlanOutcome::WillAct => BulkOutcome::Accepted,
                PlanOutcome::NoOp => BulkOutcome::NoOp,
                PlanOutcome::NotApplicable => BulkOutcome::NotApplicable,
                PlanOutcome::Forbidden => BulkOutcome::Forbidden,
                PlanOutcome::NotFound => BulkOutcome::NotFound,
            };
            if matches!(result.outcome, BulkOutcome::Accepted | BulkOutcome::NoOp) {
                let issued = actions::issue(scope, actor, loaded, request, outcome, &rules, Some(bulk))?;
                result.command_id = Some(issued.command);
                result.effective_by = Some(issued.effective_by);
            }
        }
        results.push(result);
    }
    Ok(results)
}

/// Locks in the order of ids, so that two bulk actions cannot wait for each other.
fn lock_all(scope: &mut WriteScope<'_>, ids: &[SessionId]) -> Result<()> {
    if !matches!(scope.conn, Conn::Postgres(_)) {
        return Ok(());
    }
    let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    let list: Vec<String> = ids.iter().map(i64::to_string).collect();
    let sql = format!(
        "SELECT 1 FROM sessions WHERE tenant_id = {} AND id IN ({}) ORDER BY id FOR UPDATE",
        scope.tenant.0,
        list.join(",")
    );
    diesel::sql_query(sql).execute(scope.conn)?;
    Ok(())
}

fn known(scope: &mut Scope<'_>, viewer: &Viewer, key: &str) -> Result<Option<(BulkActionId, Vec<u8>)>> {
    let row: Option<(i64, Vec<u8>)> = bulk_actions::table
        .filter(bulk_actions::tenant_id.eq(scope.tenant.0))
        .filter(bulk_actions::user_id.eq(viewer.user.0))
        .filter(bulk_actions::idempotency_key.eq(key))
        .select((bulk_actions::id, bulk_actions::request_hash))
        .first(scope.conn)
        .optional()?;
    Ok(row.map(|(id, hash)| (BulkActionId(id), hash)))
}

fn insert(
    scope: &mut WriteScope<'_>,
    viewer: &Viewer,
    verb: Verb,
    total: usize,
    hash: &[u8],
    key: Option<&str>,
) -> Result<BulkActionId> {
    diesel::insert_into(bulk_actions::table)
        .values((
            bulk_actions::tenant_id.eq(scope.tenant.0),
            bulk_actions::user_id.eq(viewer.user.0),
            bulk_actions::verb.eq(verb.code()),
            bulk_actions::created_at.eq(scope.now.millis()),
            bulk_actions::idempotency_key.eq(key),
            bulk_actions::request_hash.eq(hash),
            bulk_actions::total.eq(i32::try_from(total).unwrap_or(i32::MAX)),
            bulk_actions::results.eq("[]"),
        ))
        .execute(scope.conn)?;
    Ok(BulkActionId(scope.conn.last_id()?))
}

fn write_results(scope: &mut WriteScope<'_>, id: BulkActionId, results: &[BulkResult]) -> Result<()> {
    let text = serde_json::to_string(results).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let row = bulk_actions::table.filter(bulk_actions::tenant_id.eq(scope.tenant.0)).filter(bulk_actions::id.eq(id.0));
    diesel::update(row).set(bulk_actions::results.eq(text)).execute(scope.conn)?;
    Ok(())
}

/// A bulk action of this user's.
pub fn find(scope: &mut Scope<'_>, viewer: &Viewer, id: BulkActionId) -> Result<BulkAction> {
    let row: Option<(i16, String)> = bulk_actions::table
        .filter(bulk_actions::tenant_id.eq(scope.tenant.0))
        .filter(bulk_actions::user_id.eq(viewer.user.0))
        .filter(bulk_actions::id.eq(id.0))
        .select((bulk_actions::verb, bulk_actions::results))
        .first(scope.conn)
        .optional()?;
    let (verb, results) = row.ok_or_else(|| StoreError::not_found("bulk action"))?;
    let results: Vec<BulkResult> =
        serde_json::from_str(&results).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let total = u32::try_from(results.len()).unwrap_or(u32::MAX);
    Ok(BulkAction { id, verb: word(verb)?, state: BulkState::Finished, total, done: total, results })
}
