//! What every question about a tenant's sessions needs to know first, in one statement.

use deskwarden_domain::Timing;
use deskwarden_types::{Timestamp, UserId, api::RefreshState};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::{
    sql::{Dialect, Sql},
    zone::TenantZone,
};
use crate::{Result, Scope, StoreError, refreshes, tenants::Rules};

/// The tenant as it is now.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    /// The tenant's revision.
    pub(crate) revision: i64,
    /// Of the names in its dictionaries.
    pub(crate) names_revision: i64,
    /// At which history was last deleted.
    pub(crate) deleted_revision: i64,
    /// The number of its newest audit entry.
    pub(crate) audited: i64,
    /// What decides about rows.
    pub(crate) rules: Rules,
    /// Where its days begin.
    pub(crate) zone: TenantZone,
    /// When its agents were last asked to report: before the rows that are read next.
    pub(crate) refresh: RefreshState,
    /// When it is asked.
    pub(crate) now: Timestamp,
}

/// What is read of it: its head, its settings, and its last refresh, which there may not have been yet.
pub(crate) type Row = ((i64, i64, i64, i64), (String, i32, i32, i32, bool), Option<refreshes::Row>);
/// The types of its columns.
pub(crate) type Types = (
    (BigInt, BigInt, BigInt, BigInt),
    (Text, Integer, Integer, Integer, Bool),
    Nullable<(BigInt, BigInt, Nullable<BigInt>, Bool, Integer, Integer)>,
);
/// Its columns, of a tenant `t` with [`JOINS`].
pub(crate) const COLUMNS: &str = "g.revision, g.names_revision, g.deleted_revision, g.audit_seq, t.time_zone, \
    t.heartbeat_seconds, t.first_warning_seconds, t.second_warning_seconds, t.show_ad_username, \
    f.number, f.asked_at, f.completed_at, f.running, f.agents_asked, f.answered";
/// What is joined to the tenant.
pub(crate) const JOINS: &str = " JOIN tenant_heads g ON g.tenant_id = t.id LEFT JOIN refreshes f ON f.tenant_id = t.id";

/// Reads it, unless that was done when the caller was looked up.
pub(crate) fn ground(scope: &mut Scope<'_>) -> Result<Ground> {
    if let Some(ground) = scope.ground.take() {
        return Ok(ground);
    }
    let text = format!("SELECT {COLUMNS} FROM tenants t{JOINS} WHERE t.id = ");
    let mut sql = Sql::new(Dialect::of(scope.conn), text);
    sql.number(scope.tenant.0);
    let row = sql.load::<Types, Row>(scope.conn)?.pop();
    Ok(Ground::of(row.ok_or_else(|| StoreError::not_found("tenant"))?, scope.now))
}

impl Ground {
    /// What was read at this time.
    pub(crate) fn of(row: Row, now: Timestamp) -> Self {
        let ((revision, names_revision, deleted_revision, audited), settings, refresh) = row;
        let (zone, heartbeat, first, second, show_ad_username) = settings;
        let seconds = |value| u32::try_from(value).unwrap_or(0);
        Self {
            revision,
            names_revision,
            deleted_revision,
            audited,
            rules: Rules {
                timing: Timing {
                    heartbeat_seconds: seconds(heartbeat),
                    first_warning_seconds: seconds(first),
                    second_warning_seconds: seconds(second),
                },
                show_ad_username,
            },
            zone: TenantZone::named(&zone),
            refresh: refreshes::as_of(refresh, now),
            now,
        }
    }

    /// By whom, when and where a filter is asked.
    pub(crate) fn context(&self, me: UserId) -> deskwarden_domain::list::Context<'_> {
        deskwarden_domain::list::Context { me, now: self.now, zone: &self.zone }
    }
}
