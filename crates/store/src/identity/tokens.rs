//! API tokens for scripts.

use deskwarden_types::{AuditAction, Role, Scope as TokenScope, TenantId, Timestamp, TokenId, UserId, api::ApiToken};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    dsl::count_star,
    sql_types::{BigInt, Integer, Nullable, SmallInt, Text},
};

use super::SecretHash;
use crate::{
    Actor, AuditDraft, Conn, Result, Scope, StoreError, WriteScope,
    names::word,
    schema::api_tokens,
    sessions::{Dialect, GROUND, GROUND_JOINS, Ground, GroundRow, GroundTypes, Sql},
};

/// A token with its user, as of now.
#[derive(Debug, Clone)]
pub struct TokenUser {
    /// The token.
    pub token: TokenId,
    /// What it may do.
    pub scopes: Vec<TokenScope>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked: bool,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The tenant.
    pub tenant: TenantId,
    /// Whose it is.
    pub user: UserId,
    /// The name of the account.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// The user's role, as it is now.
    pub role: Role,
    /// Whether the user was disabled.
    pub disabled: bool,
    /// What questions about the tenant's sessions begin with.
    pub ground: Ground,
}

fn bit(scope: TokenScope) -> i32 {
    1 << (i32::from(scope.code()) - 1)
}

fn scopes_of(bits: i32) -> Vec<TokenScope> {
    TokenScope::ALL.iter().copied().filter(|scope| bits & bit(*scope) != 0).collect()
}

/// The token with this secret, in any tenant.
pub fn token_user(conn: &mut Conn, secret: &SecretHash, now: Timestamp) -> Result<Option<TokenUser>> {
    type Token = (i64, i32, i64, Option<i64>, Option<i64>);
    type TokenTypes = (BigInt, Integer, BigInt, Nullable<BigInt>, Nullable<BigInt>);
    type User = (i64, i64, String, String, i16, Option<i64>);
    type UserTypes = (BigInt, BigInt, Text, Text, SmallInt, Nullable<BigInt>);
    // no tenant: the secret tells the tenant.
    let mut sql = Sql::new(
        Dialect::of(conn),
        format!(
            "SELECT a.id, a.scopes, a.expires_at, a.revoked_at, a.last_used_at, u.tenant_id, u.id, u.username, \
             u.display_name, u.role, u.disabled_at, {GROUND} FROM api_tokens a JOIN users u ON u.id = a.user_id \
             JOIN tenants t ON t.id = u.tenant_id{GROUND_JOINS} WHERE a.secret_hash = "
        ),
    );
    sql.bytes(secret.to_vec());
    let row = sql.load::<(TokenTypes, UserTypes, GroundTypes), (Token, User, GroundRow)>(conn)?.pop();
    row.map(|(token, user, ground)| {
        let (id, scopes, expires_at, revoked_at, used) = token;
        let (tenant, user, username, display_name, role, disabled_at) = user;
        Ok(TokenUser {
            token: TokenId(id),
            scopes: scopes_of(scopes),
            expires_at: Timestamp::from_millis(expires_at),
            revoked: revoked_at.is_some(),
            last_used_at: used.map(Timestamp::from_millis),
            tenant: TenantId(tenant),
            user: UserId(user),
            username,
            display_name,
            role: word(role)?,
            disabled: disabled_at.is_some(),
            ground: Ground::of(ground, now),
        })
    })
    .transpose()
}

/// Notes that a token was used.
pub fn token_used(scope: &mut WriteScope<'_>, token: TokenId) -> Result<()> {
    let (tenant, now) = (scope.tenant, scope.now);
    diesel::update(api_tokens::table.filter(api_tokens::tenant_id.eq(tenant.0)).filter(api_tokens::id.eq(token.0)))
        .set(api_tokens::last_used_at.eq(now.millis()))
        .execute(scope.conn)?;
    Ok(())
}

type Row = (i64, String, i64, i32, i64, i64, Option<i64>, Option<i64>);

const COLUMNS: (
    api_tokens::id,
    api_tokens::name,
    api_tokens::user_id,
    api_tokens::scopes,
    api_tokens::created_at,
    api_tokens::expires_at,
    api_tokens::last_used_at,
    api_tokens::revoked_at,
) = (
    api_tokens::id,
    api_tokens::name,
    api_tokens::user_id,
    api_tokens::scopes,
    api_tokens::created_at,
    api_tokens::expires_at,
    api_tokens::last_used_at,
    api_tokens::revoked_at,
);

