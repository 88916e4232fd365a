//! How far an export is, and how it ended.

use deskwarden_types::{AuditAction, ExportId, ExportState, TenantId, Timestamp};
use diesel::{ExpressionMethods, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{Actor, AuditDraft, Conn, Result, WriteScope, schema::exports};

/// An export that was not heard of for so long was being sent by a server that is gone.
pub const SILENT_SECONDS: i64 = 30;
/// For so long exports are kept, in days; the audit log keeps what was exported.
const KEPT_DAYS: i64 = 90;

/// What was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// Rows.
    pub rows: i64,
    /// Bytes.
    pub bytes: i64,
}

/// Notes how far a running export is, and that it lives.
pub fn progress(scope: &mut WriteScope<'_>, id: ExportId, sent: Sent) -> Result<()> {
    let running = exports::table
        .filter(exports::tenant_id.eq(scope.tenant.0))
        .filter(exports::id.eq(id.0))
        .filter(exports::state.eq(ExportState::Running.code()));
    diesel::update(running)
        .set((
            exports::row_count.eq(sent.rows),
            exports::byte_count.eq(sent.bytes),
            exports::heard_at.eq(scope.now.millis()),
        ))
        .execute(scope.conn)?;
    Ok(())
}

/// The file was sent to its last byte.
pub fn finished(scope: &mut WriteScope<'_>, actor: &Actor, id: ExportId, sent: Sent, sha256: &[u8]) -> Result<()> {
    let hash: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    end(scope, id, ExportState::Finished, sent, Some(sha256), None)?;
    let what = format!("export {id}: {} rows, {} bytes, SHA-256 {hash}", sent.rows, sent.bytes);
    audit(scope, actor, AuditAction::ExportFinished, what);
    Ok(())
}

/// The file could not be sent to its end.
pub fn broken_off(scope: &mut WriteScope<'_>, actor: &Actor, id: ExportId, sent: Sent, why: &str) -> Result<()> {
    end(scope, id, ExportState::Failed, sent, None, Some(why))?;
    let what = format!("export {id}: broken off after {} rows: {why}", sent.rows);
    audit(scope, actor, AuditAction::ExportBroken, what);
    Ok(())
}

fn end(
    scope: &mut WriteScope<'_>,
    id: ExportId,
    state: ExportState,
    sent: Sent,
    sha256: Option<&[u8]>,
    failure: Option<&str>,
) -> Result<()> {
    let now = scope.now.millis();
    let row = exports::table.filter(exports::tenant_id.eq(scope.tenant.0)).filter(exports::id.eq(id.0));
    diesel::update(row)
        .set((
            exports::state.eq(state.code()),
            exports::row_count.eq(sent.rows),
            exports::byte_count.eq(sent.bytes),
            exports::sha256.eq(sha256),
            exports::failure.eq(failure),
            exports::finished_at.eq(now),
            exports::heard_at.eq(now),
        ))
        .execute(scope.conn)?;
    Ok(())
}

fn audit(scope: &mut WriteScope<'_>, actor: &Actor, action: AuditAction, what: String) {
    scope.audit(AuditDraft { actor: actor.clone(), action, session: None, object: Some(what), reason: None });
}

/// Tenants with exports that time has ended.
// no tenant: a job for all of them.
pub fn due(conn: &mut Conn, now: Timestamp) -> Result<Vec<TenantId>> {
    let late: Vec<i64> = exports::table
        .filter(exports::state.eq(ExportState::Waiting.code()))
        .filter(exports::expires_at.le(now.millis()))
        .select(exports::tenant_id)
        .load(conn)?;
    // no tenant: a job for all of them.
    let silent: Vec<i64> = exports::table
        .filter(exports::state.eq(ExportState::Running.code()))
        .filter(exports::heard_at.le(now.plus_seconds(-SILENT_SECONDS).millis()))
        .select(exports::tenant_id)
        .load(conn)?;
    let mut ids: Vec<_> = late.into_iter().chain(silent).map(TenantId).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Ends the tenant's exports that nobody fetched in time, and those that no server sends any more.
pub fn give_up(scope: &mut WriteScope<'_>) -> Result<()> {
    let (tenant, now) = (scope.tenant.0, scope.now);
    let late = exports::table
        .filter(exports::tenant_id.eq(tenant))
        .filter(exports::state.eq(ExportState::Waiting.code()))
        .filter(exports::expires_at.le(now.millis()));
    diesel::update(late)
        .set((exports::state.eq(ExportState::Expired.code()), exports::finished_at.eq(exports::expires_at.nullable())))
        .execute(scope.conn)?;
    if matches!(scope.conn, Conn::Postgres(_)) {
        // Whoever is about to note its end comes first.
        let sql = format!(
            "SELECT 1 FROM exports WHERE tenant_id = {tenant} AND state = {} ORDER BY id FOR NO KEY UPDATE",
            ExportState::Running.code()
        );
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    let silent: Vec<(i64, i64, i64)> = exports::table
        .filter(exports::tenant_id.eq(tenant))
        .filter(exports::state.eq(ExportState::Running.code()))
        .filter(exports::heard_at.le(now.plus_seconds(-SILENT_SECONDS).millis()))
        .select((exports::id, exports::row_count, exports::byte_count))
        .load(scope.conn)?;
    for (id, rows, bytes) in silent {
        let why = "the server that sent it has stopped";
        broken_off(scope, &Actor::system(), ExportId(id), Sent { rows, bytes }, why)?;
    }
    Ok(())
}

/// Forgets old exports.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    let before = now.plus_seconds(-KEPT_DAYS * 86_400).millis();
    // no tenant: a job for all of them.
    Ok(diesel::delete(exports::table.filter(exports::created_at.lt(before))).execute(conn)?)
}
