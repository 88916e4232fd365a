//! The tenant's revision, for lists that are not of sessions.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{Result, Scope, schema::tenant_heads};

/// The tenant's revision now.
pub fn revision(scope: &mut Scope<'_>) -> Result<i64> {
    Ok(tenant_heads::table
        .filter(tenant_heads::tenant_id.eq(scope.tenant.0))
        .select(tenant_heads::revision)
        .first(scope.conn)?)
}
