//! Provisions: who may launch what, and how it reaches them.

use std::collections::BTreeSet;

use deskwarden_domain::list::fold;
use deskwarden_types::{
    AuditAction, DeliveryKind, DeliveryMethodId, EnvironmentId, GroupId, HostId, ProvisionId, ResourceId, UserId,
    api::{NewProvision, Provision},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star};

use super::{
    audit, check_name,
    lists::{all_found, distinct},
    taken,
};
use crate::{
    Actor, Result, Scope, StoreError, WriteScope, identity,
    names::word,
    schema::{
        delivery_methods, environments, groups, hosts, provision_groups, provision_users, provisions, resources,
        sessions, users,
    },
};

#[derive(diesel::Queryable)]
struct Row {
    id: i64,
    name: String,
    resource_id: Option<i64>,
    delivery_method_id: i64,
    environment_id: Option<i64>,
    host_id: Option<i64>,
    everyone: bool,
}

type Columns = (
    provisions::id,
    provisions::name,
    provisions::resource_id,
    provisions::delivery_method_id,
    provisions::environment_id,
    provisions::host_id,
    provisions::everyone,
);

const COLUMNS: Columns = (
    provisions::id,
    provisions::name,
    provisions::resource_id,
    provisions::delivery_method_id,
    provisions::environment_id,
    provisions::host_id,
    provisions::everyone,
);

fn provision(scope: &mut Scope<'_>, row: Row) -> Result<Provision> {
    let tenant = scope.tenant.0;
    let users: Vec<i64> = provision_users::table
        .filter(provision_users::tenant_id.eq(tenant))
        .filter(provision_users::provision_id.eq(row.id))
        .order(provision_users::user_id)
        .select(provision_users::user_id)
        .load(scope.conn)?;
    let groups: Vec<i64> = provision_groups::table
        .filter(provision_groups::tenant_id.eq(tenant))
        .filter(provision_groups::provision_id.eq(row.id))
        .order(provision_groups::group_id)
        .select(provision_groups::group_id)
        .load(scope.conn)?;
    Ok(Provision {
        id: ProvisionId(row.id),
        provision: NewProvision {
            name: row.name.parse().map_err(|_| StoreError::Corrupt(format!("provision {}: name", row.id)))?,
            resource_id: row.resource_id.map(ResourceId),
            delivery_method_id: DeliveryMethodId(row.delivery_method_id),
            environment_id: row.environment_id.map(EnvironmentId),
            host_id: row.host_id.map(HostId),
            everyone: row.everyone,
            users: users.into_iter().map(UserId).collect(),
            groups: groups.into_iter().map(GroupId).collect(),
        },
    })
}

/// A page of provisions by name: those after `after` (name and id).
pub fn list(scope: &mut Scope<'_>, after: Option<(&str, ProvisionId)>, limit: i64) -> Result<Vec<Provision>> {
    let (name, id) = after.map_or(("", 0), |(name, id)| (name, id.0));
    let rows: Vec<Row> = provisions::table
        .filter(provisions::tenant_id.eq(scope.tenant.0))
        .filter(provisions::name.gt(name).or(provisions::name.eq(name).and(provisions::id.gt(id))))
        .order((provisions::name, provisions::id))
        .limit(limit)
        .select(COLUMNS)
        .load(scope.conn)?;
    rows.into_iter().map(|row| provision(scope, row)).collect()
}

/// How many provisions there are.
pub fn count(scope: &mut Scope<'_>) -> Result<i64> {
    Ok(provisions::table.filter(provisions::tenant_id.eq(scope.tenant.0)).select(count_star()).first(scope.conn)?)
}

fn find(scope: &mut Scope<'_>, id: ProvisionId) -> Result<Provision> {
    let row: Option<Row> = provisions::table
        .filter(provisions::tenant_id.eq(scope.tenant.0))
        .filter(provisions::id.eq(id.0))
        .select(COLUMNS)
        .first(scope.conn)
        .optional()?;
    provision(scope, row.ok_or_else(|| StoreError::not_found("provision"))?)
}

