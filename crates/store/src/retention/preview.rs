//! What a length of history would delete.

use deskwarden_domain::{check_history_days, kept_since};
use deskwarden_types::api::{HistoryPreview, Total};

use super::sessions::add_due;
use crate::{
    Result, Scope, StoreError,
    sessions::{Dialect, Sql},
    tenants,
};

/// Sessions that are counted.
const CAPPED: i64 = 10_000;

/// How many sessions would be deleted where history is kept for so many days; as it is set without them.
pub fn preview(scope: &mut Scope<'_>, history_days: Option<u32>) -> Result<HistoryPreview> {
    let history_days = match history_days {
        Some(days) => days,
        None => tenants::settings(scope)?.history_days,
    };
    check_history_days(history_days).map_err(|bad| StoreError::bad_field(bad.field, bad.message))?;
    let kept_since = kept_since(history_days, scope.now);
    let mut sql = Sql::new(Dialect::of(scope.conn), "SELECT COUNT(*) FROM (SELECT 1 AS n FROM ");
    add_due(&mut sql, scope.tenant, kept_since, scope.now);
    sql.push(&format!(" ORDER BY s.ended_at LIMIT {}) due", CAPPED + 1));
    let count = sql.numbers(scope.conn)?.first().copied().unwrap_or(0);
    Ok(HistoryPreview {
        history_days,
        kept_since,
        sessions: Total { count: count.min(CAPPED), exact: count <= CAPPED },
    })
}
