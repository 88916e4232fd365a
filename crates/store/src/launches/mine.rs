//! What a user may launch.

use std::collections::{BTreeSet, HashMap};

use deskwarden_domain::labels::{NO_MACHINE, not_from_a_browser};
use deskwarden_types::{
    Ability, DeliveryKind, ResourceId, SessionId, UserId,
    api::{MyResource, MyResources},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{
    entitlement::{self, Provision},
    hold::held_until,
    machines::{Machine, machines},
};
use crate::{
    Result, Scope,
    names::word,
    parts,
    schema::{resources, sessions},
};

/// All that provisions name for the user and that is not suspended, by name.
pub fn mine(scope: &mut Scope<'_>, user: UserId) -> Result<MyResources> {
    let mut by_resource: HashMap<i64, Vec<Provision>> = HashMap::new();
    for provision in entitlement::provisions(scope, user, None, None)? {
        let usable = provision.facts.user_allowed && !provision.facts.resource_suspended;
        if let Some(resource) = provision.resource.filter(|_| usable) {
            by_resource.entry(resource).or_default().push(provision);
        }
    }
    let ids: BTreeSet<i64> = by_resource.keys().copied().collect();
    let rows: Vec<(i64, String, i16)> = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::id.eq_any(ids))
        .order((resources::name_folded, resources::id))
        .select((resources::id, resources::name, resources::kind))
        .load(scope.conn)?;
    let open = open_sessions(scope, user)?;
    let (screens, gates) = (machines(scope, Ability::Screens)?, machines(scope, Ability::Gate)?);
    let mut items = Vec::with_capacity(rows.len());
    for (id, name, kind) in rows {
        let kind: DeliveryKind = word(kind)?;
        let machines = if kind == DeliveryKind::RemoteAccess { &gates } else { &screens };
        let provisions = by_resource.remove(&id).unwrap_or_default();
        let held = held_until(scope, user, ResourceId(id))?;
        let why_not = match (held, not_from_a_browser(kind)) {
            (Some(until), _) => Some(format!("Launching this is held until {until}.")),
            (None, Some(why)) => Some(why.to_owned()),
            (None, None) if !is_anywhere(machines, &provisions) => Some(NO_MACHINE.to_owned()),
            (None, None) => None,
        };
        let sessions = open.get(&id).cloned().unwrap_or_default();
        items.push(MyResource { id: ResourceId(id), name, kind, sessions, why_not });
    }
    Ok(MyResources { items })
}

fn is_anywhere(machines: &[Machine], provisions: &[Provision]) -> bool {
    provisions.iter().any(|provision| machines.iter().any(|machine| machine.fits(provision)))
}

/// The user's sessions that are not over, by resource, the newest first.
fn open_sessions(scope: &mut Scope<'_>, user: UserId) -> Result<HashMap<i64, Vec<SessionId>>> {
    let rows: Vec<(i64, i64)> = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::user_id.eq(user.0))
        .filter(parts::is_open())
        .order(sessions::id.desc())
        .select((sessions::resource_id, sessions::id))
        .load(scope.conn)?;
    let mut open: HashMap<i64, Vec<SessionId>> = HashMap::new();
    for (resource, id) in rows {
        open.entry(resource).or_default().push(SessionId(id));
    }
    Ok(open)
}
