//! Users: who they are and how they sign in.

use deskwarden_domain::list::fold;
use deskwarden_types::{AuditAction, Role, TenantId, Timestamp, UserId, api};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    dsl::count_star,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::{BigInt, Nullable, Text},
};

use crate::{
    Actor, AuditDraft, Conn, Result, Scope, StoreError, WriteScope,
    names::word,
    schema::{tenant_heads, users},
    sessions::{Dialect, Sql},
};

/// What signing in needs to know of a user.
#[derive(Debug, Clone)]
pub struct Account {
    /// The user's tenant.
    pub tenant: TenantId,
    /// The user.
    pub id: UserId,
    /// The name of the account.
    pub username: String,
    /// The hash of the password, once one is set.
    pub password_hash: Option<String>,
    /// Whether the user may not sign in.
    pub disabled: bool,
}

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The name of the account.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// In lower case, unique in the installation.
    pub email: String,
    /// The role.
    pub role: Role,
}

/// Ends the email of a user who has none yet; nobody can have such an address (RFC 2606).
const NO_EMAIL: &str = "@set-up.invalid";

/// Stands for the email of a user who has none yet.
pub fn placeholder_email(username: &str) -> String {
    format!("{}{NO_EMAIL}", username.to_lowercase())
}

/// Whether a user's email is a real one.
pub fn has_email(email: &str) -> bool {
    !email.ends_with(NO_EMAIL)
}

/// The account with this email (in lower case), in any tenant.
pub fn account_by_email(conn: &mut Conn, email: &str) -> Result<Option<Account>> {
    type Row = (i64, i64, String, Option<String>, Option<i64>);
    // Nobody has such an email, and PostgreSQL cannot even be asked for it.
    if email.contains('\0') {
        return Ok(None);
    }
    // no tenant: emails are unique in the installation, and signing in asks for no tenant.
    let row: Option<Row> = users::table
        .filter(users::email.eq(email))
        .select((users::tenant_id, users::id, users::username, users::password_hash, users::disabled_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(tenant, id, username, password_hash, disabled_at)| Account {
        tenant: TenantId(tenant),
        id: UserId(id),
        username,
        password_hash,
        disabled: disabled_at.is_some(),
    }))
}

type Row = (i64, String, String, String, i16, i64, Option<i64>);

fn to_user((id, username, display_name, email, role, created_at, disabled_at): Row) -> Result<api::User> {
    Ok(api::User {
        id: UserId(id),
        username,
        display_name,
        email,
        role: word(role)?,
        created_at: Timestamp::from_millis(created_at),
        disabled: disabled_at.is_some(),
    })
}

const COLUMNS: (
    users::id,
    users::username,
    users::display_name,
    users::email,
    users::role,
    users::created_at,
    users::disabled_at,
) = (users::id, users::username, users::display_name, users::email, users::role, users::created_at, users::disabled_at);

/// A user of the tenant.
pub fn user(scope: &mut Scope<'_>, id: UserId) -> Result<api::User> {
    let row: Option<Row> = users::table
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(users::id.eq(id.0))
        .select(COLUMNS)
        .first(scope.conn)
        .optional()?;
    to_user(row.ok_or_else(|| StoreError::not_found("user"))?)
}

/// Users by name: those after `after` (username and id).
pub fn list_users(scope: &mut Scope<'_>, after: Option<(&str, UserId)>, limit: i64) -> Result<Vec<api::User>> {
    let (name, id) = after.map_or(("", 0), |(name, id)| (name, id.0));
    let rows: Vec<Row> = users::table
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(users::username.gt(name).or(users::username.eq(name).and(users::id.gt(id))))
        .order((users::username, users::id))
        .limit(limit)
        .select(COLUMNS)
        .load(scope.conn)?;
    rows.into_iter().map(to_user).collect()
}

/// How many users there are.
pub fn count_users(scope: &mut Scope<'_>) -> Result<i64> {
    Ok(users::table.filter(users::tenant_id.eq(scope.tenant.0)).select(count_star()).first(scope.conn)?)
}

