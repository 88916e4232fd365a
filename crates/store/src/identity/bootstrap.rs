//! The first tenant of an installation.

use std::sync::Arc;

use deskwarden_types::{AuditAction, TenantId, Timestamp};
use diesel::{
    RunQueryDsl,
    sql_types::{BigInt, Binary, Text},
};

use super::{NewAccount, create_user};
use crate::{Actor, AuditDraft, Conn, Result, WriteScope, head, tenants};

/// The name of the mark that the first tenant was made.
const MARK: &str = "first_tenant";

/// Makes the first tenant with its owner, who has no password yet; nothing, where there is a tenant already.
/// Of several servers that start at once over one database, one makes it.
pub fn first_tenant(conn: &mut Conn, name: &str, owner: &NewAccount, now: Timestamp) -> Result<Option<TenantId>> {
    if !tenants::all(conn)?.is_empty() {
        return Ok(None);
    }
    // The second one waits here until the first has committed, and then finds the mark.
    let marked = diesel::sql_query(
        "INSERT INTO secrets (name, value, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
    )
    .bind::<Text, _>(MARK)
    .bind::<Binary, _>(Vec::<u8>::new())
    .bind::<BigInt, _>(now.millis())
    .execute(conn)?;
    if marked == 0 {
        return Ok(None);
    }
    let tenant = tenants::create(conn, name, false, now)?;
    let mut scope = WriteScope::new(conn, tenant, now, Arc::default());
    let (actor, object) = (Actor::system(), Some(name.to_owned()));
    scope.audit(AuditDraft {
        actor: actor.clone(),
        action: AuditAction::TenantCreated,
        session: None,
        object,
        reason: None,
    });
    create_user(&mut scope, &actor, owner)?;
    head::finish(scope)?;
    Ok(Some(tenant))
}
