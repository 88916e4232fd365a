//! What history keeps beside sessions.

use deskwarden_types::{BulkState, CommandState, ExportState, TenantId, Timestamp};
use diesel::RunQueryDsl;

use super::{PORTION, sessions::delete_of};
use crate::{
    Conn, Result, WriteScope,
    sessions::{Dialect, Sql},
    sets::id_list,
};

/// Deletes what is over since before: bulk actions, exports, holds, and connections that found no seat; gives how many.
pub(super) fn delete(scope: &mut WriteScope<'_>, before: Timestamp) -> Result<usize> {
    let tenant = scope.tenant;
    let mut deleted = bulk_actions(scope.conn, tenant, before)?;
    let export = format!("state > {} AND created_at", ExportState::Running.code());
    for (table, over) in [("exports", export.as_str()), ("holds", "until_at"), ("seat_refusals", "at")] {
        let mut sql = Sql::new(Dialect::of(scope.conn), format!("SELECT id FROM {table} WHERE tenant_id = "));
        sql.number(tenant.0).push(&format!(" AND {over} < ")).number(before.millis());
        sql.push(&format!(" ORDER BY id LIMIT {PORTION}"));
        let ids = sql.numbers(scope.conn)?;
        deleted += delete_of(scope.conn, tenant, (table, "id"), &ids)?;
    }
    Ok(deleted)
}

/// The oldest bulk actions that finished before and have no command that is open. Commands of theirs, on sessions that are
/// still kept, stay.
fn bulk_actions(conn: &mut Conn, tenant: TenantId, before: Timestamp) -> Result<usize> {
    let mut sql = Sql::new(Dialect::of(conn), "SELECT b.id FROM bulk_actions b WHERE b.tenant_id = ");
    sql.number(tenant.0).push(&format!(" AND b.state = {}", BulkState::Finished.code()));
    sql.push(" AND b.worked_at < ").number(before.millis());
    sql.push(&format!(
        " AND NOT EXISTS (SELECT 1 FROM commands c WHERE c.tenant_id = b.tenant_id AND c.bulk_action_id = b.id \
         AND c.bulk_action_id IS NOT NULL AND c.state <= {})",
        CommandState::Acknowledged.code()
    ));
    sql.push(&format!(" ORDER BY b.worked_at, b.id LIMIT {PORTION}"));
    let ids = sql.numbers(conn)?;
    if ids.is_empty() {
        return Ok(0);
    }
    let sql = format!(
        "UPDATE commands SET bulk_action_id = NULL WHERE tenant_id = {} AND bulk_action_id IN ({})",
        tenant.0,
        id_list(ids.iter().copied())
    );
    diesel::sql_query(sql).execute(conn)?;
    delete_of(conn, tenant, ("bulk_action_parts", "bulk_action_id"), &ids)?;
    delete_of(conn, tenant, ("bulk_actions", "id"), &ids)
}
