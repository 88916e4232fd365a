//! Signing in and setting a first password.

use crate::{NoArgs, NoBody, Password, Permission, Role, TenantId, Timestamp, UserId};

/// Email and password.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The user's email, unique in the installation.
    pub email: String,
    /// The password, as typed.
    pub password: String,
}

/// Signed in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Goes into `Authorization: Bearer`; keep it in memory only.
    pub access_token: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who is signed in.
    pub me: Me,
}

/// The caller.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The user's id.
    pub id: UserId,
    /// The name of the account.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// The user's email.
    pub email: String,
    /// The role in the tenant.
    pub role: Role,
    /// The tenant.
    pub tenant: TenantBrief,
    /// What the role may do.
    pub permissions: Vec<Permission>,
}

/// A tenant, as its users see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TenantBrief {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Whether it holds demo data.
    pub demo: bool,
    /// Its time zone, an IANA name.
    pub time_zone: String,
    /// Whether AD usernames are shown (000).
    pub show_ad_username: bool,
}

/// A one-time link was followed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckSetUp {
    /// The secret part of the link.
    pub link: String,
}

/// Whom a one-time link is for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetUpFor {
    /// The tenant's name.
    pub tenant: String,
    /// The account's name.
    pub username: String,
    /// The account's email, if it has one already.
    pub email: Option<String>,
    /// The person's name, if somebody has said it already.
    pub display_name: Option<String>,
    /// Until when the link is good.
    pub expires_at: Timestamp,
}

/// Uses a one-time link to set a password.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetUp {
    /// The secret part of the link.
    pub link: String,
    /// The email to sign in with.
    pub email: String,
    /// The person's name.
    pub display_name: String,
    /// The new password.
    pub password: Password,
}

endpoint! {
    /// Sign in
    ///
    /// Also sets the refresh cookie (`HttpOnly`, `SameSite=Strict`). Throttled by email and by address.
    SignInNow: Post "/api/v1/auth/sign-in" in "Signing in" for Public
        (path NoArgs, query NoArgs, body SignIn) -> 200 Json SignedIn;

    /// Refresh
    ///
    /// Trades the refresh cookie for a new access token and a new cookie. For 10 s the last cookie is still good
    /// (tabs race); after that its use is taken for theft and revokes the whole sign-in.
    Refresh: Post "/api/v1/auth/refresh" in "Signing in" for Public
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json SignedIn, within 15;

    /// Sign out
    ///
    /// Revokes the sign-in that the refresh cookie belongs to.
    SignOut: Post "/api/v1/auth/sign-out" in "Signing in" for Public
        (path NoArgs, query NoArgs, body NoBody) -> 204 Nothing NoBody;

    /// Check a one-time link
    ///
    /// Says whom it is for, and does not use it up.
    CheckSetUpLink: Post "/api/v1/set-up/check" in "Signing in" for Public
        (path NoArgs, query NoArgs, body CheckSetUp) -> 200 Json SetUpFor;

    /// Set a password by a one-time link
    ///
    /// Uses the link up and signs in.
    FinishSetUp: Post "/api/v1/set-up" in "Signing in" for Public
        (path NoArgs, query NoArgs, body SetUp) -> 200 Json SignedIn;

    /// Who am I
    ///
    /// The caller, the tenant and what the role may do.
    WhoAmI: Get "/api/v1/me" in "Signing in" for Own
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json Me;
}
