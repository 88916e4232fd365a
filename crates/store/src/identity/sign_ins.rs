//! Sign-ins: from the password to signing out or the end of its time.

use deskwarden_types::{Role, TenantId, Timestamp, UserId};
use diesel::{
    ExpressionMethods, QueryDsl, RunQueryDsl,
    sql_types::{BigInt, Nullable, SmallInt, Text},
};

use super::SecretHash;
use crate::{
    Conn, Result, WriteScope,
    names::word,
    schema::{refresh_tokens, sign_ins},
    sessions::{Dialect, GROUND, GROUND_JOINS, Ground, GroundRow, GroundTypes, Sql},
};

/// The user of a sign-in, as of now.
#[derive(Debug, Clone)]
pub struct SignInUser {
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub id: UserId,
    /// The name of the account.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// The role, as it is now.
    pub role: Role,
    /// Whether the user was disabled.
    pub disabled: bool,
    /// Whether the sign-in was revoked or its time is over.
    pub over: bool,
    /// What questions about the tenant's sessions begin with.
    pub ground: Ground,
}

/// Starts a sign-in with its first refresh token; gives its id.
pub fn start_sign_in(
    scope: &mut WriteScope<'_>,
    user: UserId,
    first: &SecretHash,
    expires_at: Timestamp,
    token_expires_at: Timestamp,
) -> Result<i64> {
    let (tenant, now) = (scope.tenant, scope.now);
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::tenant_id.eq(tenant.0),
            sign_ins::user_id.eq(user.0),
            sign_ins::started_at.eq(now.millis()),
            sign_ins::expires_at.eq(expires_at.millis()),
        ))
        .execute(scope.conn)?;
    let id = scope.conn.last_id()?;
    super::refresh::insert(scope, id, first, token_expires_at.min(expires_at))?;
    Ok(id)
}

/// The user of a sign-in.
pub fn signed_in_user(conn: &mut Conn, sign_in: i64, now: Timestamp) -> Result<Option<SignInUser>> {
    type Row = ((i64, i64, String, String, i16, Option<i64>, Option<i64>, i64), GroundRow);
    type User = (BigInt, BigInt, Text, Text, SmallInt, Nullable<BigInt>, Nullable<BigInt>, BigInt);
    // no tenant: the sign-in tells the tenant.
    let mut sql = Sql::new(
        Dialect::of(conn),
        format!(
            "SELECT u.tenant_id, u.id, u.username, u.display_name, u.role, u.disabled_at, i.revoked_at, i.expires_at, \
             {GROUND} FROM sign_ins i JOIN users u ON u.id = i.user_id JOIN tenants t ON t.id = u.tenant_id{GROUND_JOINS} \
             WHERE i.id = "
        ),
    );
    sql.number(sign_in);
    let row: Option<Row> = sql.load::<(User, GroundTypes), Row>(conn)?.pop();
    row.map(|((tenant, id, username, display_name, role, disabled_at, revoked_at, expires_at), ground)| {
        Ok(SignInUser {
            tenant: TenantId(tenant),
            id: UserId(id),
            username,
            display_name,
            role: word(role)?,
            disabled: disabled_at.is_some(),
            over: revoked_at.is_some() || expires_at <= now.millis(),
            ground: Ground::of(ground, now),
        })
    })
    .transpose()
}

/// Ends a sign-in: none of its tokens is good any more.
pub fn revoke_sign_in(scope: &mut WriteScope<'_>, sign_in: i64) -> Result<()> {
    let (tenant, now) = (scope.tenant, scope.now);
    diesel::update(
        sign_ins::table
            .filter(sign_ins::tenant_id.eq(tenant.0))
            .filter(sign_ins::id.eq(sign_in))
            .filter(sign_ins::revoked_at.is_null()),
    )
    .set(sign_ins::revoked_at.eq(now.millis()))
    .execute(scope.conn)?;
    diesel::delete(
        refresh_tokens::table
            .filter(refresh_tokens::tenant_id.eq(tenant.0))
            .filter(refresh_tokens::sign_in_id.eq(sign_in)),
    )
    .execute(scope.conn)?;
    Ok(())
}

/// Ends every sign-in of a user.
pub fn revoke_all_sign_ins(scope: &mut WriteScope<'_>, user: UserId) -> Result<()> {
    let tenant = scope.tenant;
    let live: Vec<i64> = sign_ins::table
        .filter(sign_ins::tenant_id.eq(tenant.0))
        .filter(sign_ins::user_id.eq(user.0))
        .filter(sign_ins::revoked_at.is_null())
        .select(sign_ins::id)
        .load(scope.conn)?;
    live.into_iter().try_for_each(|sign_in| revoke_sign_in(scope, sign_in))
}
