//! Holds: for a time somebody cannot launch again what was ended (003).

use deskwarden_types::{AuditAction, ResourceId, SessionId, Timestamp, UserId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, dsl::max};

use crate::{
    Actor, AuditDraft, Result, Scope, WriteScope,
    schema::holds,
    sessions::{self, Viewer},
};

/// Until when launches of this resource by this user are held; none where that is over.
pub fn held_until(scope: &mut Scope<'_>, user: UserId, resource: ResourceId) -> Result<Option<Timestamp>> {
    let until: Option<i64> = holds::table
        .filter(holds::tenant_id.eq(scope.tenant.0))
        .filter(holds::user_id.eq(user.0))
        .filter(holds::resource_id.eq(resource.0))
        .filter(holds::until_at.gt(scope.now.millis()))
        .select(max(holds::until_at))
        .first(scope.conn)?;
    Ok(until.map(Timestamp::from_millis))
}

/// Ends the hold on what this session launched: its user may launch it again at once. Nothing happens where nothing is
/// held.
pub fn end_hold(scope: &mut WriteScope<'_>, actor: &Actor, viewer: &Viewer, id: SessionId) -> Result<()> {
    let session = sessions::find(scope, viewer, id)?.session;
    let (user, resource, now) = (session.user.id, session.resource.id, scope.now.millis());
    let held = holds::table
        .filter(holds::tenant_id.eq(scope.tenant.0))
        .filter(holds::user_id.eq(user.0))
        .filter(holds::resource_id.eq(resource.0))
        .filter(holds::until_at.gt(now));
    if diesel::update(held).set(holds::until_at.eq(now)).execute(scope.conn)? > 0 {
        scope.audit(AuditDraft {
            actor: actor.clone(),
            action: AuditAction::HoldEnded,
            session: Some(id),
            object: Some(format!("user {user}, resource {resource}")),
            reason: None,
        });
        scope.touch(id);
    }
    Ok(())
}
