//! The end of each writing transaction: revisions and the audit chain, in commit order.

use deskwarden_types::TenantId;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Change, Conn, Result, WriteScope, audit, events, notify,
    reports::{self, Beaten},
    schema::tenant_heads,
    sessions::state,
};

/// A tenant's head while its row is locked.
pub(crate) struct Head {
    pub(crate) revision: i64,
    pub(crate) audit_seq: i64,
    pub(crate) audit_hash: Vec<u8>,
}

/// Gives changed sessions their revision and audit entries their place. Locks the head as the
/// last thing before the commit, so that writers wait for each other as briefly as can be.
pub(crate) fn finish(mut scope: WriteScope<'_>) -> Result<Option<Change>> {
    let (tenant, now) = (scope.tenant, scope.now);
    // What needs no place in the order of commits goes first.
    flush(&mut scope)?;
    let WriteParts { conn, changed, audits, orders_for, news, ledger } = scope.into_parts();
    if changed.is_empty() && audits.is_empty() && orders_for.is_empty() && !news {
        return Ok(None);
    }
    let mut head = lock(conn, tenant)?;
    if !changed.is_empty() || news {
        head.revision += 1;
    }
    if !changed.is_empty() {
        state::write_sessions(conn, tenant, &ledger, &changed, head.revision)?;
    }
    audit::append(conn, tenant, now, &mut head, &audits)?;
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

/// Writes what was gathered and has no revision: timelines, commands' steps, signs of life.
fn flush(scope: &mut WriteScope<'_>) -> Result<()> {
    events::flush(scope)?;
    let (tenant, now) = (scope.tenant, scope.now);
    let ledger = std::mem::take(&mut scope.ledger);
    state::write_commands(scope.conn, tenant, &ledger)?;
    scope.ledger = ledger;
    let heard_of = std::mem::take(&mut scope.heard_of);
    let beats: Vec<_> = heard_of.into_iter().map(|id| Beaten { session: id, at: now, idle: None }).collect();
    reports::write_beats(scope.conn, tenant, &beats)
}

fn lock(conn: &mut Conn, tenant: TenantId) -> Result<Head> {
    // SQLite has one writer; its transaction is the lock.
    if matches!(conn, Conn::Postgres(_)) {
        diesel::sql_query(format!("SELECT 1 FROM tenant_heads WHERE tenant_id = {} FOR NO KEY UPDATE", tenant.0))
            .execute(conn)?;
    }
    let (revision, audit_seq, audit_hash) = tenant_heads::table
        .filter(tenant_heads::tenant_id.eq(tenant.0))
        .select((tenant_heads::revision, tenant_heads::audit_seq, tenant_heads::audit_hash))
        .first(conn)?;
    Ok(Head { revision, audit_seq, audit_hash })
}
