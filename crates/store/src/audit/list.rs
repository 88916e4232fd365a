//! Reading the log.

use deskwarden_types::{AuditId, SessionId, Timestamp, api::AuditEntry};
use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Result, Scope,
    names::word,
    schema::{audit_entries, audit_privates},
};

#[derive(diesel::Queryable)]
struct Row {
    id: i64,
    seq: i64,
    at: i64,
    actor_kind: i16,
    action: i16,
    session_id: Option<i64>,
    hash: Vec<u8>,
    actor: Option<String>,
    object: Option<String>,
    reason: Option<String>,
}

/// Entries with a number below `before`, newest first.
pub fn list(scope: &mut Scope<'_>, before: Option<i64>, limit: i64) -> Result<Vec<AuditEntry>> {
    let rows: Vec<Row> = audit_entries::table
        .left_join(audit_privates::table.on(audit_privates::audit_id.eq(audit_entries::id)))
        .filter(audit_entries::tenant_id.eq(scope.tenant.0))
        .filter(audit_entries::seq.lt(before.unwrap_or(i64::MAX)))
        .order(audit_entries::seq.desc())
        .limit(limit)
        .select((
            audit_entries::id,
            audit_entries::seq,
            audit_entries::at,
            audit_entries::actor_kind,
            audit_entries::action,
            audit_entries::session_id,
            audit_entries::hash,
            audit_privates::actor.nullable(),
            audit_privates::object.nullable(),
            audit_privates::reason.nullable(),
        ))
        .load(scope.conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(AuditEntry {
                id: AuditId(row.id),
                seq: row.seq,
                at: Timestamp::from_millis(row.at),
                actor_kind: word(row.actor_kind)?,
                actor: row.actor,
                action: word(row.action)?,
                session_id: row.session_id.map(SessionId),
                object: row.object,
                reason: row.reason,
                hash: row.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            })
        })
        .collect()
}