/// Makes a user, who has no password yet.
pub fn create_user(scope: &mut WriteScope<'_>, actor: &Actor, account: &NewAccount) -> Result<api::User> {
    let (tenant, now) = (scope.tenant, scope.now);
    diesel::insert_into(users::table)
        .values((
            users::tenant_id.eq(tenant.0),
            users::username.eq(&account.username),
            users::display_name.eq(&account.display_name),
            users::email.eq(&account.email),
            users::username_folded.eq(fold(&account.username)),
            users::display_name_folded.eq(fold(&account.display_name)),
            users::email_folded.eq(fold(&account.email)),
            users::role.eq(account.role.code()),
            users::created_at.eq(now.millis()),
        ))
        .execute(scope.conn)
        .map_err(taken)?;
    let id = UserId(scope.conn.last_id()?);
    scope.audit(AuditDraft {
        actor: actor.clone(),
        action: AuditAction::UserCreated,
        session: None,
        object: Some(format!("{} ({})", account.username, account.role)),
        reason: None,
    });
    user(scope, id)
}

/// Two people can't have one name or one email.
pub(super) fn taken(error: DieselError) -> StoreError {
    match &error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
            let about = format!("{} {}", info.message(), info.constraint_name().unwrap_or_default());
            match about.contains("email") {
                true => StoreError::bad_field("email", "Another user has this email."),
                false => StoreError::bad_field("username", "Another user has this username."),
            }
        }
        _ => error.into(),
    }
}

/// Sets a user's password, and with it the name and email that the user chose.
pub fn set_password(
    scope: &mut WriteScope<'_>,
    id: UserId,
    password_hash: &str,
    email: &str,
    display_name: &str,
) -> Result<()> {
    let tenant = scope.tenant;
    let changed = diesel::update(users::table.filter(users::tenant_id.eq(tenant.0)).filter(users::id.eq(id.0)))
        .set((
            users::password_hash.eq(password_hash),
            users::email.eq(email),
            users::email_folded.eq(fold(email)),
            users::display_name.eq(display_name),
            users::display_name_folded.eq(fold(display_name)),
        ))
        .execute(scope.conn)
        .map_err(taken)?;
    if changed == 0 {
        return Err(StoreError::not_found("user"));
    }
    names_changed(scope)
}

/// A name, or a licence, that servers remember may be another one now. Whoever writes one says so, also where it seems the
/// same: somebody else may have changed it between the look and the write.
pub(crate) fn names_changed(scope: &mut WriteScope<'_>) -> Result<()> {
    let head = tenant_heads::table.filter(tenant_heads::tenant_id.eq(scope.tenant.0));
    diesel::update(head).set(tenant_heads::names_revision.eq(tenant_heads::names_revision + 1)).execute(scope.conn)?;
    Ok(())
}

/// The first owner of the installation, when no owner of it has a password.
pub fn owner_without_password(conn: &mut Conn) -> Result<Option<(TenantId, UserId)>> {
    let dialect = Dialect::of(conn);
    // There are few owners: SQLite would look at everybody for them.
    let by = if dialect == Dialect::Sqlite { " INDEXED BY users_owners" } else { "" };
    let role = Role::Owner.code();
    // no tenant: asked once at start, of the installation as a whole.
    let text = format!(
        "SELECT u.tenant_id, u.id, u.password_hash FROM users u{by} WHERE u.role = {role} AND u.disabled_at IS NULL ORDER BY u.id"
    );
    let owners: Vec<(i64, i64, Option<String>)> =
        Sql::new(dialect, text).load::<(BigInt, BigInt, Nullable<Text>), _>(conn)?;
    if owners.iter().any(|(_, _, hash)| hash.is_some()) {
        return Ok(None);
    }
    Ok(owners.first().map(|(tenant, id, _)| (TenantId(*tenant), UserId(*id))))
}
