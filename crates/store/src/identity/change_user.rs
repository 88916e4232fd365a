//! Changing a user, and asking him in again.

use deskwarden_domain::list::fold;
use deskwarden_types::{
    AuditAction, ErrorCode, Role, Timestamp, UserId,
    api::{ChangedUser, UserDetail},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, dsl::count_star, dsl::max};

use super::{
    SecretHash, create_link, revoke_all_sign_ins,
    users::{names_changed, taken, user},
};
use crate::{
    Actor, AuditDraft, Conn, Result, Scope, StoreError, WriteScope, institution,
    schema::{api_tokens, set_up_links, users},
    sessions::Viewer,
    tenants,
};

/// A user with groups, and how far the invitation is.
pub fn user_detail(scope: &mut Scope<'_>, id: UserId) -> Result<UserDetail> {
    let brief = user(scope, id)?;
    let (ad_username, password): (Option<String>, Option<String>) = users::table
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(users::id.eq(id.0))
        .select((users::ad_username, users::password_hash))
        .first(scope.conn)?;
    let invited: Option<i64> = set_up_links::table
        .filter(set_up_links::tenant_id.eq(scope.tenant.0))
        .filter(set_up_links::user_id.eq(id.0))
        .filter(set_up_links::used_at.is_null())
        .filter(set_up_links::expires_at.gt(scope.now.millis()))
        .select(max(set_up_links::expires_at))
        .first(scope.conn)?;
    let shown = tenants::rules(scope)?.show_ad_username;
    Ok(UserDetail {
        user: brief,
        ad_username: ad_username.filter(|_| shown),
        has_password: password.is_some(),
        invited_until: invited.map(Timestamp::from_millis),
        groups: institution::groups_of_user(scope, id)?,
    })
}

/// Changes all of a user that can be changed. `email` is in lower case. A disabled user is signed out everywhere, and the
/// tokens are refused.
pub fn change_user(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    viewer: &Viewer,
    id: UserId,
    new: &ChangedUser,
    email: &str,
) -> Result<UserDetail> {
    lock_owners(scope)?;
    let before = user(scope, id)?;
    check_rights(scope, viewer, &before, new)?;
    let name = new.display_name.as_str();
    let row = users::table.filter(users::tenant_id.eq(scope.tenant.0)).filter(users::id.eq(id.0));
    let disabled_at = new.disabled.then_some(scope.now.millis());
    diesel::update(row)
        .set((
            users::display_name.eq(name),
            users::display_name_folded.eq(fold(name)),
            users::email.eq(email),
            users::email_folded.eq(fold(email)),
            users::role.eq(new.role.code()),
        ))
        .execute(scope.conn)
        .map_err(taken)?;
    if tenants::rules(scope)?.show_ad_username {
        let ad = new.ad_username.as_ref().map(|name| name.as_str().to_owned());
        let folded = ad.as_deref().map(fold);
        diesel::update(row)
            .set((users::ad_username.eq(ad), users::ad_username_folded.eq(folded)))
            .execute(scope.conn)?;
    }
    if before.disabled != new.disabled {
        diesel::update(row).set(users::disabled_at.eq(disabled_at)).execute(scope.conn)?;
        if new.disabled {
            revoke_all_sign_ins(scope, id)?;
            let tokens = api_tokens::table
                .filter(api_tokens::tenant_id.eq(scope.tenant.0))
                .filter(api_tokens::user_id.eq(id.0))
                .filter(api_tokens::revoked_at.is_null());
            diesel::update(tokens).set(api_tokens::revoked_at.eq(scope.now.millis())).execute(scope.conn)?;
        }
        let action = if new.disabled { AuditAction::UserDisabled } else { AuditAction::UserEnabled };
        audit(scope, actor, action, before.username.clone());
    }
    names_changed(scope)?;
    let what = match before.role == new.role {
        true => before.username.clone(),
        false => format!("{}: {} instead of {}", before.username, new.role, before.role),
    };
    audit(scope, actor, AuditAction::UserChanged, what);
    user_detail(scope, id)
}

/// Gives a user a new link; those made before are not good any more.
pub fn invite_user(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    viewer: &Viewer,
    id: UserId,
    secret: &SecretHash,
    expires_at: Timestamp,
) -> Result<()> {
    let who = user(scope, id)?;
    if who.role == Role::Owner && viewer.role != Role::Owner {
        return Err(forbidden("Only owners invite owners.", "id"));
    }
    if who.disabled {
        return Err(StoreError::refused(ErrorCode::Conflict, "This user is disabled. Enable the user first."));
    }
    let open = set_up_links::table
        .filter(set_up_links::tenant_id.eq(scope.tenant.0))
        .filter(set_up_links::user_id.eq(id.0))
        .filter(set_up_links::used_at.is_null());
    diesel::update(open).set(set_up_links::used_at.eq(scope.now.millis())).execute(scope.conn)?;
    create_link(scope, id, secret, expires_at)?;
    audit(scope, actor, AuditAction::UserInvited, who.username);
    Ok(())
}

/// Two at once must not take the last two owners away.
fn lock_owners(scope: &mut WriteScope<'_>) -> Result<()> {
    if matches!(scope.conn, Conn::Postgres(_)) {
        let tenant = scope.tenant.0;
        let owner = Role::Owner.code();
        let sql = format!("SELECT 1 FROM users WHERE tenant_id = {tenant} AND role = {owner} ORDER BY id FOR UPDATE");
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    Ok(())
}

fn check_rights(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    before: &deskwarden_types::api::User,
    new: &ChangedUser,
) -> Result<()> {
    let owners = before.role == Role::Owner || new.role == Role::Owner;
    if owners && viewer.role != Role::Owner {
        return Err(forbidden("Only owners change owners, and make them.", "role"));
    }
    if before.id == viewer.user && new.disabled {
        return Err(forbidden("Nobody disables himself.", "disabled"));
    }
    let stays_owner = new.role == Role::Owner && !new.disabled;
    if before.role == Role::Owner && !before.disabled && !stays_owner {
        let others: i64 = users::table
            .filter(users::tenant_id.eq(scope.tenant.0))
            .filter(users::role.eq(Role::Owner.code()))
            .filter(users::disabled_at.is_null())
            .filter(users::password_hash.is_not_null())
            .filter(users::id.ne(before.id.0))
            .select(count_star())
            .first(scope.conn)?;
        if others == 0 {
            let detail = "This is the last owner who can sign in. Make another owner first.";
            return Err(StoreError::refused(ErrorCode::Conflict, detail).with_field("role"));
        }
    }
    Ok(())
}

fn forbidden(detail: &str, field: &'static str) -> StoreError {
    StoreError::refused(ErrorCode::Forbidden, detail).with_field(field)
}

fn audit(scope: &mut WriteScope<'_>, actor: &Actor, action: AuditAction, object: String) {
    scope.audit(AuditDraft { actor: actor.clone(), action, session: None, object: Some(object), reason: None });
}
