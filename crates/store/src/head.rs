//! The end of each writing transaction: revisions and the audit chain, in commit order.

use std::collections::BTreeSet;

use deskwarden_types::{SessionId, TenantId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{Change, Conn, Result, WriteScope, audit, notify, schema::tenant_heads};

/// A tenant's head while its row is locked.
pub(crate) struct Head {
    pub(crate) revision: i64,
    pub(crate) audit_seq: i64,
    pub(crate) audit_hash: Vec<u8>,
}

/// Gives changed sessions their revision and audit entries their place. Locks the head as the
/// last thing before the commit, so that writers wait for each other as briefly as can be.
pub(crate) fn finish(scope: WriteScope<'_>) -> Result<Option<Change>> {
    let (tenant, now) = (scope.tenant, scope.now);
    let WriteParts { conn, changed, audits, orders_for } = scope.into_parts();
    if changed.is_empty() && audits.is_empty() && orders_for.is_empty() {
        return Ok(None);
    }
    let mut head = lock(conn, tenant)?;
    if !changed.is_empty() {
        head.revision += 1;
        stamp(conn, tenant, head.revision, &changed)?;
    }
    for draft in &audits {
        audit::append(conn, tenant, now, &mut head, draft)?;
    }
    diesel::update(tenant_heads::table.filter(tenant_heads::tenant_id.eq(tenant.0)))
        .set((
            tenant_heads::revision.eq(head.revision),
            tenant_heads::audit_seq.eq(head.audit_seq),
            tenant_heads::audit_hash.eq(&head.audit_hash),
        ))
        .execute(conn)?;
    let change = Change { tenant, revision: head.revision, agents: orders_for.into_iter().collect() };
    notify::announce(conn, &change)?;
    Ok(Some(change))
}

pub(crate) use crate::scope::WriteParts;

fn lock(conn: &mut Conn, tenant: TenantId) -> Result<Head> {
    // SQLite has one writer; its transaction is the lock.
    if matches!(conn, Conn::Postgres(_)) {
        diesel::sql_query(format!("SELECT 1 FROM tenant_heads WHERE tenant_id = {} FOR UPDATE", tenant.0))
            .execute(conn)?;
    }
    let (revision, audit_seq, audit_hash) = tenant_heads::table
        .filter(tenant_heads::tenant_id.eq(tenant.0))
        .select((tenant_heads::revision, tenant_heads::audit_seq, tenant_heads::audit_hash))
        .first(conn)?;
    Ok(Head { revision, audit_seq, audit_hash })
}

/// Ids in one statement.
const CHUNK: usize = 1000;

fn stamp(conn: &mut Conn, tenant: TenantId, revision: i64, changed: &BTreeSet<SessionId>) -> Result<()> {
    let ids: Vec<String> = changed.iter().map(|id| id.0.to_string()).collect();
    for chunk in ids.chunks(CHUNK) {
        let sql = format!(
            "UPDATE sessions SET revision = {revision} WHERE tenant_id = {} AND id IN ({})",
            tenant.0,
            chunk.join(",")
        );
        diesel::sql_query(sql).execute(conn)?;
    }
    Ok(())
}
