//! What every question about a tenant's sessions needs to know first, in one statement.

use deskwarden_domain::Timing;
use deskwarden_types::{Timestamp, UserId, api::RefreshState};
use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl};

use super::zone::TenantZone;
use crate::{
    Result, Scope, StoreError, refreshes,
    schema::{self, tenant_heads, tenants},
    tenants::Rules,
};

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

/// What is read of it: its head, its settings, and its last refresh.
pub(crate) type Row = ((i64, i64, i64, i64), (String, i32, i32, i32, bool), Option<refreshes::Row>);

/// The columns of [`Row`].
pub(crate) type Columns = (
    (tenant_heads::revision, tenant_heads::names_revision, tenant_heads::deleted_revision, tenant_heads::audit_seq),
    (
        tenants::time_zone,
        tenants::heartbeat_seconds,
        tenants::first_warning_seconds,
        tenants::second_warning_seconds,
        tenants::show_ad_username,
    ),
    dsl::Nullable<refreshes::Columns>,
);

/// The columns, of `tenants` and `tenant_heads`, and of `refreshes`, where a tenant may have no row yet.
pub(crate) fn columns() -> Columns {
    (
        (tenant_heads::revision, tenant_heads::names_revision, tenant_heads::deleted_revision, tenant_heads::audit_seq),
        (
            tenants::time_zone,
            tenants::heartbeat_seconds,
            tenants::first_warning_seconds,
            tenants::second_warning_seconds,
            tenants::show_ad_username,
        ),
        refreshes::COLUMNS.nullable(),
    )
}

/// Reads it, unless that was done when the caller was looked up.
pub(crate) fn ground(scope: &mut Scope<'_>) -> Result<Ground> {
    if let Some(ground) = scope.ground.take() {
        return Ok(ground);
    }
    let row: Option<Row> = tenants::table
        .inner_join(tenant_heads::table.on(tenant_heads::tenant_id.eq(tenants::id)))
        .left_join(schema::refreshes::table.on(schema::refreshes::tenant_id.eq(tenants::id)))
        .filter(tenants::id.eq(scope.tenant.0))
        .select(columns())
        .first(scope.conn)
        .optional()?;
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
