//! API tokens for scripts.

use super::{Page, PageQuery};
use crate::{Name, NoArgs, NoBody, Scope, Timestamp, TokenId, TokenPath, UserId};

/// Asks for a token.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewToken {
    /// What it is for.
    pub name: Name,
    /// What it may do, within the caller's role; at least one.
    pub scopes: Vec<Scope>,
    /// When it ends; at most a year from now.
    pub expires_at: Timestamp,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiToken {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// Whose it is.
    pub user_id: UserId,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A new token with its secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedToken {
    /// Goes into `Authorization: Bearer`; shown once. Starts with `dw_`.
    pub secret: String,
    /// The token.
    pub token: ApiToken,
}

endpoint! {
    /// List tokens
    ///
    /// The caller's own; admins see everybody's.
    ListTokens: Get "/api/v1/tokens" in "API tokens" for Own
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<ApiToken>;

    /// Make a token
    ///
    /// The secret is shown in this answer only.
    CreateToken: Post "/api/v1/tokens" in "API tokens" for Own
        (path NoArgs, query NoArgs, body NewToken) -> 201 Json CreatedToken;

    /// Revoke a token
    ///
    /// At once. Revoking it again is a success.
    RevokeToken: Delete "/api/v1/tokens/{id}" in "API tokens" for Own
        (path TokenPath, query NoArgs, body NoBody) -> 204 Nothing NoBody;
}
