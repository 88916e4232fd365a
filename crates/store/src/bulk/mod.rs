//! Acting on many sessions, each with its own result. Up to [`AT_ONCE`] are acted on in the transaction that asks; more
//! are worked off in parts, a transaction each, by whatever server gets to it: an action that was accepted is finished.

mod became;
mod carry;
mod list;
mod once;
mod parts;
mod spoilt;
mod tally;
mod work;

pub use list::{count, list};
pub(crate) use once::Once;
pub use parts::{unfinished, work_off};

use std::collections::HashSet;

use deskwarden_types::{
    BulkActionId, BulkResults, BulkState, ErrorCode, SessionId, Verb,
    api::{BulkAction, BulkResult, NewBulkAction, NewCommand},
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use sha2::{Digest, Sha256};

use crate::{
    Actor, Result, Scope, StoreError, WriteScope,
    actions::Request,
    names::word,
    plans,
    schema::{bulk_action_parts, bulk_actions},
    sessions::Viewer,
};
use list::{Outcomes, outcomes};
use work::{Item, Work};

/// So many sessions are acted on before the answer.
pub const AT_ONCE: usize = 1000;
/// Sessions in one part of a longer action: few commits, and other writers wait a fraction of a second.
const PART: usize = 2500;
/// For so long an idempotency key means the request that it came with.
const KEY_HOURS: i64 = 24;

/// Carries a plan out, or acts on sessions without one. The same key with the same request gives the
/// same action and acts once.
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
        && let Some((id, hash)) = same_key(scope, viewer, key)?
    {
        if hash != request_hash {
            return Err(mismatch());
        }
        return find(scope, viewer, id, BulkResults::All);
    }
    let (verb, items) = what(scope, viewer, asked)?;
    let left_out = asked.plan_id.map(|plan| plans::left_out(scope, viewer.user, plan)).transpose()?;
    let request = Request::new(&NewCommand {
        verb,
        reason: asked.reason.clone(),
        message: asked.message.clone(),
        hold_minutes: asked.hold_minutes,
    })?;
    let work = Work::new(actor, viewer, request, left_out, items);
    let id = insert(scope, viewer, &work, &request_hash, idempotency_key)?;
    if work.items.len() <= AT_ONCE {
        parts::work_part(scope, id, &HashSet::new())?;
    }
    find(scope, viewer, id, BulkResults::All)
}

/// The verb, and the sessions with the revision that the plan saw.
fn what(scope: &mut WriteScope<'_>, viewer: &Viewer, asked: &NewBulkAction) -> Result<(Verb, Vec<Item>)> {
    match (asked.plan_id, asked.verb) {
        (Some(plan), None) if asked.ids.is_empty() => plans::items(scope, viewer.user, plan),
        (None, Some(verb)) => {
            let ids = plans::distinct(&asked.ids)?;
            Ok((verb, ids.into_iter().map(|SessionId(id)| (id, None)).collect()))
        }
        _ => Err(StoreError::bad_field("plan_id", "Give either plan_id, or verb and ids.")),
    }
}

fn mismatch() -> StoreError {
    let detail = "This idempotency key was used for another request; use a new one.";
    StoreError::refused(ErrorCode::IdempotencyMismatch, detail)
}

/// What the key was used for within [`KEY_HOURS`]. An older use gives it back.
fn same_key(scope: &mut WriteScope<'_>, viewer: &Viewer, key: &str) -> Result<Option<(BulkActionId, Vec<u8>)>> {
    let old = bulk_actions::table
        .filter(bulk_actions::tenant_id.eq(scope.tenant.0))
        .filter(bulk_actions::user_id.eq(viewer.user.0))
        .filter(bulk_actions::idempotency_key.eq(key))
        .filter(bulk_actions::created_at.le(scope.now.plus_seconds(-KEY_HOURS * 3600).millis()));
    diesel::update(old).set(bulk_actions::idempotency_key.eq(None::<String>)).execute(scope.conn)?;
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
    work: &Work,
    hash: &[u8],
    key: Option<&str>,
) -> Result<BulkActionId> {
    diesel::insert_into(bulk_actions::table)
        .values((
            bulk_actions::tenant_id.eq(scope.tenant.0),
            bulk_actions::user_id.eq(viewer.user.0),
            bulk_actions::verb.eq(work.request.verb.code()),
            bulk_actions::state.eq(BulkState::Running.code()),
            bulk_actions::created_at.eq(scope.now.millis()),
            bulk_actions::worked_at.eq(scope.now.millis()),
            bulk_actions::idempotency_key.eq(key),
            bulk_actions::request_hash.eq(hash),
            bulk_actions::total.eq(i32::try_from(work.items.len()).unwrap_or(i32::MAX)),
            bulk_actions::work.eq(work.to_json()?),
        ))
        .execute(scope.conn)?;
    Ok(BulkActionId(scope.conn.last_id()?))
}

/// A bulk action of this user's: how far it is, what has become of its commands, and those results that are asked for.
pub fn find(scope: &mut Scope<'_>, viewer: &Viewer, id: BulkActionId, which: BulkResults) -> Result<BulkAction> {
    let row: Option<(i16, i16, i32, Outcomes)> = bulk_actions::table
        .filter(bulk_actions::tenant_id.eq(scope.tenant.0))
        .filter(bulk_actions::user_id.eq(viewer.user.0))
        .filter(bulk_actions::id.eq(id.0))
        .select((bulk_actions::verb, bulk_actions::state, bulk_actions::total, outcomes!()))
        .first(scope.conn)
        .optional()?;
    let (verb, state, total, outcomes) = row.ok_or_else(|| StoreError::not_found("bulk action"))?;
    let commands = became::counted(scope, &[id.0])?.remove(&id.0).unwrap_or_default();
    // Most often those are asked for that failed, and there are none.
    let summary = list::summary(outcomes);
    let is_needed = match which {
        BulkResults::All => true,
        BulkResults::Failed => summary.conflict > 0 || commands.wrong() > 0,
        BulkResults::None => false,
    };
    let mut results = if is_needed { results(scope, id)? } else { Vec::new() };
    if which == BulkResults::Failed {
        results.retain(became::may_retry);
    }
    let (done, total) = (summary.done(), u32::try_from(total).unwrap_or(0));
    Ok(BulkAction { id, verb: word(verb)?, state: word(state)?, total, done, summary, commands, results })
}

/// The results that are there, each with what has become of its command.
fn results(scope: &mut Scope<'_>, id: BulkActionId) -> Result<Vec<BulkResult>> {
    let parts: Vec<String> = bulk_action_parts::table
        .filter(bulk_action_parts::tenant_id.eq(scope.tenant.0))
        .filter(bulk_action_parts::bulk_action_id.eq(id.0))
        .order(bulk_action_parts::part)
        .select(bulk_action_parts::results)
        .load(scope.conn)?;
    let mut results = Vec::new();
    for part in &parts {
        results.append(&mut work::results(part)?);
    }
    became::tell(scope, id, &mut results)?;
    Ok(results)
}
