//! Streams that nobody closed.

use deskwarden_types::{StreamId, TenantId, Timestamp};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{
    SILENT_SECONDS,
    watch::{WatchEnd, close},
};
use crate::{Conn, Result, WriteScope, schema::streams};

/// For so long streams are kept, in days; the audit log keeps who watched whom.
const KEPT_DAYS: i64 = 90;
/// Streams that one transaction closes.
const PORTION: i64 = 500;

macro_rules! late {
    ($now:expr) => {{
        let silent = $now.plus_seconds(-SILENT_SECONDS).millis();
        let never = streams::opened_at.is_null().and(streams::expires_at.le($now.millis()));
        streams::closed_at.is_null().and(never.or(streams::opened_at.is_not_null().and(streams::heard_at.le(silent))))
    }};
}

/// Tenants with streams whose ticket nobody used, or whose server is gone.
// no tenant: a job for all of them.
pub fn due(conn: &mut Conn, now: Timestamp) -> Result<Vec<TenantId>> {
    let ids: Vec<i64> = streams::table.filter(late!(now)).select(streams::tenant_id).distinct().load(conn)?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// Closes them.
pub fn give_up(scope: &mut WriteScope<'_>) -> Result<usize> {
    let ids: Vec<i64> = streams::table
        .filter(streams::tenant_id.eq(scope.tenant.0))
        .filter(late!(scope.now))
        .order(streams::id)
        .limit(PORTION)
        .select(streams::id)
        .load(scope.conn)?;
    for id in &ids {
        close(scope, StreamId(*id), WatchEnd::Nobody)?;
    }
    Ok(ids.len())
}

/// Forgets old streams.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    let before = now.plus_seconds(-KEPT_DAYS * 86_400).millis();
    // no tenant: a job for all of them.
    let old = streams::table.filter(streams::closed_at.is_not_null()).filter(streams::created_at.lt(before));
    // no tenant: the same.
    Ok(diesel::delete(old).execute(conn)?)
}
