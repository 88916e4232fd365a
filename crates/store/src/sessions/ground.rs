//! What every question about a tenant's sessions needs to know first, in one statement.

use deskwarden_domain::Timing;
use deskwarden_types::{Timestamp, UserId};
use diesel::sql_types::{BigInt, Bool, Integer, Text};

use super::{
    sql::{Dialect, Sql},
    zone::TenantZone,
};
use crate::{Result, Scope, StoreError, tenants::Rules};

/// The tenant as it is now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground {
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
    /// When it is asked.
    pub(crate) now: Timestamp,
}

type Row = (i64, i64, i64, i64, String, i32, i32, i32, bool);
type Types = (BigInt, BigInt, BigInt, BigInt, Text, Integer, Integer, Integer, Bool);

/// Reads it.
pub(crate) fn ground(scope: &mut Scope<'_>) -> Result<Ground> {
    let mut sql = Sql::new(
        Dialect::of(scope.conn),
        "SELECT g.revision, g.names_revision, g.deleted_revision, g.audit_seq, t.time_zone, t.heartbeat_seconds, \
         t.first_warning_seconds, t.second_warning_seconds, t.show_ad_username FROM tenants t JOIN tenant_heads g ON g.tenant_id = t.id \
         WHERE t.id = ",
    );
    sql.number(scope.tenant.0);
    let row = sql.load::<Types, Row>(scope.conn)?.pop();
    let (revision, names_revision, deleted_revision, audited, zone, heartbeat, first, second, show_ad_username) =
        row.ok_or_else(|| StoreError::not_found("tenant"))?;
    let seconds = |value| u32::try_from(value).unwrap_or(0);
    Ok(Ground {
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
        now: scope.now,
    })
}

impl Ground {
    /// By whom, when and where a filter is asked.
    pub(crate) fn context(&self, me: UserId) -> deskwarden_domain::list::Context<'_> {
        deskwarden_domain::list::Context { me, now: self.now, zone: &self.zone }
    }
}
