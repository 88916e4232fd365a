//! One-time links: the first password of a user.

use actix_web::web;
use deskwarden_store::{WriteScope, identity};
use deskwarden_types::{
    AuditAction, ErrorCode,
    api::{CheckSetUpLink, FinishSetUp, SetUpFor},
};

use super::sign_in::{begin, check_email, draft};
use crate::{
    auth::hash,
    http::{ApiError, Call, Reply},
    state::State,
};

fn not_valid() -> ApiError {
    ApiError::new(ErrorCode::CodeNotValid, "Ask an admin for a new link; the first owner's is printed at start.")
}

/// Says whom a link is for.
pub async fn check(call: Call<CheckSetUpLink>, state: web::Data<State>) -> Result<SetUpFor, ApiError> {
    let (link, now) = (hash(&call.body.link), call.now);
    let target = state.store.read_all(move |conn| identity::link_target(conn, &link, now)).await?;
    let target = target.ok_or_else(not_valid)?;
    let email = Some(target.email).filter(|email| identity::has_email(email));
    let display_name = Some(target.display_name).filter(|name| *name != target.username);
    Ok(SetUpFor {
        tenant: target.tenant_name,
        username: target.username,
        email,
        display_name,
        expires_at: target.expires_at,
    })
}

/// Uses a link up, sets the password and signs in.
pub async fn finish(call: Call<FinishSetUp>, state: web::Data<State>) -> Result<Reply<FinishSetUp>, ApiError> {
    let (link, now) = (hash(&call.body.link), call.now);
    let email = check_email(&call.body.email)?;
    let display_name = call.body.display_name.parse::<deskwarden_types::Name>();
    let display_name = display_name
        .map_err(|bad| ApiError::new(ErrorCode::InvalidField, bad.to_string()).with_field("display_name"))?;
    let target = state.store.read_all(move |conn| identity::link_target(conn, &link, now)).await?;
    let target = target.ok_or_else(not_valid)?;
    if identity::has_email(&target.email) && target.email != email {
        let detail = format!("This link is for {}.", target.email);
        return Err(ApiError::new(ErrorCode::InvalidField, detail).with_field("email"));
    }
    let password_hash = state.passwords.hash(call.body.password.as_str()).await?;
    let (tenant, user) = (target.tenant, target.user);
    let set = move |scope: &mut WriteScope<'_>| {
        identity::use_link(scope, &target)?;
        identity::set_password(scope, user, &password_hash, &email, display_name.as_str())?;
        // Whoever had the account before has it no more.
        identity::revoke_all_sign_ins(scope, user)?;
        scope.audit(draft(AuditAction::PasswordSet, user, &target.username));
        Ok(())
    };
    state.store.write(tenant, now, set).await?;
    let (signed_in, cookie) = begin(&state, tenant, user, now).await?;
    Ok(Reply::new(signed_in).with_cookie(cookie))
}
