//! One portion of a tenant's history, in one transaction.

use deskwarden_domain::kept_since;
use deskwarden_types::AuditAction;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{EVERY_SECONDS, rest, sessions};
use crate::{
    Actor, AuditDraft, Conn, Result, WriteScope,
    schema::{retention, tenant_heads},
    tenants,
};

/// How far a tenant's history is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// So many sessions were deleted, or other things; there may be more.
    Deleted(usize),
    /// Nothing is left that is not kept.
    Done,
}

/// Keeps others from going through the tenant's history until the transaction ends.
pub(super) fn lock(scope: &mut WriteScope<'_>) -> Result<()> {
    let (tenant, now) = (scope.tenant.0, scope.now.millis());
    let made = format!(
        "INSERT INTO retention (tenant_id, due_at, deleted) VALUES ({tenant}, {now}, 0) ON CONFLICT (tenant_id) DO NOTHING"
    );
    diesel::sql_query(made).execute(scope.conn)?;
    if matches!(scope.conn, Conn::Postgres(_)) {
        let row = format!("SELECT 1 FROM retention WHERE tenant_id = {tenant} FOR UPDATE");
        diesel::sql_query(row).execute(scope.conn)?;
    }
    Ok(())
}

/// Deletes the oldest of what is not kept any more.
pub(super) fn portion(scope: &mut WriteScope<'_>) -> Result<Step> {
    lock(scope)?;
    let days = tenants::settings(scope)?.history_days;
    let sessions = sessions::delete(scope, days)?;
    let row = retention::table.filter(retention::tenant_id.eq(scope.tenant.0));
    if sessions > 0 {
        let deleted = i64::try_from(sessions).unwrap_or(i64::MAX);
        diesel::update(row).set(retention::deleted.eq(retention::deleted + deleted)).execute(scope.conn)?;
        return Ok(Step::Deleted(sessions));
    }
    if rest::delete(scope, kept_since(days, scope.now))? > 0 {
        return Ok(Step::Deleted(0));
    }
    let deleted: i64 = row.select(retention::deleted).first(scope.conn)?;
    if deleted > 0 {
        tell(scope, deleted, days)?;
    }
    let next = scope.now.plus_seconds(EVERY_SECONDS).millis();
    diesel::update(row).set((retention::due_at.eq(next), retention::deleted.eq(0))).execute(scope.conn)?;
    Ok(Step::Done)
}

/// Says in the audit log and to whoever follows sessions that some are gone: once, however many portions it took.
fn tell(scope: &mut WriteScope<'_>, deleted: i64, days: u32) -> Result<()> {
    let noun = if deleted == 1 { "session" } else { "sessions" };
    scope.audit(AuditDraft {
        actor: Actor::system(),
        action: AuditAction::HistoryDeleted,
        session: None,
        object: Some(format!("{deleted} {noun} that ended before {}", kept_since(days, scope.now))),
        reason: Some(format!("history is kept for {days} days")),
    });
    // The row is locked from here on: the revision that this transaction gets is the next one.
    let head = tenant_heads::table.filter(tenant_heads::tenant_id.eq(scope.tenant.0));
    diesel::update(head).set(tenant_heads::deleted_revision.eq(tenant_heads::revision + 1)).execute(scope.conn)?;
    scope.tell();
    Ok(())
}
