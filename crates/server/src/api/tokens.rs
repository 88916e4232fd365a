//! API tokens for scripts.

use actix_web::web;
use deskwarden_domain::role_has;
use deskwarden_store::identity;
use deskwarden_types::{
    ErrorCode, NoBody, Permission, Scope, Timestamp, TokenId, UserId,
    api::{ApiToken, CreateToken, CreatedToken, ListTokens, NewToken, Page, RevokeToken},
};

use super::page::Asked;
use crate::{
    auth::{TOKEN_PREFIX, UserCaller, Via, fresh},
    http::{ApiError, Call},
    state::State,
};

/// The longest life of a token, in seconds: a year, and a day for clocks and leap years.
const LONGEST_SECONDS: i64 = 366 * 86_400;

/// Whose tokens a user may see and revoke: his own, or everybody's.
fn whose(user: &UserCaller) -> Option<UserId> {
    (!role_has(user.role, Permission::Administer)).then_some(user.id)
}

/// Lists tokens, newest first.
pub async fn list(call: Call<ListTokens>, state: web::Data<State>) -> Result<Page<ApiToken>, ApiError> {
    let asked = Asked::<TokenId>::read(&state, "tokens", &call.query)?;
    let (of, before, rows) = (whose(call.user()?), asked.after, asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let tokens = identity::list_tokens(scope, of, before, rows)?;
        Ok((tokens, identity::count_tokens(scope, of)?, identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |token| token.id, Some(count), revision)
}

/// Makes a token for the caller.
pub async fn create(call: Call<CreateToken>, state: web::Data<State>) -> Result<CreatedToken, ApiError> {
    let user = call.user()?;
    check(&call.body, user, call.now)?;
    let (actor, owner, secret, asked) = (user.actor(), user.id, fresh(TOKEN_PREFIX)?, call.body.clone());
    let hash = secret.hash;
    let create = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        let name = asked.name.as_str();
        identity::create_token(scope, &actor, owner, name, &asked.scopes, asked.expires_at, &hash)
    };
    let token = state.store.write(call.tenant()?, call.now, create).await?;
    Ok(CreatedToken { secret: secret.text, token })
}

fn check(asked: &NewToken, user: &UserCaller, now: Timestamp) -> Result<(), ApiError> {
    let wrong = |field: &str, detail| Err(ApiError::new(ErrorCode::InvalidField, detail).with_field(field));
    if asked.scopes.is_empty() {
        return wrong("scopes", "A token has at least one scope: read, act.");
    }
    if asked.expires_at <= now || asked.expires_at > now.plus_seconds(LONGEST_SECONDS) {
        return wrong("expires_at", "A token ends at some time within a year from now.");
    }
    if let Via::Token { scopes, .. } = &user.via {
        // A token makes none that may more, or longer, than itself.
        let may_more = |scope: &Scope| !scopes.contains(scope);
        if asked.scopes.iter().any(may_more) || asked.expires_at > user.expires_at {
            let detail = "A token can only make tokens with its own scopes that end no later than itself.";
            return Err(ApiError::forbidden(detail));
        }
    }
    Ok(())
}

/// Revokes a token.
pub async fn revoke(call: Call<RevokeToken>, state: web::Data<State>) -> Result<NoBody, ApiError> {
    let (actor, of, id) = (call.actor()?, whose(call.user()?), call.path.id);
    let revoke = move |scope: &mut deskwarden_store::WriteScope<'_>| identity::revoke_token(scope, &actor, of, id);
    state.store.write(call.tenant()?, call.now, revoke).await?;
    Ok(NoBody {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use deskwarden_types::{Role, TenantId};

    const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn caller(via: Via) -> UserCaller {
        let expires_at = NOW.plus_seconds(1000);
        UserCaller {
            tenant: TenantId(1),
            id: UserId(1),
            username: "ann".to_owned(),
            role: Role::Member,
            via,
            expires_at,
        }
    }

    fn code(scopes: &[Scope], seconds: i64, via: &Via) -> Option<ErrorCode> {
        let name = "ci".parse().unwrap();
        let asked = NewToken { name, scopes: scopes.to_vec(), expires_at: NOW.plus_seconds(seconds) };
        check(&asked, &caller(via.clone()), NOW).err().map(|error| error.code)
    }

    #[test]
    fn a_token_ends_within_a_year_and_may_do_something() {
        let signed_in = Via::SignIn(1);
        assert_eq!(code(&[Scope::Read, Scope::Act], LONGEST_SECONDS, &signed_in), None);
        for (scopes, seconds) in
            [(&[][..], 60), (&[Scope::Read], 0), (&[Scope::Read], -1), (&[Scope::Read], LONGEST_SECONDS + 1)]
        {
            assert_eq!(code(scopes, seconds, &signed_in), Some(ErrorCode::InvalidField), "{scopes:?} {seconds}");
        }
    }

    #[test]
    fn a_token_makes_none_that_may_more_or_longer() {
        let act = Via::Token { scopes: vec![Scope::Act], secret: [0; 32] };
        assert_eq!(code(&[Scope::Act], 1000, &act), None);
        assert_eq!(code(&[Scope::Read], 1000, &act), Some(ErrorCode::Forbidden));
        assert_eq!(code(&[Scope::Act], 1001, &act), Some(ErrorCode::Forbidden));
    }
}