/// Makes a provision.
pub fn create(scope: &mut WriteScope<'_>, actor: &Actor, new: &NewProvision) -> Result<Provision> {
    let whom = check(scope, new)?;
    let name = new.name.as_str();
    check_name(scope, ("provisions", "provision"), None, name)?;
    diesel::insert_into(provisions::table)
        .values((
            provisions::tenant_id.eq(scope.tenant.0),
            provisions::name.eq(name),
            provisions::name_folded.eq(fold(name)),
            provisions::resource_id.eq(new.resource_id.map(|id| id.0)),
            provisions::any_program.eq(new.resource_id.is_none()),
            provisions::delivery_method_id.eq(new.delivery_method_id.0),
            provisions::environment_id.eq(new.environment_id.map(|id| id.0)),
            provisions::host_id.eq(new.host_id.map(|id| id.0)),
            provisions::everyone.eq(new.everyone),
        ))
        .execute(scope.conn)
        .map_err(taken("provision"))?;
    let id = ProvisionId(scope.conn.last_id()?);
    name_all(scope, id, &whom)?;
    audit(scope, actor, AuditAction::ProvisionChanged, format!("made {id} {name:?}, {}", whom.told(new)));
    find(scope, id)
}

/// Changes all of a provision.
pub fn change(scope: &mut WriteScope<'_>, actor: &Actor, id: ProvisionId, new: &NewProvision) -> Result<Provision> {
    let before = find(scope, id)?;
    let whom = check(scope, new)?;
    let name = new.name.as_str();
    check_name(scope, ("provisions", "provision"), Some(before.provision.name.as_str()), name)?;
    diesel::update(provisions::table.filter(provisions::tenant_id.eq(scope.tenant.0)).filter(provisions::id.eq(id.0)))
        .set((
            provisions::name.eq(name),
            provisions::name_folded.eq(fold(name)),
            provisions::resource_id.eq(new.resource_id.map(|id| id.0)),
            provisions::any_program.eq(new.resource_id.is_none()),
            provisions::delivery_method_id.eq(new.delivery_method_id.0),
            provisions::environment_id.eq(new.environment_id.map(|id| id.0)),
            provisions::host_id.eq(new.host_id.map(|id| id.0)),
            provisions::everyone.eq(new.everyone),
        ))
        .execute(scope.conn)
        .map_err(taken("provision"))?;
    name_all(scope, id, &whom)?;
    identity::names_changed(scope)?;
    audit(scope, actor, AuditAction::ProvisionChanged, format!("changed {id} {name:?}, {}", whom.told(new)));
    find(scope, id)
}

/// Removes a provision. Sessions that were launched by it forget it.
pub fn remove(scope: &mut WriteScope<'_>, actor: &Actor, id: ProvisionId) -> Result<()> {
    let before = find(scope, id)?;
    let tenant = scope.tenant.0;
    name_all(scope, id, &Whom::default())?;
    let launched = sessions::table.filter(sessions::tenant_id.eq(tenant)).filter(sessions::provision_id.eq(id.0));
    diesel::update(launched).set(sessions::provision_id.eq(None::<i64>)).execute(scope.conn)?;
    diesel::delete(provisions::table.filter(provisions::tenant_id.eq(tenant)).filter(provisions::id.eq(id.0)))
        .execute(scope.conn)?;
    identity::names_changed(scope)?;
    let name = before.provision.name;
    audit(scope, actor, AuditAction::ProvisionChanged, format!("removed {id} {:?}", name.as_str()));
    Ok(())
}

/// Whom a provision names.
#[derive(Default)]
struct Whom {
    users: BTreeSet<i64>,
    groups: BTreeSet<i64>,
}

impl Whom {
    fn told(&self, new: &NewProvision) -> String {
        if new.everyone {
            return "for everyone".to_owned();
        }
        format!("for {} users and {} groups", self.users.len(), self.groups.len())
    }
}

