//! Working an action off in parts. A part and its results are written in one transaction under the action's lock: who
//! comes second, after a crash or beside another server, goes on with the next part.

use deskwarden_types::{BulkActionId, BulkState, TenantId, Timestamp};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::{PART, carry::carry_out, tally, work::Work};
use crate::{
    Conn, Result, Store, StoreError, WriteScope,
    schema::{bulk_action_parts, bulk_actions},
};

/// An action that nobody has worked on for so long, in seconds, is anybody's.
const LEFT: i64 = 5;

/// Works the next part off; `false` when none is left.
pub(super) fn work_part(scope: &mut WriteScope<'_>, id: BulkActionId) -> Result<bool> {
    if matches!(scope.conn, Conn::Postgres(_)) {
        let tenant = scope.tenant.0;
        let sql = format!("SELECT 1 FROM bulk_actions WHERE tenant_id = {tenant} AND id = {} FOR NO KEY UPDATE", id.0);
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    let row = bulk_actions::table.filter(bulk_actions::tenant_id.eq(scope.tenant.0)).filter(bulk_actions::id.eq(id.0));
    let found: Option<(i16, String)> =
        row.select((bulk_actions::state, bulk_actions::work)).first(scope.conn).optional()?;
    let Some((state, work)) = found else { return Ok(false) };
    if state == BulkState::Finished.code() {
        return Ok(false);
    }
    let work = Work::from_json(&work)?;
    let parts: i64 = bulk_action_parts::table
        .filter(bulk_action_parts::tenant_id.eq(scope.tenant.0))
        .filter(bulk_action_parts::bulk_action_id.eq(id.0))
        .count()
        .get_result(scope.conn)?;
    let part = usize::try_from(parts).unwrap_or(usize::MAX);
    let mut left = work.items.chunks(PART).skip(part);
    if let Some(items) = left.next() {
        let results = carry_out(scope, &work, items, id)?;
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

/// Works an action off to its end.
pub async fn work_off(
    store: &Store,
    tenant: TenantId,
    id: BulkActionId,
    now: impl Fn() -> Timestamp + Send,
) -> Result<()> {
    while store.write(tenant, now(), move |scope| work_part(scope, id)).await? {}
    Ok(())
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
