//! What still lets many users launch many resources, from a few statements for all of them.

use std::collections::{HashMap, HashSet};

use deskwarden_types::{
    ProvisionId, ResourceId, UserId,
    api::{ProvisionRef, WayOpen},
};
use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};

use crate::{
    Result, Scope,
    schema::{group_members, groups, holds, provision_groups, provision_users, provisions, resources},
};

/// A provision, as far as ways go.
struct Way {
    id: i64,
    name: String,
    resource: Option<i64>,
    any_program: bool,
    everyone: bool,
}

/// [`super::ways_open`] for each of these.
pub(crate) fn ways_open_all(
    scope: &mut Scope<'_>,
    whose: &HashSet<(UserId, ResourceId)>,
) -> Result<HashMap<(UserId, ResourceId), Vec<WayOpen>>> {
    if whose.is_empty() {
        return Ok(HashMap::new());
    }
    let ways = provisions_of_all(scope)?;
    let (suspended, held) = (suspended(scope)?, held(scope)?);
    let (named, grouped) = (named(scope)?, grouped(scope)?);
    let open = |user: UserId, resource: ResourceId| -> Vec<WayOpen> {
        if held.contains(&(user.0, resource.0)) || suspended.contains(&resource.0) {
            return Vec::new();
        }
        let fits = |way: &&Way| way.any_program || way.resource == Some(resource.0);
        let running = |way: &&Way| way.resource.is_none_or(|resource| !suspended.contains(&resource));
        let through = |way: &Way| {
            let through = if way.everyone {
                "everyone".to_owned()
            } else if named.contains(&(way.id, user.0)) {
                "the user".to_owned()
            } else {
                grouped.get(&(way.id, user.0))?.clone()
            };
            let provision = ProvisionRef { id: ProvisionId(way.id), name: way.name.clone() };
            Some(WayOpen { provision, through })
        };
        ways.iter().filter(fits).filter(running).filter_map(through).collect()
    };
    Ok(whose.iter().map(|(user, resource)| ((*user, *resource), open(*user, *resource))).collect())
}

fn provisions_of_all(scope: &mut Scope<'_>) -> Result<Vec<Way>> {
    type Row = (i64, String, Option<i64>, bool, bool);
    let rows: Vec<Row> = provisions::table
        .filter(provisions::tenant_id.eq(scope.tenant.0))
        .order(provisions::id)
        .select((
            provisions::id,
            provisions::name,
            provisions::resource_id,
            provisions::any_program,
            provisions::everyone,
        ))
        .load(scope.conn)?;
    let way = |(id, name, resource, any_program, everyone)| Way { id, name, resource, any_program, everyone };
    Ok(rows.into_iter().map(way).collect())
}

fn suspended(scope: &mut Scope<'_>) -> Result<HashSet<i64>> {
    let ids: Vec<i64> = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::suspended_at.is_not_null())
        .select(resources::id)
        .load(scope.conn)?;
    Ok(ids.into_iter().collect())
}

/// Users and resources whose launches an admin holds.
fn held(scope: &mut Scope<'_>) -> Result<HashSet<(i64, i64)>> {
    let rows: Vec<(i64, i64)> = holds::table
        .filter(holds::tenant_id.eq(scope.tenant.0))
        .filter(holds::until_at.gt(scope.now.millis()))
        .select((holds::user_id, holds::resource_id))
        .load(scope.conn)?;
    Ok(rows.into_iter().collect())
}

/// Provisions and the users they name.
fn named(scope: &mut Scope<'_>) -> Result<HashSet<(i64, i64)>> {
    let rows: Vec<(i64, i64)> = provision_users::table
        .filter(provision_users::tenant_id.eq(scope.tenant.0))
        .select((provision_users::provision_id, provision_users::user_id))
        .load(scope.conn)?;
    Ok(rows.into_iter().collect())
}

/// Provisions, users, and the group by which the one reaches the other.
fn grouped(scope: &mut Scope<'_>) -> Result<HashMap<(i64, i64), String>> {
    let rows: Vec<(i64, i64, String)> = provision_groups::table
        .inner_join(group_members::table.on(group_members::group_id.eq(provision_groups::group_id)))
        .inner_join(groups::table.on(groups::id.eq(provision_groups::group_id)))
        .filter(provision_groups::tenant_id.eq(scope.tenant.0))
        .order((provision_groups::group_id.desc(), group_members::user_id))
        .select((provision_groups::provision_id, group_members::user_id, groups::name))
        .load(scope.conn)?;
    Ok(rows.into_iter().map(|(provision, user, group)| ((provision, user), group)).collect())
}
