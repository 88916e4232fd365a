//! What allows a launch.

use deskwarden_domain::ProvisionFacts;
use deskwarden_types::{
    HostId, LicenceKind, ProvisionId, ResourceId, UserId,
    api::{ProvisionRef, WayOpen},
};
use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Result, Scope,
    names::word,
    parts,
    schema::{
        delivery_methods, group_members, groups, provision_groups, provision_users, provisions, resources, sessions,
    },
};

/// A provision with everything that the decision and the session need.
pub(crate) struct Provision {
    pub(crate) facts: ProvisionFacts,
    pub(super) name: String,
    /// The one that it names.
    pub(super) resource: Option<i64>,
    pub(super) delivery_method: i64,
    pub(super) environment: Option<i64>,
    pub(super) host: Option<i64>,
    through: String,
}

type Row = (i64, String, Option<i64>, bool, i64, Option<i64>, Option<i64>, bool, i16, i32, Option<i64>);

/// The tenant's provisions as they stand towards this user, resource and host. `resource` is absent
/// for a program that nobody has launched before; `host` where any will do.
pub(super) fn provisions(
    scope: &mut Scope<'_>,
    user: UserId,
    resource: Option<ResourceId>,
    host: Option<HostId>,
) -> Result<Vec<Provision>> {
    let rows: Vec<Row> = provisions::table
        .inner_join(delivery_methods::table.on(delivery_methods::id.eq(provisions::delivery_method_id)))
        .left_join(resources::table.on(resources::id.nullable().eq(provisions::resource_id)))
        .filter(provisions::tenant_id.eq(scope.tenant.0))
        .order(provisions::id)
        .select((
            provisions::id,
            provisions::name,
            provisions::resource_id,
            provisions::any_program,
            provisions::delivery_method_id,
            provisions::environment_id,
            provisions::host_id,
            provisions::everyone,
            delivery_methods::licence_kind,
            delivery_methods::offline_days,
            resources::suspended_at.nullable(),
        ))
        .load(scope.conn)?;
    let named = users_of(scope, user)?;
    let grouped = groups_of(scope, user)?;
    let suspended = match resource {
        Some(resource) => is_suspended(scope, resource)?,
        None => false,
    };
    rows.into_iter()
        .map(|row| {
            let (
                id,
                name,
                provided,
                any_program,
                delivery_method,
                environment,
                only_host,
                everyone,
                licence,
                days,
                paused,
            ) = row;
            let group = grouped.iter().find(|(provision, _)| *provision == id).map(|(_, group)| group.clone());
            let through = if everyone {
                Some("everyone".to_owned())
            } else if named.contains(&id) {
                Some("the user".to_owned())
            } else {
                group
            };
            Ok(Provision {
                facts: ProvisionFacts {
                    id: ProvisionId(id),
                    any_program,
                    resource_matches: provided.is_some() && provided == resource.map(|resource| resource.0),
                    host_allowed: only_host.is_none() || host.is_none() || only_host == host.map(|host| host.0),
                    user_allowed: through.is_some(),
                    resource_suspended: paused.is_some() || suspended,
                    licence: word::<LicenceKind>(licence)?,
                    offline_days: u32::try_from(days).unwrap_or(0),
                },
                name,
                resource: provided,
                delivery_method,
                environment,
                host: only_host,
                through: through.unwrap_or_default(),
            })
        })
        .collect()
}

fn users_of(scope: &mut Scope<'_>, user: UserId) -> Result<Vec<i64>> {
    Ok(provision_users::table
        .filter(provision_users::tenant_id.eq(scope.tenant.0))
        .filter(provision_users::user_id.eq(user.0))
        .select(provision_users::provision_id)
        .load(scope.conn)?)
}

fn groups_of(scope: &mut Scope<'_>, user: UserId) -> Result<Vec<(i64, String)>> {
    Ok(provision_groups::table
        .inner_join(group_members::table.on(group_members::group_id.eq(provision_groups::group_id)))
        .inner_join(groups::table.on(groups::id.eq(provision_groups::group_id)))
        .filter(provision_groups::tenant_id.eq(scope.tenant.0))
        .filter(group_members::user_id.eq(user.0))
        .select((provision_groups::provision_id, groups::name))
        .load(scope.conn)?)
}

fn is_suspended(scope: &mut Scope<'_>, resource: ResourceId) -> Result<bool> {
    let at: Option<i64> = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::id.eq(resource.0))
        .select(resources::suspended_at)
        .first(scope.conn)?;
    Ok(at.is_some())
}

/// What lets the user launch the resource, where that is not held: evicting or expiring closes none of it (003).
pub fn ways_open(scope: &mut Scope<'_>, user: UserId, resource: ResourceId) -> Result<Vec<WayOpen>> {
    let all = provisions(scope, user, Some(resource), None)?;
    Ok(all
        .into_iter()
        .filter(|provision| {
            let facts = &provision.facts;
            (facts.any_program || facts.resource_matches) && facts.user_allowed && !facts.resource_suspended
        })
        .map(|provision| WayOpen {
            provision: ProvisionRef { id: provision.facts.id, name: provision.name },
            through: provision.through,
        })
        .collect())
}

/// How many sessions of the resource the user has that are not over, and how many he may have.
pub(super) fn live_and_most(scope: &mut Scope<'_>, user: UserId, resource: ResourceId) -> Result<(u32, Option<u32>)> {
    let live: i64 = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::resource_id.eq(resource.0))
        .filter(parts::is_open())
        .count()
        .get_result(scope.conn)?;
    let most: Option<i32> = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::id.eq(resource.0))
        .select(resources::max_sessions_per_user)
        .first(scope.conn)?;
    Ok((u32::try_from(live).unwrap_or(u32::MAX), most.and_then(|most| u32::try_from(most).ok())))
}
