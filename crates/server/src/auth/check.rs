//! From what a request carries to who calls, and whether he may.

use actix_web::{HttpRequest, http::header};
use deskwarden_store::{agents::AgentIdentity, identity};
use deskwarden_types::{ErrorCode, Method, Permission, Timestamp};

use super::{AGENT_PREFIX, Caller, Shown, hash};
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
    if permission == Permission::Agent {
        let agent = agent_caller(state, bearer(request)?, now).await?;
        tracing::Span::current().record("agent", agent.agent.0);
        return Ok(Caller::Agent(agent));
    }
    Shown::read(state, request, permission, method, now)?.caller(state).await.map(Caller::User)
}

/// What stands behind `Bearer`.
pub(super) fn bearer(request: &HttpRequest) -> Result<&str, ApiError> {
    let value = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, secret) = value.and_then(|value| value.split_once(' ')).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") || secret.trim().is_empty() {
        return Err(not_signed_in("Send Authorization: Bearer with a token."));
    }
    Ok(secret.trim())
}

pub(super) fn not_signed_in(detail: &str) -> ApiError {
    ApiError::new(ErrorCode::NotSignedIn, detail)
}

pub(super) fn revoked(what: &str) -> ApiError {
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

/// The account may not be used any more.
pub fn disabled() -> ApiError {
    ApiError::new(ErrorCode::AccountDisabled, "An admin can enable it again.")
}
