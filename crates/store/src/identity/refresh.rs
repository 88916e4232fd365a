//! Refresh tokens: each is traded for the next. One that comes again after its time was stolen, or the
//! next one was; either way the whole sign-in ends.

use deskwarden_types::{AuditAction, TenantId, Timestamp};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, sql_types::BigInt};

use super::{SecretHash, revoke_sign_in, sign_ins::signed_in_user};
use crate::{
    Actor, AuditDraft, Conn, Result, WriteScope,
    identity::SignInUser,
    schema::{refresh_tokens, sign_ins},
};

/// For so long the last token is still good after it was traded: tabs race (api.md).
pub const GRACE_SECONDS: i64 = 10;

/// How trading a token went.
#[derive(Debug, Clone)]
pub enum Rotation {
    /// The next token is in place.
    Next {
        /// The sign-in.
        sign_in: i64,
        /// Whose it is.
        user: Box<SignInUser>,
    },
    /// Used a second time: the sign-in was revoked.
    Reused,
    /// Unknown, too old, or its sign-in is over.
    NotGood,
}

/// The tenant of a refresh token.
pub fn refresh_owner(conn: &mut Conn, token: &SecretHash) -> Result<Option<TenantId>> {
    // no tenant: the secret tells the tenant.
    let tenant: Option<i64> = refresh_tokens::table
        .filter(refresh_tokens::secret_hash.eq(&token[..]))
        .select(refresh_tokens::tenant_id)
        .first(conn)
        .optional()?;
    Ok(tenant.map(TenantId))
}

struct Token {
    id: i64,
    sign_in: i64,
    replaced_at: Option<i64>,
    expires_at: i64,
}

fn find(scope: &mut WriteScope<'_>, token: &SecretHash) -> Result<Option<Token>> {
    let tenant = scope.tenant;
    let row: Option<(i64, i64, Option<i64>, i64)> = refresh_tokens::table
        .filter(refresh_tokens::tenant_id.eq(tenant.0))
        .filter(refresh_tokens::secret_hash.eq(&token[..]))
        .select((
            refresh_tokens::id,
            refresh_tokens::sign_in_id,
            refresh_tokens::replaced_at,
            refresh_tokens::expires_at,
        ))
        .first(scope.conn)
        .optional()?;
    Ok(row.map(|(id, sign_in, replaced_at, expires_at)| Token { id, sign_in, replaced_at, expires_at }))
}

/// Trades a token for the next.
pub fn rotate(
    scope: &mut WriteScope<'_>,
    old: &SecretHash,
    next: &SecretHash,
    next_expires_at: Timestamp,
) -> Result<Rotation> {
    let (tenant, now) = (scope.tenant, scope.now);
    let Some(token) = find(scope, old)? else {
        return Ok(Rotation::NotGood);
    };
    lock_sign_in(scope, token.sign_in)?;
    // Read again behind the lock: another tab may have been quicker.
    let Some(token) = find(scope, old)? else {
        return Ok(Rotation::NotGood);
    };
    let Some(user) = signed_in_user(scope.conn, token.sign_in, now)? else {
        return Ok(Rotation::NotGood);
    };
    if user.over || user.disabled || token.expires_at <= now.millis() {
        return Ok(Rotation::NotGood);
    }
    match token.replaced_at {
        None => {
            diesel::update(
                refresh_tokens::table
                    .filter(refresh_tokens::tenant_id.eq(tenant.0))
                    .filter(refresh_tokens::id.eq(token.id)),
            )
            .set(refresh_tokens::replaced_at.eq(now.millis()))
            .execute(scope.conn)?;
        }
        Some(replaced_at) if now.millis() - replaced_at <= GRACE_SECONDS * 1000 => {}
        Some(_) => {
            revoke_sign_in(scope, token.sign_in)?;
            scope.audit(AuditDraft {
                actor: Actor::system(),
                action: AuditAction::RefreshReused,
                session: None,
                object: Some(user.username),
                reason: None,
            });
            return Ok(Rotation::Reused);
        }
    }
    let sign_in_ends: i64 = sign_ins::table
        .filter(sign_ins::tenant_id.eq(tenant.0))
        .filter(sign_ins::id.eq(token.sign_in))
        .select(sign_ins::expires_at)
        .first(scope.conn)?;
    insert(scope, token.sign_in, next, next_expires_at.min(Timestamp::from_millis(sign_in_ends)))?;
    Ok(Rotation::Next { sign_in: token.sign_in, user: Box::new(user) })
}

/// Signs out by a refresh token; gives who it was.
pub fn revoke_by_refresh(scope: &mut WriteScope<'_>, token: &SecretHash) -> Result<Option<SignInUser>> {
    let now = scope.now;
    let Some(token) = find(scope, token)? else {
        return Ok(None);
    };
    revoke_sign_in(scope, token.sign_in)?;
    signed_in_user(scope.conn, token.sign_in, now)
}

pub(super) fn insert(
    scope: &mut WriteScope<'_>,
    sign_in: i64,
    token: &SecretHash,
    expires_at: Timestamp,
) -> Result<()> {
    let (tenant, now) = (scope.tenant, scope.now);
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::tenant_id.eq(tenant.0),
            refresh_tokens::sign_in_id.eq(sign_in),
            refresh_tokens::secret_hash.eq(&token[..]),
            refresh_tokens::issued_at.eq(now.millis()),
            refresh_tokens::expires_at.eq(expires_at.millis()),
        ))
        .execute(scope.conn)?;
    Ok(())
}

/// Tabs that race wait for each other here. SQLite has one writer anyhow.
fn lock_sign_in(scope: &mut WriteScope<'_>, sign_in: i64) -> Result<()> {
    let tenant = scope.tenant;
    if matches!(scope.conn, Conn::Postgres(_)) {
        diesel::sql_query("SELECT 1 FROM sign_ins WHERE tenant_id = $1 AND id = $2 FOR UPDATE")
            .bind::<BigInt, _>(tenant.0)
            .bind::<BigInt, _>(sign_in)
            .execute(scope.conn)?;
    }
    Ok(())
}