/// Everything that it names is the tenant's, and fits together.
fn check(scope: &mut Scope<'_>, new: &NewProvision) -> Result<Whom> {
    let tenant = scope.tenant.0;
    let method: Option<i16> = delivery_methods::table
        .filter(delivery_methods::tenant_id.eq(tenant))
        .filter(delivery_methods::id.eq(new.delivery_method_id.0))
        .select(delivery_methods::kind)
        .first(scope.conn)
        .optional()?;
    let missing = |field, what| StoreError::bad_field(field, format!("There is no such {what} here."));
    let method: DeliveryKind = word(method.ok_or_else(|| missing("delivery_method_id", "delivery method"))?)?;
    let kind = match new.resource_id {
        None => DeliveryKind::ManagedApp,
        Some(id) => {
            let kind: Option<i16> = resources::table
                .filter(resources::tenant_id.eq(tenant))
                .filter(resources::id.eq(id.0))
                .select(resources::kind)
                .first(scope.conn)
                .optional()?;
            word(kind.ok_or_else(|| missing("resource_id", "app or desktop"))?)?
        }
    };
    if kind != method {
        let detail = format!("This delivers {method}, and what is to be delivered is {kind}.");
        return Err(StoreError::bad_field("delivery_method_id", detail));
    }
    if new.environment_id.is_some() && new.host_id.is_some() {
        return Err(StoreError::bad_field("host_id", "Either an environment or a host."));
    }
    if let Some(id) = new.environment_id {
        let all = environments::table.filter(environments::tenant_id.eq(tenant));
        let found: Option<i64> =
            all.filter(environments::id.eq(id.0)).select(environments::id).first(scope.conn).optional()?;
        found.ok_or_else(|| missing("environment_id", "environment"))?;
    }
    if let Some(id) = new.host_id {
        let all = hosts::table.filter(hosts::tenant_id.eq(tenant));
        let found: Option<i64> = all.filter(hosts::id.eq(id.0)).select(hosts::id).first(scope.conn).optional()?;
        found.ok_or_else(|| missing("host_id", "host"))?;
    }
    whom(scope, new)
}

fn whom(scope: &mut Scope<'_>, new: &NewProvision) -> Result<Whom> {
    let tenant = scope.tenant.0;
    let whom = Whom {
        users: distinct("users", new.users.iter().map(|id| id.0))?,
        groups: distinct("groups", new.groups.iter().map(|id| id.0))?,
    };
    let found: Vec<i64> = users::table
        .filter(users::tenant_id.eq(tenant))
        .filter(users::id.eq_any(whom.users.iter().copied().collect::<Vec<_>>()))
        .select(users::id)
        .load(scope.conn)?;
    all_found("users", "user", &whom.users, &found)?;
    let found: Vec<i64> = groups::table
        .filter(groups::tenant_id.eq(tenant))
        .filter(groups::id.eq_any(whom.groups.iter().copied().collect::<Vec<_>>()))
        .select(groups::id)
        .load(scope.conn)?;
    all_found("groups", "group", &whom.groups, &found)?;
    Ok(whom)
}

/// Makes the provision name these and nobody else.
fn name_all(scope: &mut WriteScope<'_>, id: ProvisionId, whom: &Whom) -> Result<()> {
    let tenant = scope.tenant.0;
    let named = provision_users::table.filter(provision_users::tenant_id.eq(tenant));
    diesel::delete(named.filter(provision_users::provision_id.eq(id.0))).execute(scope.conn)?;
    let named = provision_groups::table.filter(provision_groups::tenant_id.eq(tenant));
    diesel::delete(named.filter(provision_groups::provision_id.eq(id.0))).execute(scope.conn)?;
    for user in &whom.users {
        diesel::insert_into(provision_users::table)
            .values((
                provision_users::provision_id.eq(id.0),
                provision_users::user_id.eq(user),
                provision_users::tenant_id.eq(tenant),
            ))
            .execute(scope.conn)?;
    }
    for group in &whom.groups {
        diesel::insert_into(provision_groups::table)
            .values((
                provision_groups::provision_id.eq(id.0),
                provision_groups::group_id.eq(group),
                provision_groups::tenant_id.eq(tenant),
            ))
            .execute(scope.conn)?;
    }
    Ok(())
}
