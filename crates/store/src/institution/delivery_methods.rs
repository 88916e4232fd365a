//! Delivery methods: how resources reach the user, and under which licence.

use deskwarden_domain::list::fold;
use deskwarden_types::{
    AuditAction, DeliveryMethodId, LicenceKind,
    api::{DeliveryMethod, NewDeliveryMethod},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star};

use super::{audit, check_name, in_use, taken};
use crate::{
    Actor, Result, Scope, StoreError, WriteScope, identity,
    names::word,
    schema::{delivery_methods, provisions, sessions},
};

/// Days that a fixed licence may last without contact.
const MOST_DAYS: u32 = 365;

type Row = (i64, String, i16, i16, i32);

type Columns = (
    delivery_methods::id,
    delivery_methods::name,
    delivery_methods::kind,
    delivery_methods::licence_kind,
    delivery_methods::offline_days,
);

const COLUMNS: Columns = (
    delivery_methods::id,
    delivery_methods::name,
    delivery_methods::kind,
    delivery_methods::licence_kind,
    delivery_methods::offline_days,
);

fn method((id, name, kind, licence, days): Row) -> Result<DeliveryMethod> {
    let name = name.parse().map_err(|_| StoreError::Corrupt(format!("delivery method {id}: name")))?;
    let offline_days = u32::try_from(days).unwrap_or(0);
    let method = NewDeliveryMethod { name, kind: word(kind)?, licence: word(licence)?, offline_days };
    Ok(DeliveryMethod { id: DeliveryMethodId(id), method })
}

/// A page of delivery methods by name: those after `after` (name and id).
pub fn list(scope: &mut Scope<'_>, after: Option<(&str, DeliveryMethodId)>, limit: i64) -> Result<Vec<DeliveryMethod>> {
    let (name, id) = after.map_or(("", 0), |(name, id)| (name, id.0));
    let rows: Vec<Row> = delivery_methods::table
        .filter(delivery_methods::tenant_id.eq(scope.tenant.0))
        .filter(delivery_methods::name.gt(name).or(delivery_methods::name.eq(name).and(delivery_methods::id.gt(id))))
        .order((delivery_methods::name, delivery_methods::id))
        .limit(limit)
        .select(COLUMNS)
        .load(scope.conn)?;
    rows.into_iter().map(method).collect()
}

/// How many delivery methods there are.
pub fn count(scope: &mut Scope<'_>) -> Result<i64> {
    let all = delivery_methods::table.filter(delivery_methods::tenant_id.eq(scope.tenant.0));
    Ok(all.select(count_star()).first(scope.conn)?)
}

fn find(scope: &mut Scope<'_>, id: DeliveryMethodId) -> Result<DeliveryMethod> {
    let row: Option<Row> = delivery_methods::table
        .filter(delivery_methods::tenant_id.eq(scope.tenant.0))
        .filter(delivery_methods::id.eq(id.0))
        .select(COLUMNS)
        .first(scope.conn)
        .optional()?;
    method(row.ok_or_else(|| StoreError::not_found("delivery method"))?)
}

/// The days that are kept: a floating licence has none (003).
fn days(new: &NewDeliveryMethod) -> Result<i32> {
    match new.licence {
        LicenceKind::Floating => Ok(0),
        LicenceKind::Fixed if (1..=MOST_DAYS).contains(&new.offline_days) => {
            Ok(i32::try_from(new.offline_days).unwrap_or(1))
        }
        LicenceKind::Fixed => {
            let detail = format!("A fixed licence lasts for 1 to {MOST_DAYS} days without contact.");
            Err(StoreError::bad_field("offline_days", detail))
        }
    }
}

/// Makes a delivery method.
pub fn create(scope: &mut WriteScope<'_>, actor: &Actor, new: &NewDeliveryMethod) -> Result<DeliveryMethod> {
    let (name, days) = (new.name.as_str(), days(new)?);
    check_name(scope, ("delivery_methods", "delivery method"), None, name)?;
    diesel::insert_into(delivery_methods::table)
        .values((
            delivery_methods::tenant_id.eq(scope.tenant.0),
            delivery_methods::name.eq(name),
            delivery_methods::name_folded.eq(fold(name)),
            delivery_methods::kind.eq(new.kind.code()),
            delivery_methods::licence_kind.eq(new.licence.code()),
            delivery_methods::offline_days.eq(days),
        ))
        .execute(scope.conn)
        .map_err(taken("delivery method"))?;
    let id = DeliveryMethodId(scope.conn.last_id()?);
    audit(scope, actor, AuditAction::DeliveryMethodChanged, format!("made {id} {name:?} ({})", new.kind));
    find(scope, id)
}

/// Changes all of a delivery method but its kind.
pub fn change(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    id: DeliveryMethodId,
    new: &NewDeliveryMethod,
) -> Result<DeliveryMethod> {
    let before = find(scope, id)?;
    if before.method.kind != new.kind {
        return Err(StoreError::bad_field("kind", "The kind stays as it was made. Make another one instead."));
    }
    let (name, days) = (new.name.as_str(), days(new)?);
    check_name(scope, ("delivery_methods", "delivery method"), Some(before.method.name.as_str()), name)?;
    let row = delivery_methods::table
        .filter(delivery_methods::tenant_id.eq(scope.tenant.0))
        .filter(delivery_methods::id.eq(id.0));
    diesel::update(row)
        .set((
            delivery_methods::name.eq(name),
            delivery_methods::name_folded.eq(fold(name)),
            delivery_methods::licence_kind.eq(new.licence.code()),
            delivery_methods::offline_days.eq(days),
        ))
        .execute(scope.conn)
        .map_err(taken("delivery method"))?;
    identity::names_changed(scope)?;
    audit(scope, actor, AuditAction::DeliveryMethodChanged, format!("changed {id} {name:?}"));
    find(scope, id)
}

/// Removes a delivery method that nothing names.
pub fn remove(scope: &mut WriteScope<'_>, actor: &Actor, id: DeliveryMethodId) -> Result<()> {
    let before = find(scope, id)?;
    let tenant = scope.tenant.0;
    let named: i64 = provisions::table
        .filter(provisions::tenant_id.eq(tenant))
        .filter(provisions::delivery_method_id.eq(id.0))
        .select(count_star())
        .first(scope.conn)?;
    if named > 0 {
        return Err(in_use("delivery method", "a provision", "Change the provision first."));
    }
    let used: Option<i64> = sessions::table
        .filter(sessions::tenant_id.eq(tenant))
        .filter(sessions::delivery_method_id.eq(id.0))
        .select(sessions::id)
        .first(scope.conn)
        .optional()?;
    if used.is_some() {
        return Err(in_use("delivery method", "sessions in the history", "It can stay: nothing uses it any more."));
    }
    let row = delivery_methods::table.filter(delivery_methods::tenant_id.eq(tenant));
    diesel::delete(row.filter(delivery_methods::id.eq(id.0))).execute(scope.conn)?;
    identity::names_changed(scope)?;
    let name = before.method.name;
    audit(scope, actor, AuditAction::DeliveryMethodChanged, format!("removed {id} {:?}", name.as_str()));
    Ok(())
}
