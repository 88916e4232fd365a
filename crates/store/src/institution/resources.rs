//! Apps and desktops.

use deskwarden_domain::{check_resource, list::fold};
use deskwarden_types::{
    AuditAction, ErrorCode, ResourceId, Timestamp,
    api::{NewResource, Resource},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star};

use super::{audit, in_use, taken};
use crate::{
    Actor, Result, Scope, StoreError, WriteScope, identity,
    names::word,
    parts,
    schema::{provisions, resources, sessions},
};

#[derive(diesel::Queryable)]
struct Row {
    id: i64,
    name: String,
    kind: i16,
    program: Option<String>,
    version: Option<String>,
    suspended_at: Option<i64>,
    max_sessions_per_user: Option<i32>,
    valid_hours: Option<i32>,
}

type Columns = (
    resources::id,
    resources::name,
    resources::kind,
    resources::program,
    resources::version,
    resources::suspended_at,
    resources::max_sessions_per_user,
    resources::valid_hours,
);

const COLUMNS: Columns = (
    resources::id,
    resources::name,
    resources::kind,
    resources::program,
    resources::version,
    resources::suspended_at,
    resources::max_sessions_per_user,
    resources::valid_hours,
);

fn resource(scope: &mut Scope<'_>, row: Row) -> Result<Resource> {
    let mut open = parts::open(scope, "COUNT(*)", "");
    open.push(" AND s.resource_id = ").number(row.id);
    let open_sessions = open.numbers(scope.conn)?.first().copied().unwrap_or(0);
    let corrupt = |what: &str| StoreError::Corrupt(format!("resource {}: {what}", row.id));
    Ok(Resource {
        id: ResourceId(row.id),
        resource: NewResource {
            name: row.name.parse().map_err(|_| corrupt("name"))?,
            kind: word(row.kind)?,
            program: row.program.map(|program| program.parse()).transpose().map_err(|_| corrupt("program"))?,
            version: row.version,
            max_sessions_per_user: row.max_sessions_per_user.and_then(|most| u32::try_from(most).ok()),
            valid_hours: row.valid_hours.and_then(|hours| u32::try_from(hours).ok()),
        },
        suspended_at: row.suspended_at.map(Timestamp::from_millis),
        open_sessions,
    })
}

/// A page of apps and desktops by name: those after `after` (name and id).
pub fn list(scope: &mut Scope<'_>, after: Option<(&str, ResourceId)>, limit: i64) -> Result<Vec<Resource>> {
    let (name, id) = after.map_or(("", 0), |(name, id)| (name, id.0));
    let rows: Vec<Row> = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::name.gt(name).or(resources::name.eq(name).and(resources::id.gt(id))))
        .order((resources::name, resources::id))
        .limit(limit)
        .select(COLUMNS)
        .load(scope.conn)?;
    rows.into_iter().map(|row| resource(scope, row)).collect()
}

/// How many apps and desktops there are.
pub fn count(scope: &mut Scope<'_>) -> Result<i64> {
    Ok(resources::table.filter(resources::tenant_id.eq(scope.tenant.0)).select(count_star()).first(scope.conn)?)
}

fn find(scope: &mut Scope<'_>, id: ResourceId) -> Result<Resource> {
    let row: Option<Row> = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::id.eq(id.0))
        .select(COLUMNS)
        .first(scope.conn)
        .optional()?;
    resource(scope, row.ok_or_else(|| StoreError::not_found("app or desktop"))?)
}

fn stored(value: Option<u32>) -> Option<i32> {
    value.map(|value| i32::try_from(value).unwrap_or(i32::MAX))
}

fn check(new: &NewResource) -> Result<()> {
    check_resource(new).map_err(|bad| StoreError::bad_field(bad.field, bad.message))
}

