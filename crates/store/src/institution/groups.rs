//! Groups of users.

use deskwarden_domain::list::fold;
use deskwarden_types::{
    AuditAction, GroupId, UserId,
    api::{Group, NewGroup, User},
};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star,
};

use super::{audit, check_name, in_use, taken};
use crate::{
    Actor, Result, Scope, StoreError, WriteScope, identity,
    schema::{group_members, groups, provision_groups, users},
};

type Row = (i64, String);

fn group(scope: &mut Scope<'_>, (id, name): Row) -> Result<Group> {
    Ok(Group { id: GroupId(id), name, members: count_members(scope, GroupId(id))? })
}

/// A page of groups by name: those after `after` (name and id).
pub fn list(scope: &mut Scope<'_>, after: Option<(&str, GroupId)>, limit: i64) -> Result<Vec<Group>> {
    let (name, id) = after.map_or(("", 0), |(name, id)| (name, id.0));
    let rows: Vec<Row> = groups::table
        .filter(groups::tenant_id.eq(scope.tenant.0))
        .filter(groups::name.gt(name).or(groups::name.eq(name).and(groups::id.gt(id))))
        .order((groups::name, groups::id))
        .limit(limit)
        .select((groups::id, groups::name))
        .load(scope.conn)?;
    rows.into_iter().map(|row| group(scope, row)).collect()
}

/// How many groups there are.
pub fn count(scope: &mut Scope<'_>) -> Result<i64> {
    Ok(groups::table.filter(groups::tenant_id.eq(scope.tenant.0)).select(count_star()).first(scope.conn)?)
}

/// The groups that a user is in, by name.
pub fn of_user(scope: &mut Scope<'_>, user: UserId) -> Result<Vec<Group>> {
    let rows: Vec<Row> = groups::table
        .inner_join(group_members::table.on(group_members::group_id.eq(groups::id)))
        .filter(groups::tenant_id.eq(scope.tenant.0))
        .filter(group_members::user_id.eq(user.0))
        .order((groups::name, groups::id))
        .select((groups::id, groups::name))
        .load(scope.conn)?;
    rows.into_iter().map(|row| group(scope, row)).collect()
}

fn find(scope: &mut Scope<'_>, id: GroupId) -> Result<Group> {
    let row: Option<Row> = groups::table
        .filter(groups::tenant_id.eq(scope.tenant.0))
        .filter(groups::id.eq(id.0))
        .select((groups::id, groups::name))
        .first(scope.conn)
        .optional()?;
    group(scope, row.ok_or_else(|| StoreError::not_found("group"))?)
}

/// Makes a group without members.
pub fn create(scope: &mut WriteScope<'_>, actor: &Actor, new: &NewGroup) -> Result<Group> {
    let name = new.name.as_str();
    check_name(scope, ("groups", "group"), None, name)?;
    diesel::insert_into(groups::table)
        .values((groups::tenant_id.eq(scope.tenant.0), groups::name.eq(name), groups::name_folded.eq(fold(name))))
        .execute(scope.conn)
        .map_err(taken("group"))?;
    let id = GroupId(scope.conn.last_id()?);
    audit(scope, actor, AuditAction::GroupChanged, format!("made group {id} {name:?}"));
    find(scope, id)
}

/// Changes a group's name.
pub fn change(scope: &mut WriteScope<'_>, actor: &Actor, id: GroupId, new: &NewGroup) -> Result<Group> {
    let before = find(scope, id)?;
    let name = new.name.as_str();
    check_name(scope, ("groups", "group"), Some(&before.name), name)?;
    diesel::update(groups::table.filter(groups::tenant_id.eq(scope.tenant.0)).filter(groups::id.eq(id.0)))
        .set((groups::name.eq(name), groups::name_folded.eq(fold(name))))
        .execute(scope.conn)
        .map_err(taken("group"))?;
    audit(scope, actor, AuditAction::GroupChanged, format!("group {id} {:?} is called {name:?}", before.name));
    find(scope, id)
}

