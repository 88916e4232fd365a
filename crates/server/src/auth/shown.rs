//! What a user shows to be let in: a token that was read, and has yet to be looked up.

use actix_web::HttpRequest;
use deskwarden_domain::{role_has, scope_allows};
use deskwarden_store::{
    Conn, Scope, Store, StoreError,
    identity::{self, SecretHash},
    sessions::Ground,
};
use deskwarden_types::{ErrorCode, Method, Permission, TenantId, Timestamp, TokenId};
use tokio::runtime::Handle;
use tracing::Span;

use super::{
    AccessToken, TOKEN_PREFIX, UserCaller, Via,
    check::{bearer, disabled, not_signed_in, revoked},
    hash,
};
use crate::{http::ApiError, state::State};

/// A token in a right form, and what it is shown for. Whose it is and whether it is still good, the database knows.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    token: Token,
    permission: Permission,
    method: Method,
    now: Timestamp,
}

#[derive(Debug, Clone, Copy)]
enum Token {
    SignIn(AccessToken),
    Api(SecretHash),
}

/// Who shows it, with his tenant as it is, or why he may not; or what is wrong with the database.
type Looked = Result<Result<(UserCaller, Ground), ApiError>, StoreError>;

/// Where it is noted who came, also where he may not do what he asks for.
struct Notes {
    span: Span,
    store: Store,
    runtime: Handle,
}

impl Shown {
    /// Reads it from the request. Refused where nothing is shown, or what is none of ours or has ended.
    pub fn read(
        state: &State,
        request: &HttpRequest,
        permission: Permission,
        method: Method,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let secret = bearer(request)?;
        if secret.starts_with(TOKEN_PREFIX) {
            return Ok(Self { token: Token::Api(hash(secret)), permission, method, now });
        }
        let token = state.access_tokens.read(secret).ok_or_else(|| not_signed_in("This token is not one of ours."))?;
        if token.expires_at <= now {
            return Err(ApiError::new(ErrorCode::TokenExpired, "Get a new one from POST /api/v1/auth/refresh."));
        }
        Ok(Self { token: Token::SignIn(token), permission, method, now })
    }

    /// Looks the caller up, and refuses who may not.
    pub async fn caller(self, state: &State) -> Result<UserCaller, ApiError> {
        let notes = Notes::of(state);
        let (user, _) = state.store.read_all(move |conn| self.look_up(conn, &notes)).await??;
        Ok(user)
    }

    /// Looks the caller up and, if he may, looks for him on the same connection: one turn instead of two.
    pub async fn look<T: Send + 'static>(
        self,
        state: &State,
        work: impl FnOnce(&mut Scope<'_>, &UserCaller) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let notes = Notes::of(state);
        let who =
            move |conn: &mut Conn| Ok(self.look_up(conn, &notes)?.map(|(user, ground)| (user.tenant, ground, user)));
        state.store.look_as(self.now, who, move |scope, user| work(scope, &user)).await?
    }

    fn look_up(self, conn: &mut Conn, notes: &Notes) -> Looked {
        let found = match self.token {
            Token::SignIn(token) => self.sign_in(conn, token)?,
            Token::Api(secret) => self.api_token(conn, secret, notes)?,
        };
        Ok(found.and_then(|(user, ground)| {
            notes.span.record("user", user.id.0);
            self.permitted(&user).map(|()| (user, ground))
        }))
    }

    fn sign_in(self, conn: &mut Conn, token: AccessToken) -> Looked {
        let found = identity::signed_in_user(conn, token.sign_in, self.now)?;
        let Some(user) = found.filter(|user| !user.over) else { return Ok(Err(revoked("The sign-in"))) };
        if user.disabled {
            return Ok(Err(disabled()));
        }
        let caller = UserCaller {
            tenant: user.tenant,
            id: user.id,
            username: user.username,
            role: user.role,
            via: Via::SignIn(token.sign_in),
            expires_at: token.expires_at,
        };
        Ok(Ok((caller, user.ground)))
    }

    fn api_token(self, conn: &mut Conn, secret: SecretHash, notes: &Notes) -> Looked {
        let Some(user) = identity::token_user(conn, &secret, self.now)? else {
            return Ok(Err(not_signed_in("There is no such API token.")));
        };
        if user.revoked {
            return Ok(Err(revoked("The API token")));
        }
        if user.expires_at <= self.now {
            return Ok(Err(ApiError::new(ErrorCode::TokenExpired, "Make a new API token.")));
        }
        if user.disabled {
            return Ok(Err(disabled()));
        }
        // To the minute.
        if user.last_used_at.is_none_or(|at| self.now.seconds_since(at) >= 60) {
            notes.token_used(user.tenant, user.token, self.now);
        }
        let caller = UserCaller {
            tenant: user.tenant,
            id: user.user,
            username: user.username,
            role: user.role,
            via: Via::Token { scopes: user.scopes, secret },
            expires_at: user.expires_at,
        };
        Ok(Ok((caller, user.ground)))
    }

    fn permitted(self, user: &UserCaller) -> Result<(), ApiError> {
        if !role_has(user.role, self.permission) {
            let detail = format!("Your role, {}, does not have the permission {}.", user.role, self.permission);
            return Err(ApiError::forbidden(detail));
        }
        if let Via::Token { scopes, .. } = &user.via
            && !scope_allows(scopes, self.permission, self.method != Method::Get)
        {
            let needed = if self.method == Method::Get { "read" } else { "act" };
            return Err(ApiError::forbidden(format!("This needs a token with the scope {needed}.")));
        }
        Ok(())
    }
}

impl Notes {
    fn of(state: &State) -> Self {
        Self { span: Span::current(), store: state.store.clone(), runtime: state.runtime.clone() }
    }

    /// Never in the way of the request.
    fn token_used(&self, tenant: TenantId, token: TokenId, now: Timestamp) {
        let store = self.store.clone();
        self.runtime.spawn(async move {
            if let Err(error) = store.write(tenant, now, move |scope| identity::token_used(scope, token)).await {
                tracing::warn!(%error, "the use of a token could not be noted");
            }
        });
    }
}
