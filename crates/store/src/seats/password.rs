//! Passwords for native viewers.

use deskwarden_types::{Ability, DeliveryKind, ErrorCode, ResourceId, Timestamp, UserId, api::ViewerPassword};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Conn, Result, StoreError, WriteScope,
    launches::{decide, launchable, place},
    schema::viewer_passwords,
};

/// For how long a password is good, in seconds.
pub const PASSWORD_SECONDS: i64 = 60;

/// Makes one for the user, good for one connection; the one made before for the same thing is not good any more.
pub fn make(scope: &mut WriteScope<'_>, user: UserId, id: ResourceId, password: &str) -> Result<ViewerPassword> {
    let resource = launchable(scope, id)?;
    let provision = decide(scope, user, &resource, &[])?;
    if resource.kind != DeliveryKind::RemoteAccess {
        let detail = format!("{}: it is no remote access; open it in the browser.", resource.name);
        return Err(StoreError::refused(ErrorCode::Conflict, detail));
    }
    let (_, machine) = place(scope, user, &resource, provision, Ability::Gate)?;
    let before = viewer_passwords::table
        .filter(viewer_passwords::tenant_id.eq(scope.tenant.0))
        .filter(viewer_passwords::user_id.eq(user.0))
        .filter(viewer_passwords::resource_id.eq(id.0));
    diesel::delete(before).execute(scope.conn)?;
    let expires_at = scope.now.plus_seconds(PASSWORD_SECONDS);
    diesel::insert_into(viewer_passwords::table)
        .values((
            viewer_passwords::tenant_id.eq(scope.tenant.0),
            viewer_passwords::user_id.eq(user.0),
            viewer_passwords::resource_id.eq(id.0),
            viewer_passwords::host_id.eq(machine.host.0),
            viewer_passwords::password.eq(password),
            viewer_passwords::expires_at.eq(expires_at.millis()),
        ))
        .execute(scope.conn)?;
    Ok(ViewerPassword { password: password.to_owned(), expires_at, address: machine.gate.unwrap_or_default() })
}

/// Forgets passwords whose minute is over.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    // no tenant: a job for all of them.
    let late = viewer_passwords::table.filter(viewer_passwords::expires_at.le(now.millis()));
    // no tenant: the same.
    Ok(diesel::delete(late).execute(conn)?)
}
