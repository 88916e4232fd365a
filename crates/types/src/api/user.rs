//! Users.

use super::{Group, Page, PageQuery};
use crate::{NoArgs, NoBody, Role, Timestamp, UserId, UserPath};

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

/// A user with what else is known of him.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserDetail {
    /// The user.
    pub user: User,
    /// The name in the directory, where the tenant shows it (000).
    pub ad_username: Option<String>,
    /// Whether a password was set.
    pub has_password: bool,
    /// Until when the last one-time link is good, where it was not followed.
    pub invited_until: Option<Timestamp>,
    /// The user's groups, by name.
    pub groups: Vec<Group>,
}

/// What of a user can be changed: all of it at once.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedUser {
    /// The person's name.
    pub display_name: crate::Name,
    /// Unique in the installation.
    pub email: String,
    /// The role; only owners make owners, and one owner stays.
    pub role: Role,
    /// The name in the directory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ad_username: Option<crate::Name>,
    /// Whether the user may not sign in: signed out everywhere at once, tokens refused. Sessions go on.
    pub disabled: bool,
}

/// A one-time link to set a password.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Good once, for a day. Links made before are not good any more.
    pub set_up_link: String,
    /// Until when.
    pub expires_at: Timestamp,
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

    /// Show a user
    ///
    /// With groups.
    ShowUser: Get "/api/v1/users/{id}" in "People" for Administer
        (path UserPath, query NoArgs, body NoBody) -> 200 Json UserDetail;

    /// Change a user
    ///
    /// All of it at once. Nobody disables himself or the last owner.
    ChangeUser: Put "/api/v1/users/{id}" in "People" for Administer
        (path UserPath, query NoArgs, body ChangedUser) -> 200 Json UserDetail;

    /// Invite a user
    ///
    /// Gives a new one-time link to set a password.
    InviteUser: Post "/api/v1/users/{id}/invitations" in "People" for Administer
        (path UserPath, query NoArgs, body NoBody) -> 201 Json Invitation;
}
