//! Signing in, refreshing, signing out.

use actix_web::web;
use deskwarden_store::{WriteScope, identity, identity::Rotation};
use deskwarden_types::{
    AuditAction, ErrorCode, NoBody, Password,
    api::{Refresh, SignInNow, SignOut},
};

use super::sign_in::{answer, begin, draft, fresh_refresh, me, normal_email};
use crate::{
    auth::{REFRESH_COOKIE, REFRESH_SECONDS, disabled, forgive, hash, no_refresh_cookie, take_try},
    http::{ApiError, Call, Reply},
    state::State,
};

fn wrong_credentials() -> ApiError {
    ApiError::new(
        ErrorCode::WrongCredentials,
        "The email or the password is wrong. Try again, or ask an admin for a new link.",
    )
}

/// Signs in by email and password.
pub async fn sign_in(call: Call<SignInNow>, state: web::Data<State>) -> Result<Reply<SignInNow>, ApiError> {
    let (email, now) = (normal_email(&call.body.email), call.now);
    let tried = take_try(&state, &email, call.client, now).await?;
    let account = state.store.read_all(move |conn| identity::account_by_email(conn, &email)).await?;
    let stored = account.as_ref().and_then(|account| account.password_hash.as_deref());
    // Longer than any password that was ever set: not worth hashing, which takes as long as the text is.
    let is_possible = call.body.password.chars().count() <= Password::MAX;
    let password = if is_possible { call.body.password.as_str() } else { "" };
    let is_right = state.passwords.verify(password, stored).await? && is_possible;
    let Some(account) = account else {
        return Err(wrong_credentials());
    };
    if !is_right {
        state.failed_sign_ins.add(account.tenant, &account.username, call.client);
        return Err(wrong_credentials());
    }
    if account.disabled {
        return Err(disabled());
    }
    forgive(&state, &tried).await?;
    let (signed_in, cookie) = begin(&state, account.tenant, account.id, now).await?;
    tracing::Span::current().record("user", account.id.0);
    Ok(Reply::new(signed_in).with_cookie(cookie))
}

/// Trades the cookie for an access token and the next cookie.
pub async fn refresh(call: Call<Refresh>, state: web::Data<State>) -> Result<Reply<Refresh>, ApiError> {
    let not_good = || ApiError::new(ErrorCode::NotSignedIn, "The sign-in is over. Sign in again.");
    let old = hash(&call.cookie(REFRESH_COOKIE).ok_or_else(not_good)?);
    let tenant = state.store.read_all(move |conn| identity::refresh_owner(conn, &old)).await?.ok_or_else(not_good)?;
    let (next, now) = (fresh_refresh()?, call.now);
    let next_hash = next.hash;
    let trade = move |scope: &mut WriteScope<'_>| {
        let rotation = identity::rotate(scope, &old, &next_hash, now.plus_seconds(REFRESH_SECONDS))?;
        Ok(match rotation {
            Rotation::Next { sign_in, user } => Ok((sign_in, me(scope, user.id)?)),
            Rotation::Reused => Err(ErrorCode::TokenRevoked),
            Rotation::NotGood => Err(ErrorCode::NotSignedIn),
        })
    };
    match state.store.write(tenant, now, trade).await? {
        Ok((sign_in, me)) => {
            tracing::Span::current().record("user", me.id.0);
            let (signed_in, cookie) = answer(&state, sign_in, me, next, now)?;
            Ok(Reply::new(signed_in).with_cookie(cookie))
        }
        Err(ErrorCode::TokenRevoked) => {
            tracing::warn!("a refresh token was used twice; its sign-in was revoked");
            let detail = "This sign-in was used from two places and was ended. Sign in again.";
            Err(ApiError::new(ErrorCode::TokenRevoked, detail))
        }
        Err(_) => Err(not_good()),
    }
}

/// Ends the sign-in of the cookie. Without one there is nothing to end.
pub async fn sign_out(call: Call<SignOut>, state: web::Data<State>) -> Result<Reply<SignOut>, ApiError> {
    let reply = Reply::new(NoBody {}).with_cookie(no_refresh_cookie(state.options.is_secure()));
    let Some(token) = call.cookie(REFRESH_COOKIE).map(|cookie| hash(&cookie)) else {
        return Ok(reply);
    };
    let Some(tenant) = state.store.read_all(move |conn| identity::refresh_owner(conn, &token)).await? else {
        return Ok(reply);
    };
    let revoke = move |scope: &mut WriteScope<'_>| {
        if let Some(user) = identity::revoke_by_refresh(scope, &token)? {
            scope.audit(draft(AuditAction::SignedOut, user.id, &user.username));
        }
        Ok(())
    };
    state.store.write(tenant, call.now, revoke).await?;
    Ok(reply)
}
