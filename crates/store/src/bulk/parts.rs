//! Working an action off in parts. A part and its results are written in one transaction under the action's lock: who
//! comes second, after a crash or beside another server, goes on with the next part.

use std::{collections::HashSet, time::Duration};

use deskwarden_types::{BulkActionId, BulkState, SessionId, TenantId, Timestamp};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::{
    PART,
    carry::carry_out,
    spoilt::{is_lasting, work_off_the_rest},
    tally,
    work::{Item, Work},
};
use crate::{
    Conn, Result, Scope, Store, StoreError, WriteScope,
    schema::{bulk_action_parts, bulk_actions},
};

/// An action that nobody has worked on for so long, in seconds, is anybody's.
const LEFT: i64 = 5;
/// How often a part is tried again before it is looked for what is at fault, and the pause before each time.
const TRIES: u32 = 2;
const PAUSE: Duration = Duration::from_secs(1);

/// Works the next part off; `false` when none is left. `left_alone`: sessions that nothing is done to.
pub(super) fn work_part(scope: &mut WriteScope<'_>, id: BulkActionId, left_alone: &HashSet<SessionId>) -> Result<bool> {
    if matches!(scope.conn, Conn::Postgres(_)) {
        let tenant = scope.tenant.0;
        let sql = format!("SELECT 1 FROM bulk_actions WHERE tenant_id = {tenant} AND id = {} FOR NO KEY UPDATE", id.0);
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    let Some((work, part)) = what_is_left(scope, id)? else { return Ok(false) };
    let row = bulk_actions::table.filter(bulk_actions::tenant_id.eq(scope.tenant.0)).filter(bulk_actions::id.eq(id.0));
    let mut left = work.items.chunks(PART).skip(part);
    if let Some(items) = left.next() {
        let results = carry_out(scope, &work, items, id, left_alone)?;
        tally::add(scope, id, &results)?;
        let results = serde_json::to_string(&results).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        diesel::insert_into(bulk_action_parts::table)
            .values((
                bulk_action_parts::tenant_id.eq(scope.tenant.0),
                bulk_action_parts::bulk_action_id.eq(id.0),
                bulk_action_parts::part.eq(i32::try_from(part).unwrap_or(i32::MAX)),
                bulk_action_parts::results.eq(results),
            ))
            .execute(scope.conn)?;
    }
    let more = left.next().is_some();
    diesel::update(row).set(bulk_actions::worked_at.eq(scope.now.millis())).execute(scope.conn)?;
    if !more {
        // What was asked for, with whatever it said of people, is in commands, results and audit now.
        diesel::update(row)
            .set((bulk_actions::state.eq(BulkState::Finished.code()), bulk_actions::work.eq("")))
            .execute(scope.conn)?;
    }
    Ok(more)
}

/// What an action that is not finished has to do, and how many parts of it are done.
fn what_is_left(scope: &mut Scope<'_>, id: BulkActionId) -> Result<Option<(Work, usize)>> {
    let row = bulk_actions::table.filter(bulk_actions::tenant_id.eq(scope.tenant.0)).filter(bulk_actions::id.eq(id.0));
    let found: Option<(i16, String)> =
        row.select((bulk_actions::state, bulk_actions::work)).first(scope.conn).optional()?;
    let Some((_, work)) = found.filter(|(state, _)| *state != BulkState::Finished.code()) else { return Ok(None) };
    let work = Work::from_json(&work)?;
    let parts: i64 = bulk_action_parts::table
        .filter(bulk_action_parts::tenant_id.eq(scope.tenant.0))
        .filter(bulk_action_parts::bulk_action_id.eq(id.0))
        .count()
        .get_result(scope.conn)?;
    Ok(Some((work, usize::try_from(parts).unwrap_or(usize::MAX))))
}

/// The sessions of the next part, with what is to be done to them.
pub(super) fn next(scope: &mut Scope<'_>, id: BulkActionId) -> Result<Option<(Work, Vec<Item>)>> {
    let Some((work, part)) = what_is_left(scope, id)? else { return Ok(None) };
    let items = work.items.chunks(PART).nth(part).unwrap_or_default().to_vec();
    Ok(Some((work, items)))
}

/// Works an action off to its end.
pub async fn work_off(
    store: &Store,
    tenant: TenantId,
    id: BulkActionId,
    now: impl Fn() -> Timestamp + Send + Sync,
) -> Result<()> {
    let mut tries = 0;
    loop {
        let part = move |scope: &mut WriteScope<'_>| work_part(scope, id, &HashSet::new());
        let more = match store.write(tenant, now(), part).await {
            Err(error) if is_lasting(&error) && tries < TRIES => {
                tracing::warn!(action = id.0, %error, "a part of a bulk action could not be worked off; trying again");
                tries += 1;
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            Err(error) if is_lasting(&error) => work_off_the_rest(store, tenant, id, &now).await?,
            done => done?,
        };
        if !more {
            return Ok(());
        }
        tries = 0;
    }
}

/// Actions that somebody began and does not work on any more.
pub async fn unfinished(store: &Store, now: Timestamp) -> Result<Vec<(TenantId, BulkActionId)>> {
    let before = now.plus_seconds(-LEFT).millis();
    let look = move |conn: &mut Conn| {
        // no tenant: a job for all of them.
        let rows: Vec<(i64, i64)> = bulk_actions::table
            .filter(bulk_actions::state.eq(BulkState::Running.code()))
            .filter(bulk_actions::worked_at.le(before))
            .order(bulk_actions::id)
            .select((bulk_actions::tenant_id, bulk_actions::id))
            .load(conn)?;
        Ok(rows)
    };
    let rows = store.read_all(look).await?;
    Ok(rows.into_iter().map(|(tenant, id)| (TenantId(tenant), BulkActionId(id))).collect())
}
