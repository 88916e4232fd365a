//! From what a request carries to who calls, and whether he may.

use actix_web::{HttpRequest, http::header};
use deskwarden_domain::{role_has, scope_allows};
use deskwarden_store::{agents::AgentIdentity, identity};
use deskwarden_types::{ErrorCode, Method, Permission, Timestamp};

use super::{AGENT_PREFIX, Caller, TOKEN_PREFIX, UserCaller, Via, hash};
use crate::{http::ApiError, state::State};

/// Finds out who calls, and refuses who may not.
pub async fn authenticate(
    state: &State,
    request: &HttpRequest,
    permission: Permission,
    method: Method,
    now: Timestamp,
) -> Result<Caller, ApiError> {
    if permission == Permission::Public {
        return Ok(Caller::Anonymous);
    }
    let secret = bearer(request)?;
    let span = tracing::Span::current();
    if permission == Permission::Agent {
        let agent = agent_caller(state, secret, now).await?;
        span.record("agent", agent.agent.0);
        return Ok(Caller::Agent(agent));
    }
    let user = user_caller(state, secret, now).await?;
    span.record("user", user.id.0);
    if !role_has(user.role, permission) {
        let detail = format!("Your role, {}, does not have the permission {permission}.", user.role);
        return Err(ApiError::forbidden(detail));
    }
    if let Via::Token { scopes, .. } = &user.via
        && !scope_allows(scopes, permission, method != Method::Get)
    {
        let needed = if method == Method::Get { "read" } else { "act" };
        return Err(ApiError::forbidden(format!("This needs a token with the scope {needed}.")));
    }
    Ok(Caller::User(user))
}

/// What stands behind `Bearer`.
fn bearer(request: &HttpRequest) -> Result<&str, ApiError> {
    let value = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, secret) = value.and_then(|value| value.split_once(' ')).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") || secret.trim().is_empty() {
        return Err(not_signed_in("Send Authorization: Bearer with a token."));
    }
    Ok(secret.trim())
}

fn not_signed_in(detail: &str) -> ApiError {
    ApiError::new(ErrorCode::NotSignedIn, detail)
}

fn revoked(what: &str) -> ApiError {
    ApiError::new(ErrorCode::TokenRevoked, format!("{what} was revoked."))
}

async fn agent_caller(state: &State, secret: &str, now: Timestamp) -> Result<AgentIdentity, ApiError> {
    let unknown = || not_signed_in("This is no agent's key. Agents get theirs by enrolling.");
    if !secret.starts_with(AGENT_PREFIX) {
        return Err(unknown());
    }
    let known = identity::known_agent(&state.store, hash(secret), now).await?;
    let (agent, is_revoked) = known.ok_or_else(unknown)?;
    if is_revoked { Err(revoked("The agent's key")) } else { Ok(agent) }
}

async fn user_caller(state: &State, secret: &str, now: Timestamp) -> Result<UserCaller, ApiError> {
    if secret.starts_with(TOKEN_PREFIX) {
        return token_caller(state, secret, now).await;
    }
    let token = state.access_tokens.read(secret).ok_or_else(|| not_signed_in("This token is not one of ours."))?;
    if token.expires_at <= now {
        return Err(ApiError::new(ErrorCode::TokenExpired, "Get a new one from POST /api/v1/auth/refresh."));
    }
    let found = state.store.read_all(move |conn| identity::signed_in_user(conn, token.sign_in, now)).await?;
    let user = found.filter(|user| !user.over).ok_or_else(|| revoked("The sign-in"))?;
    if user.disabled {
        return Err(disabled());
    }
    Ok(UserCaller {
        tenant: user.tenant,
        id: user.id,
        username: user.username,
        role: user.role,
        via: Via::SignIn(token.sign_in),
        expires_at: token.expires_at,
    })
}

/// The account may not be used any more.
pub fn disabled() -> ApiError {
    ApiError::new(ErrorCode::AccountDisabled, "An admin can enable it again.")
}

async fn token_caller(state: &State, secret: &str, now: Timestamp) -> Result<UserCaller, ApiError> {
    let hash = hash(secret);
    let found = state.store.read_all(move |conn| identity::token_user(conn, &hash)).await?;
    let user = found.ok_or_else(|| not_signed_in("There is no such API token."))?;
    if user.revoked {
        return Err(revoked("The API token"));
    }
    if user.expires_at <= now {
        return Err(ApiError::new(ErrorCode::TokenExpired, "Make a new API token."));
    }
    if user.disabled {
        return Err(disabled());
    }
    let is_old = user.last_used_at.is_none_or(|at| now.seconds_since(at) >= 60);
    if is_old {
        // To the minute, and never in the way of the request.
        let (store, tenant, token) = (state.store.clone(), user.tenant, user.token);
        state.runtime.spawn(async move {
            if let Err(error) = store.write(tenant, now, move |scope| identity::token_used(scope, token)).await {
                tracing::warn!(%error, "the use of a token could not be noted");
            }
        });
    }
    Ok(UserCaller {
        tenant: user.tenant,
        id: user.user,
        username: user.username,
        role: user.role,
        via: Via::Token { scopes: user.scopes, secret: hash },
        expires_at: user.expires_at,
    })
}