fn to_token((id, name, user, scopes, created_at, expires_at, last_used_at, revoked_at): Row) -> ApiToken {
    ApiToken {
        id: TokenId(id),
        name,
        user_id: UserId(user),
        scopes: scopes_of(scopes),
        created_at: Timestamp::from_millis(created_at),
        expires_at: Timestamp::from_millis(expires_at),
        last_used_at: last_used_at.map(Timestamp::from_millis),
        revoked_at: revoked_at.map(Timestamp::from_millis),
    }
}

/// Tokens with an id below `before`, newest first; of one user, or of all.
pub fn list_tokens(
    scope: &mut Scope<'_>,
    of: Option<UserId>,
    before: Option<TokenId>,
    limit: i64,
) -> Result<Vec<ApiToken>> {
    let mut query = api_tokens::table
        .filter(api_tokens::tenant_id.eq(scope.tenant.0))
        .filter(api_tokens::id.lt(before.map_or(i64::MAX, |token| token.0)))
        .order(api_tokens::id.desc())
        .limit(limit)
        .select(COLUMNS)
        .into_boxed();
    if let Some(user) = of {
        query = query.filter(api_tokens::user_id.eq(user.0));
    }
    let rows: Vec<Row> = query.load(scope.conn)?;
    Ok(rows.into_iter().map(to_token).collect())
}

/// How many tokens there are, of one user, or of all.
pub fn count_tokens(scope: &mut Scope<'_>, of: Option<UserId>) -> Result<i64> {
    let mut query =
        api_tokens::table.filter(api_tokens::tenant_id.eq(scope.tenant.0)).select(count_star()).into_boxed();
    if let Some(user) = of {
        query = query.filter(api_tokens::user_id.eq(user.0));
    }
    Ok(query.first(scope.conn)?)
}

/// Makes a token.
pub fn create_token(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    user: UserId,
    name: &str,
    scopes: &[TokenScope],
    expires_at: Timestamp,
    secret: &SecretHash,
) -> Result<ApiToken> {
    let (tenant, now) = (scope.tenant, scope.now);
    let bits = scopes.iter().fold(0, |bits, scope| bits | bit(*scope));
    diesel::insert_into(api_tokens::table)
        .values((
            api_tokens::tenant_id.eq(tenant.0),
            api_tokens::user_id.eq(user.0),
            api_tokens::name.eq(name),
            api_tokens::secret_hash.eq(&secret[..]),
            api_tokens::scopes.eq(bits),
            api_tokens::created_at.eq(now.millis()),
            api_tokens::expires_at.eq(expires_at.millis()),
        ))
        .execute(scope.conn)?;
    let id = scope.conn.last_id()?;
    scope.audit(draft(actor, AuditAction::TokenCreated, name));
    find(scope, id)
}

fn find(scope: &mut Scope<'_>, id: i64) -> Result<ApiToken> {
    let row: Option<Row> = api_tokens::table
        .filter(api_tokens::tenant_id.eq(scope.tenant.0))
        .filter(api_tokens::id.eq(id))
        .select(COLUMNS)
        .first(scope.conn)
        .optional()?;
    row.map(to_token).ok_or_else(|| StoreError::not_found("token"))
}

/// Revokes a token, of one user or of anybody. Once revoked it stays so.
pub fn revoke_token(scope: &mut WriteScope<'_>, actor: &Actor, of: Option<UserId>, token: TokenId) -> Result<()> {
    let (tenant, now) = (scope.tenant, scope.now);
    let found = find(scope, token.0)?;
    if of.is_some_and(|user| user != found.user_id) {
        return Err(StoreError::not_found("token"));
    }
    let changed = diesel::update(
        api_tokens::table
            .filter(api_tokens::tenant_id.eq(tenant.0))
            .filter(api_tokens::id.eq(token.0))
            .filter(api_tokens::revoked_at.is_null()),
    )
    .set(api_tokens::revoked_at.eq(now.millis()))
    .execute(scope.conn)?;
    if changed > 0 {
        scope.audit(draft(actor, AuditAction::TokenRevoked, &found.name));
    }
    Ok(())
}

fn draft(actor: &Actor, action: AuditAction, name: &str) -> AuditDraft {
    AuditDraft { actor: actor.clone(), action, session: None, object: Some(name.to_owned()), reason: None }
}
