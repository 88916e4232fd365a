//! What a tenant is made of besides people and hosts: groups, apps and desktops, environments, delivery methods, and the
//! provisions that tie them together.

mod delivery_methods;
mod environments;
mod groups;
mod lists;
mod provisions;
mod resources;
mod samples;

pub use delivery_methods::{
    change as change_delivery_method, count as count_delivery_methods, create as create_delivery_method,
    list as delivery_methods, remove as remove_delivery_method,
};
pub use environments::{
    change as change_environment, count as count_environments, create as create_environment, list as environments,
    remove as remove_environment,
};
pub use groups::{
    add_member, change as change_group, count as count_groups, count_members, create as create_group, list as groups,
    list_members, of_user as groups_of_user, remove as remove_group, remove_member,
};
pub use provisions::{
    change as change_provision, count as count_provisions, create as create_provision, list as provisions,
    remove as remove_provision,
};
pub use resources::{
    change as change_resource, count as count_resources, create as create_resource, list as resources,
    remove as remove_resource, suspend as suspend_resource,
};
pub use samples::create_samples;

use deskwarden_domain::list::fold;
use deskwarden_types::{AuditAction, ErrorCode};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::{
    Actor, AuditDraft, Result, StoreError, WriteScope,
    sessions::{Dialect, Sql},
};

/// Filters know no case, so people give no two things of one kind names that differ in case alone. `before`: what the thing
/// was called; such a name it may keep.
fn check_name(scope: &mut WriteScope<'_>, (table, what): (&str, &str), before: Option<&str>, name: &str) -> Result<()> {
    if before.is_some_and(|before| fold(before) == fold(name)) {
        return Ok(());
    }
    let mut sql = Sql::new(Dialect::of(scope.conn), format!("SELECT o.id FROM {table} o WHERE o.tenant_id = "));
    sql.number(scope.tenant.0).push(" AND o.name_folded = ").string(fold(name)).push(" LIMIT 1");
    if sql.numbers(scope.conn)?.is_empty() { Ok(()) } else { Err(name_taken(what)) }
}

fn name_taken(what: &str) -> StoreError {
    let detail = format!("There is another {what} of this name; choose another.");
    StoreError::refused(ErrorCode::NameTaken, detail).with_field("name")
}

/// Two things of one kind can't have one name.
fn taken(what: &'static str) -> impl Fn(DieselError) -> StoreError {
    move |error| match &error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => name_taken(what),
        _ => error.into(),
    }
}

/// What others still name stays.
fn in_use(what: &str, by: &str, instead: &str) -> StoreError {
    StoreError::refused(ErrorCode::InUse, format!("This {what} is still named by {by}. {instead}"))
}

fn audit(scope: &mut WriteScope<'_>, actor: &Actor, action: AuditAction, object: String) {
    scope.audit(AuditDraft { actor: actor.clone(), action, session: None, object: Some(object), reason: None });
}
