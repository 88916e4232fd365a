//! One-time links to set a password.

use deskwarden_types::{ErrorCode, TenantId, Timestamp, UserId};
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};

use super::SecretHash;
use crate::{
    Conn, Result, StoreError, WriteScope,
    schema::{set_up_links, tenants, users},
};

/// Whom a link is for.
#[derive(Debug, Clone)]
pub struct LinkTarget {
    /// The link.
    pub link: i64,
    /// The tenant.
    pub tenant: TenantId,
    /// Its name.
    pub tenant_name: String,
    /// The user.
    pub user: UserId,
    /// The name of the account.
    pub username: String,
    /// The person's name; the account's where nobody has said another.
    pub display_name: String,
    /// The email; see [`super::has_email`].
    pub email: String,
    /// Until when the link is good.
    pub expires_at: Timestamp,
}

/// Makes a link for a user.
pub fn create_link(scope: &mut WriteScope<'_>, user: UserId, secret: &SecretHash, expires_at: Timestamp) -> Result<()> {
    let (tenant, now) = (scope.tenant, scope.now);
    diesel::insert_into(set_up_links::table)
        .values((
            set_up_links::tenant_id.eq(tenant.0),
            set_up_links::user_id.eq(user.0),
            set_up_links::secret_hash.eq(&secret[..]),
            set_up_links::created_at.eq(now.millis()),
            set_up_links::expires_at.eq(expires_at.millis()),
        ))
        .execute(scope.conn)?;
    Ok(())
}

/// Whom a link is for, as long as it is good; does not use it up.
pub fn link_target(conn: &mut Conn, secret: &SecretHash, now: Timestamp) -> Result<Option<LinkTarget>> {
    type Row = (i64, i64, String, i64, String, String, String, i64);
    // no tenant: the secret tells the tenant.
    let row: Option<Row> = set_up_links::table
        .inner_join(users::table.on(users::id.eq(set_up_links::user_id)))
        .inner_join(tenants::table.on(tenants::id.eq(set_up_links::tenant_id)))
        .filter(set_up_links::secret_hash.eq(&secret[..]))
        .filter(set_up_links::used_at.is_null())
        .filter(set_up_links::expires_at.gt(now.millis()))
        .filter(users::disabled_at.is_null())
        .select((
            set_up_links::id,
            tenants::id,
            tenants::name,
            users::id,
            users::username,
            users::display_name,
            users::email,
            set_up_links::expires_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(link, tenant, tenant_name, user, username, display_name, email, expires_at)| LinkTarget {
        link,
        tenant: TenantId(tenant),
        tenant_name,
        user: UserId(user),
        username,
        display_name,
        email,
        expires_at: Timestamp::from_millis(expires_at),
    }))
}

/// Uses a link up, and with it every other link of its user. Of two at once, one succeeds.
pub fn use_link(scope: &mut WriteScope<'_>, target: &LinkTarget) -> Result<()> {
    let (tenant, now) = (scope.tenant, scope.now);
    let used = diesel::update(
        set_up_links::table
            .filter(set_up_links::tenant_id.eq(tenant.0))
            .filter(set_up_links::id.eq(target.link))
            .filter(set_up_links::used_at.is_null())
            .filter(set_up_links::expires_at.gt(now.millis())),
    )
    .set(set_up_links::used_at.eq(now.millis()))
    .execute(scope.conn)?;
    if used == 0 {
        return Err(StoreError::refused(ErrorCode::CodeNotValid, "Ask for a new link."));
    }
    diesel::update(
        set_up_links::table
            .filter(set_up_links::tenant_id.eq(tenant.0))
            .filter(set_up_links::user_id.eq(target.user.0))
            .filter(set_up_links::used_at.is_null()),
    )
    .set(set_up_links::used_at.eq(now.millis()))
    .execute(scope.conn)?;
    Ok(())
}