/// Makes an app or desktop.
pub fn create(scope: &mut WriteScope<'_>, actor: &Actor, new: &NewResource) -> Result<Resource> {
    check(new)?;
    let name = new.name.as_str();
    diesel::insert_into(resources::table)
        .values((
            resources::tenant_id.eq(scope.tenant.0),
            resources::name.eq(name),
            resources::name_folded.eq(fold(name)),
            resources::kind.eq(new.kind.code()),
            resources::program.eq(new.program.as_ref().map(|program| program.as_str())),
            resources::version.eq(&new.version),
            resources::max_sessions_per_user.eq(stored(new.max_sessions_per_user)),
            resources::valid_hours.eq(stored(new.valid_hours)),
        ))
        .execute(scope.conn)
        .map_err(taken("app or desktop"))?;
    let id = ResourceId(scope.conn.last_id()?);
    audit(scope, actor, AuditAction::ResourceChanged, format!("made {id} {name:?} ({})", new.kind));
    find(scope, id)
}

/// Changes all of an app or desktop but its kind.
pub fn change(scope: &mut WriteScope<'_>, actor: &Actor, id: ResourceId, new: &NewResource) -> Result<Resource> {
    check(new)?;
    let before = find(scope, id)?;
    if before.resource.kind != new.kind {
        return Err(StoreError::bad_field("kind", "The kind stays as it was made. Make another one instead."));
    }
    let name = new.name.as_str();
    diesel::update(resources::table.filter(resources::tenant_id.eq(scope.tenant.0)).filter(resources::id.eq(id.0)))
        .set((
            resources::name.eq(name),
            resources::name_folded.eq(fold(name)),
            resources::program.eq(new.program.as_ref().map(|program| program.as_str())),
            resources::version.eq(&new.version),
            resources::max_sessions_per_user.eq(stored(new.max_sessions_per_user)),
            resources::valid_hours.eq(stored(new.valid_hours)),
        ))
        .execute(scope.conn)
        .map_err(taken("app or desktop"))?;
    identity::names_changed(scope)?;
    audit(scope, actor, AuditAction::ResourceChanged, format!("changed {id} {name:?}"));
    find(scope, id)
}

/// Suspends it, or lets it be launched again. Done already is success.
pub fn suspend(scope: &mut WriteScope<'_>, actor: &Actor, id: ResourceId, suspended: bool) -> Result<Resource> {
    let before = find(scope, id)?;
    if before.suspended_at.is_some() == suspended {
        return Ok(before);
    }
    let at = suspended.then_some(scope.now.millis());
    diesel::update(resources::table.filter(resources::tenant_id.eq(scope.tenant.0)).filter(resources::id.eq(id.0)))
        .set(resources::suspended_at.eq(at))
        .execute(scope.conn)?;
    let action = if suspended { AuditAction::ResourceSuspended } else { AuditAction::ResourceResumed };
    audit(scope, actor, action, format!("{id} {:?}", before.resource.name.as_str()));
    find(scope, id)
}

/// Removes an app or desktop that nothing names.
pub fn remove(scope: &mut WriteScope<'_>, actor: &Actor, id: ResourceId) -> Result<()> {
    let before = find(scope, id)?;
    let tenant = scope.tenant.0;
    let provided: i64 = provisions::table
        .filter(provisions::tenant_id.eq(tenant))
        .filter(provisions::resource_id.eq(id.0))
        .select(count_star())
        .first(scope.conn)?;
    if provided > 0 {
        return Err(in_use("app or desktop", "a provision", "Remove the provision first, or suspend it."));
    }
    let launched: Option<i64> = sessions::table
        .filter(sessions::tenant_id.eq(tenant))
        .filter(sessions::resource_id.eq(id.0))
        .select(sessions::id)
        .first(scope.conn)
        .optional()?;
    if launched.is_some() {
        return Err(in_use("app or desktop", "sessions in the history", "Suspend it instead."));
    }
    let row = resources::table.filter(resources::tenant_id.eq(tenant)).filter(resources::id.eq(id.0));
    diesel::delete(row).execute(scope.conn).map_err(|error| match error {
        diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::ForeignKeyViolation, _) => {
            StoreError::refused(ErrorCode::InUse, "Something still names this. Suspend it instead.")
        }
        error => error.into(),
    })?;
    identity::names_changed(scope)?;
    audit(scope, actor, AuditAction::ResourceChanged, format!("removed {id} {:?}", before.resource.name.as_str()));
    Ok(())
}
