//! Groups of users.

use super::{Page, PageQuery, User};
use crate::{GroupId, GroupMemberPath, GroupPath, Name, NoArgs, NoBody};

/// A group of users.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// How many users are in it.
    pub members: i64,
}

/// What a group is to be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewGroup {
    /// Its name, unique in the tenant; case does not count.
    pub name: Name,
}

endpoint! {
    /// List groups
    ///
    /// By name.
    ListGroups: Get "/api/v1/groups" in "People" for Administer
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<Group>;

    /// Make a group
    ///
    /// Without members.
    CreateGroup: Post "/api/v1/groups" in "People" for Administer
        (path NoArgs, query NoArgs, body NewGroup) -> 201 Json Group;

    /// Change a group
    ///
    /// Its name.
    ChangeGroup: Put "/api/v1/groups/{id}" in "People" for Administer
        (path GroupPath, query NoArgs, body NewGroup) -> 200 Json Group;

    /// Remove a group
    ///
    /// Refused with `in_use` while a provision names it.
    RemoveGroup: Delete "/api/v1/groups/{id}" in "People" for Administer
        (path GroupPath, query NoArgs, body NoBody) -> 204 Nothing NoBody;

    /// List a group's members
    ///
    /// By username.
    ListMembers: Get "/api/v1/groups/{id}/members" in "People" for Administer
        (path GroupPath, query PageQuery, body NoBody) -> 200 Json Page<User>;

    /// Put a user into a group
    ///
    /// Done already is success.
    AddMember: Put "/api/v1/groups/{id}/members/{user_id}" in "People" for Administer
        (path GroupMemberPath, query NoArgs, body NoBody) -> 204 Nothing NoBody;

    /// Take a user out of a group
    ///
    /// Done already is success.
    RemoveMember: Delete "/api/v1/groups/{id}/members/{user_id}" in "People" for Administer
        (path GroupMemberPath, query NoArgs, body NoBody) -> 204 Nothing NoBody;
}
