//! What the live feed tells: sessions changed after a revision.

use std::collections::HashMap;

use deskwarden_types::{Role, SessionId, UserId};
use diesel::sql_types::{BigInt, Text};

use super::{
    Loaded, SYSTEM, Viewer,
    ground::{Ground, ground},
    show::{finish, rows},
    sql::{Dialect, Sql},
    zone::TenantZone,
};
use crate::{Result, Scope};

/// A changed session as it is now, with what a filter needs beside it.
#[derive(Debug, Clone)]
pub struct ChangedRow {
    /// The session, as the server itself sees it; [`super::for_viewer`] makes it somebody's.
    pub loaded: Loaded,
    /// The names of the groups of its user.
    pub groups: Vec<String>,
}

/// What has changed since a revision.
#[derive(Debug)]
pub struct Changes {
    /// The tenant's revision, read before the rows.
    pub revision: i64,
    /// The revision at which history was last deleted: what has gone with it is no row any more.
    pub deleted: i64,
    /// The number of the tenant's newest audit entry: whatever takes somebody's access away makes one.
    pub audited: i64,
    /// The sessions, by id.
    pub rows: Vec<ChangedRow>,
    /// More changed than was asked for; nothing is listed.
    pub too_many: bool,
    /// Where the tenant's days begin.
    pub zone: TenantZone,
}

/// Sessions changed after `since`, of all users, at most `limit`.
pub fn changes(scope: &mut Scope<'_>, since: i64, limit: usize) -> Result<Changes> {
    let ground = ground(scope)?;
    let mut sql = Sql::new(Dialect::of(scope.conn), "SELECT s.id FROM sessions s WHERE s.tenant_id = ");
    sql.number(scope.tenant.0).push(" AND s.revision > ").number(since).push(&format!(" LIMIT {}", limit + 1));
    let ids = sql.numbers(scope.conn)?;
    let (too_many, Ground { revision, deleted_revision: deleted, audited, zone, .. }) = (ids.len() > limit, ground);
    let rows = if too_many { Vec::new() } else { made(scope, &ground, &ids)? };
    Ok(Changes { revision, deleted, audited, rows, too_many, zone })
}

/// The number of the tenant's newest audit entry.
pub fn audited(scope: &mut Scope<'_>) -> Result<i64> {
    Ok(ground(scope)?.audited)
}

/// These sessions, of all users, by id; those that are not there are left out.
pub fn changed_rows(scope: &mut Scope<'_>, ids: &[SessionId]) -> Result<Vec<ChangedRow>> {
    let ground = ground(scope)?;
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    made(scope, &ground, &ids)
}

fn made(scope: &mut Scope<'_>, ground: &Ground, ids: &[i64]) -> Result<Vec<ChangedRow>> {
    let found = rows(scope, ids)?;
    let loaded = finish(scope, &SYSTEM, ground, found)?;
    let users: Vec<UserId> = loaded.iter().map(|loaded| loaded.session.user.id).collect();
    let groups = groups(scope, &users)?;
    let mut rows: Vec<ChangedRow> = loaded
        .into_iter()
        .map(|loaded| {
            let groups = groups.get(&loaded.session.user.id).cloned().unwrap_or_default();
            ChangedRow { loaded, groups }
        })
        .collect();
    rows.sort_by_key(|row| row.loaded.session.id);
    Ok(rows)
}

/// The names of the groups of users.
fn groups(scope: &mut Scope<'_>, users: &[UserId]) -> Result<HashMap<UserId, Vec<String>>> {
    let mut ids: Vec<i64> = users.iter().map(|user| user.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut groups: HashMap<UserId, Vec<String>> = HashMap::new();
    if ids.is_empty() {
        return Ok(groups);
    }
    let mut sql = Sql::new(Dialect::of(scope.conn), "SELECT m.user_id, g.name FROM ");
    // no tenant: by the ids of users and groups that are the tenant's.
    sql.id_table(&ids).push(" v JOIN group_members m ON m.user_id = v.id JOIN groups g ON g.id = m.group_id");
    sql.push(" WHERE g.tenant_id = ").number(scope.tenant.0);
    for (user, name) in sql.load::<(BigInt, Text), (i64, String)>(scope.conn)? {
        groups.entry(UserId(user)).or_default().push(name);
    }
    Ok(groups)
}

/// A session as a viewer may see it; none where it is not for him.
pub fn for_viewer(loaded: &Loaded, viewer: &Viewer) -> Option<deskwarden_types::api::Session> {
    let own = loaded.session.user.id == viewer.user;
    if viewer.role == Role::Member && !own {
        return None;
    }
    let facts = deskwarden_domain::Facts { own, ..loaded.facts.clone() };
    let mut session = loaded.session.clone();
    session.actions = deskwarden_domain::actions(&facts, viewer.role);
    Some(session)
}
