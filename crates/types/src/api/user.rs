//! Users.

use super::{Page, PageQuery};
use crate::{NoArgs, NoBody, Role, Timestamp, UserId};

/// A user of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The name of the account; agents match local accounts by it.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// Unique in the installation.
    pub email: String,
    /// The role.
    pub role: Role,
    /// When the user was made.
    pub created_at: Timestamp,
    /// Whether the user may not sign in.
    pub disabled: bool,
}

/// Asks for a user.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewUser {
    /// The name of the account.
    pub username: crate::Username,
    /// The person's name.
    pub display_name: crate::Name,
    /// Unique in the installation.
    pub email: String,
    /// The role; only owners make owners.
    pub role: Role,
}

/// A new user with the one-time link to set a password.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedUser {
    /// The user.
    pub user: User,
    /// Good once, for a day.
    pub set_up_link: String,
}

endpoint! {
    /// List users
    ///
    /// By username.
    ListUsers: Get "/api/v1/users" in "People" for Administer
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<User>;

    /// Make a user
    ///
    /// Gives the one-time link with which the user sets a password.
    CreateUser: Post "/api/v1/users" in "People" for Administer
        (path NoArgs, query NoArgs, body NewUser) -> 201 Json CreatedUser;
}
