//! What signing in, refreshing and setting a password have in common.

use actix_web::cookie::Cookie;
use deskwarden_store::{Actor, AuditDraft, Scope, identity, tenants};
use deskwarden_types::{
    ActorKind, AuditAction, ErrorCode, TenantId, Timestamp, UserId,
    api::{Me, SignedIn},
};

use crate::{
    auth::{Fresh, REFRESH_SECONDS, SIGN_IN_SECONDS, fresh, refresh_cookie},
    http::ApiError,
    state::State,
};

/// Starts a refresh token.
const REFRESH_PREFIX: &str = "dwr_";

/// The longest email, in characters.
const LONGEST_EMAIL: usize = 254;

/// A refresh token.
pub fn fresh_refresh() -> Result<Fresh, ApiError> {
    fresh(REFRESH_PREFIX)
}

/// An email as it is stored: trimmed, in lower case.
pub fn normal_email(text: &str) -> String {
    text.trim().chars().take(LONGEST_EMAIL + 1).collect::<String>().to_lowercase()
}

/// Checks an email that somebody wants to have.
pub fn check_email(text: &str) -> Result<String, ApiError> {
    let email = normal_email(text);
    let (name, host) = email.split_once('@').unwrap_or_default();
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '@' | '<' | '>' | '"' | ',' | ';');
    let fits = !name.is_empty() && !host.is_empty() && email.chars().count() <= LONGEST_EMAIL;
    if !fits || !name.chars().all(is_plain) || !host.chars().all(is_plain) || !identity::has_email(&email) {
        let detail = "An email is like ann@example.org, with at most 254 characters.";
        return Err(ApiError::new(ErrorCode::InvalidField, detail).with_field("email"));
    }
    Ok(email)
}

/// A user, as he is shown to himself.
pub fn me(scope: &mut Scope<'_>, user: UserId) -> deskwarden_store::Result<Me> {
    let user = identity::user(scope, user)?;
    Ok(Me {
        id: user.id,
        username: user.username,
        display_name: user.display_name,
        email: user.email,
        role: user.role,
        tenant: tenants::brief(scope)?,
        permissions: deskwarden_domain::permissions_of(user.role),
    })
}

/// The audit entry of a user's doing with his sign-ins.
pub fn draft(action: AuditAction, user: UserId, username: &str) -> AuditDraft {
    let actor = Actor { kind: ActorKind::User, user: Some(user), name: username.to_owned() };
    AuditDraft { actor, action, session: None, object: None, reason: None }
}

/// Starts a sign-in; gives the answer and the cookie.
pub async fn begin(
    state: &State,
    tenant: TenantId,
    user: UserId,
    now: Timestamp,
) -> Result<(SignedIn, Cookie<'static>), ApiError> {
    let refresh = fresh_refresh()?;
    let hash = refresh.hash;
    let start = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        let ends = (now.plus_seconds(SIGN_IN_SECONDS), now.plus_seconds(REFRESH_SECONDS));
        let sign_in = identity::start_sign_in(scope, user, &hash, ends.0, ends.1)?;
        let me = me(scope, user)?;
        scope.audit(draft(AuditAction::SignedIn, user, &me.username));
        Ok((sign_in, me))
    };
    let (sign_in, me) = state.store.write(tenant, now, start).await?;
    answer(state, sign_in, me, refresh, now)
}

/// The answer to whoever is signed in, and the cookie.
pub fn answer(
    state: &State,
    sign_in: i64,
    me: Me,
    refresh: Fresh,
    now: Timestamp,
) -> Result<(SignedIn, Cookie<'static>), ApiError> {
    let (access_token, expires_at) = state.access_tokens.make(sign_in, now)?;
    let cookie = refresh_cookie(refresh.text, state.options.is_secure());
    Ok((SignedIn { access_token, expires_at, me }, cookie))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_compared_as_they_are_stored() {
        assert_eq!(check_email("  Ann@Example.ORG ").unwrap(), "ann@example.org");
        assert_eq!(check_email("ann@localhost").unwrap(), "ann@localhost");
        let long = format!("{}@example.org", "a".repeat(250));
        for bad in ["", "ann", "@b", "a@", "a b@c", "a@b@c", "<a>@b", "a@b\0", "owner@set-up.invalid", &long] {
            assert_eq!(check_email(bad).unwrap_err().code, ErrorCode::InvalidField, "{bad}");
        }
    }
}