/// Removes a group that no provision names.
pub fn remove(scope: &mut WriteScope<'_>, actor: &Actor, id: GroupId) -> Result<()> {
    let before = find(scope, id)?;
    let tenant = scope.tenant.0;
    let named: i64 = provision_groups::table
        .filter(provision_groups::tenant_id.eq(tenant))
        .filter(provision_groups::group_id.eq(id.0))
        .select(count_star())
        .first(scope.conn)?;
    if named > 0 {
        return Err(in_use("group", "a provision", "Take it out of the provision first."));
    }
    let members =
        group_members::table.filter(group_members::tenant_id.eq(tenant)).filter(group_members::group_id.eq(id.0));
    diesel::delete(members).execute(scope.conn)?;
    diesel::delete(groups::table.filter(groups::tenant_id.eq(tenant)).filter(groups::id.eq(id.0)))
        .execute(scope.conn)?;
    audit(scope, actor, AuditAction::GroupChanged, format!("removed group {id} {:?}", before.name));
    Ok(())
}

/// A page of a group's members by username: those after `after` (username and id).
pub fn list_members(
    scope: &mut Scope<'_>,
    id: GroupId,
    after: Option<(&str, UserId)>,
    limit: i64,
) -> Result<Vec<User>> {
    find(scope, id)?;
    let (name, last) = after.map_or(("", 0), |(name, id)| (name, id.0));
    let ids: Vec<i64> = users::table
        .inner_join(group_members::table.on(group_members::user_id.eq(users::id)))
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(group_members::group_id.eq(id.0))
        .filter(users::username.gt(name).or(users::username.eq(name).and(users::id.gt(last))))
        .order((users::username, users::id))
        .limit(limit)
        .select(users::id)
        .load(scope.conn)?;
    ids.into_iter().map(|id| identity::user(scope, UserId(id))).collect()
}

/// How many members a group has.
pub fn count_members(scope: &mut Scope<'_>, id: GroupId) -> Result<i64> {
    let members = group_members::table
        .filter(group_members::tenant_id.eq(scope.tenant.0))
        .filter(group_members::group_id.eq(id.0));
    Ok(members.select(count_star()).first(scope.conn)?)
}

/// Puts a user into a group; done already is success.
pub fn add_member(scope: &mut WriteScope<'_>, actor: &Actor, id: GroupId, user: UserId) -> Result<()> {
    let (group, who) = (find(scope, id)?, identity::user(scope, user)?);
    if is_member(scope, id, user)? {
        return Ok(());
    }
    diesel::insert_into(group_members::table)
        .values((
            group_members::group_id.eq(id.0),
            group_members::user_id.eq(user.0),
            group_members::tenant_id.eq(scope.tenant.0),
        ))
        .execute(scope.conn)?;
    audit(scope, actor, AuditAction::GroupChanged, format!("{} is in group {:?}", who.username, group.name));
    Ok(())
}

/// Takes a user out of a group; done already is success.
pub fn remove_member(scope: &mut WriteScope<'_>, actor: &Actor, id: GroupId, user: UserId) -> Result<()> {
    let (group, who) = (find(scope, id)?, identity::user(scope, user)?);
    let member = group_members::table
        .filter(group_members::tenant_id.eq(scope.tenant.0))
        .filter(group_members::group_id.eq(id.0))
        .filter(group_members::user_id.eq(user.0));
    if diesel::delete(member).execute(scope.conn)? == 0 {
        return Ok(());
    }
    audit(
        scope,
        actor,
        AuditAction::GroupChanged,
        format!("{} is not in group {:?} any more", who.username, group.name),
    );
    Ok(())
}

fn is_member(scope: &mut Scope<'_>, id: GroupId, user: UserId) -> Result<bool> {
    let found: Option<i64> = group_members::table
        .filter(group_members::tenant_id.eq(scope.tenant.0))
        .filter(group_members::group_id.eq(id.0))
        .filter(group_members::user_id.eq(user.0))
        .select(group_members::user_id)
        .first(scope.conn)
        .optional()?;
    Ok(found.is_some())
}
