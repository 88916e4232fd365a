//! Environments: the pools that sessions run in.

use std::collections::BTreeSet;

use deskwarden_domain::list::fold;
use deskwarden_types::{
    AuditAction, EnvironmentId, HostId,
    api::{Environment, NewEnvironment},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star};

use super::{
    audit, check_name, in_use,
    lists::{all_found, distinct},
    taken,
};
use crate::{
    Actor, Result, Scope, StoreError, WriteScope, identity,
    schema::{environments, hosts, provisions, sessions},
};

type Row = (i64, String);

fn environment(scope: &mut Scope<'_>, (id, name): Row) -> Result<Environment> {
    let hosts: Vec<i64> = hosts::table
        .filter(hosts::tenant_id.eq(scope.tenant.0))
        .filter(hosts::environment_id.eq(id))
        .order((hosts::name, hosts::id))
        .select(hosts::id)
        .load(scope.conn)?;
    let name = name.parse().map_err(|_| StoreError::Corrupt(format!("environment {id}: name")))?;
    let hosts = hosts.into_iter().map(HostId).collect();
    Ok(Environment { id: EnvironmentId(id), environment: NewEnvironment { name, hosts } })
}

/// A page of environments by name: those after `after` (name and id).
pub fn list(scope: &mut Scope<'_>, after: Option<(&str, EnvironmentId)>, limit: i64) -> Result<Vec<Environment>> {
    let (name, id) = after.map_or(("", 0), |(name, id)| (name, id.0));
    let rows: Vec<Row> = environments::table
        .filter(environments::tenant_id.eq(scope.tenant.0))
        .filter(environments::name.gt(name).or(environments::name.eq(name).and(environments::id.gt(id))))
        .order((environments::name, environments::id))
        .limit(limit)
        .select((environments::id, environments::name))
        .load(scope.conn)?;
    rows.into_iter().map(|row| environment(scope, row)).collect()
}

/// How many environments there are.
pub fn count(scope: &mut Scope<'_>) -> Result<i64> {
    Ok(environments::table.filter(environments::tenant_id.eq(scope.tenant.0)).select(count_star()).first(scope.conn)?)
}

fn find(scope: &mut Scope<'_>, id: EnvironmentId) -> Result<Environment> {
    let row: Option<Row> = environments::table
        .filter(environments::tenant_id.eq(scope.tenant.0))
        .filter(environments::id.eq(id.0))
        .select((environments::id, environments::name))
        .first(scope.conn)
        .optional()?;
    environment(scope, row.ok_or_else(|| StoreError::not_found("environment"))?)
}

/// Makes an environment with its machines. A machine that was in another one moves.
pub fn create(scope: &mut WriteScope<'_>, actor: &Actor, new: &NewEnvironment) -> Result<Environment> {
    let hosts = checked(scope, new)?;
    let name = new.name.as_str();
    check_name(scope, ("environments", "environment"), None, name)?;
    diesel::insert_into(environments::table)
        .values((
            environments::tenant_id.eq(scope.tenant.0),
            environments::name.eq(name),
            environments::name_folded.eq(fold(name)),
        ))
        .execute(scope.conn)
        .map_err(taken("environment"))?;
    let id = EnvironmentId(scope.conn.last_id()?);
    put(scope, id, &hosts)?;
    audit(scope, actor, AuditAction::EnvironmentChanged, format!("made {id} {name:?}, {} hosts", hosts.len()));
    find(scope, id)
}

/// Changes all of an environment.
pub fn change(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    id: EnvironmentId,
    new: &NewEnvironment,
) -> Result<Environment> {
    let before = find(scope, id)?;
    let hosts = checked(scope, new)?;
    let name = new.name.as_str();
    check_name(scope, ("environments", "environment"), Some(before.environment.name.as_str()), name)?;
    let row = environments::table.filter(environments::tenant_id.eq(scope.tenant.0)).filter(environments::id.eq(id.0));
    diesel::update(row)
        .set((environments::name.eq(name), environments::name_folded.eq(fold(name))))
        .execute(scope.conn)
        .map_err(taken("environment"))?;
    put(scope, id, &hosts)?;
    identity::names_changed(scope)?;
    audit(scope, actor, AuditAction::EnvironmentChanged, format!("changed {id} {name:?}, {} hosts", hosts.len()));
    find(scope, id)
}

/// Removes an environment that nothing names.
pub fn remove(scope: &mut WriteScope<'_>, actor: &Actor, id: EnvironmentId) -> Result<()> {
    let before = find(scope, id)?;
    let tenant = scope.tenant.0;
    let named: i64 = provisions::table
        .filter(provisions::tenant_id.eq(tenant))
        .filter(provisions::environment_id.eq(id.0))
        .select(count_star())
        .first(scope.conn)?;
    if named > 0 {
        return Err(in_use("environment", "a provision", "Change the provision first."));
    }
    let launched: Option<i64> = sessions::table
        .filter(sessions::tenant_id.eq(tenant))
        .filter(sessions::environment_id.eq(id.0))
        .select(sessions::id)
        .first(scope.conn)
        .optional()?;
    if launched.is_some() {
        return Err(in_use("environment", "sessions in the history", "Take its hosts out instead."));
    }
    put(scope, id, &BTreeSet::new())?;
    diesel::delete(environments::table.filter(environments::tenant_id.eq(tenant)).filter(environments::id.eq(id.0)))
        .execute(scope.conn)?;
    identity::names_changed(scope)?;
    let name = before.environment.name;
    audit(scope, actor, AuditAction::EnvironmentChanged, format!("removed {id} {:?}", name.as_str()));
    Ok(())
}

fn checked(scope: &mut Scope<'_>, new: &NewEnvironment) -> Result<BTreeSet<i64>> {
    let asked = distinct("hosts", new.hosts.iter().map(|host| host.0))?;
    let found: Vec<i64> = hosts::table
        .filter(hosts::tenant_id.eq(scope.tenant.0))
        .filter(hosts::id.eq_any(asked.iter().copied().collect::<Vec<_>>()))
        .select(hosts::id)
        .load(scope.conn)?;
    all_found("hosts", "host", &asked, &found)?;
    Ok(asked)
}

/// Gives the environment these machines and no others.
fn put(scope: &mut WriteScope<'_>, id: EnvironmentId, machines: &BTreeSet<i64>) -> Result<()> {
    let tenant = scope.tenant.0;
    diesel::update(hosts::table.filter(hosts::tenant_id.eq(tenant)).filter(hosts::environment_id.eq(id.0)))
        .set(hosts::environment_id.eq(None::<i64>))
        .execute(scope.conn)?;
    let machines: Vec<i64> = machines.iter().copied().collect();
    diesel::update(hosts::table.filter(hosts::tenant_id.eq(tenant)).filter(hosts::id.eq_any(machines)))
        .set(hosts::environment_id.eq(id.0))
        .execute(scope.conn)?;
    Ok(())
}
