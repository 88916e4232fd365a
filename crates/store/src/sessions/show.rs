//! One session, or some by id.

use std::collections::HashMap;

use deskwarden_types::{
    SessionId,
    api::{ActionDetail, SessionDetail},
};

use super::{
    Loaded, Viewer, explain,
    ground::{Ground, ground},
    joined,
    names::called,
    row::{BESIDE, COLUMNS, SessionRow, Types},
    sql::{Dialect, Sql},
};
use crate::{Result, Scope, StoreError, commands, launches, tenants};

/// Sessions by id, as the viewer may see them, in any order; those of others are left out.
pub fn load(scope: &mut Scope<'_>, viewer: &Viewer, ids: &[SessionId]) -> Result<Vec<Loaded>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ground = ground(scope)?;
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let mut found = rows(scope, &ids)?;
    if let Some(user) = viewer.only() {
        found.retain(|row| row.user() == user);
    }
    finish(scope, viewer, &ground, found)
}

/// The rows of these sessions, in any order: one statement for whatever list.
pub(super) fn rows(scope: &mut Scope<'_>, ids: &[i64]) -> Result<Vec<SessionRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = |scope: &mut Scope<'_>| {
        let mut sql = from_ids(Dialect::of(scope.conn), &COLUMNS, ids);
        sql.push(BESIDE).push(" WHERE s.tenant_id = ").number(scope.tenant.0);
        sql.load::<Types, SessionRow>(scope.conn)
    };
    explain::instead(scope, |scope| joined::read(scope, ids), rows)
}

/// `SELECT` these columns of these sessions, so that joins and ` WHERE …` can follow.
pub(crate) fn from_ids(dialect: Dialect, columns: &str, ids: &[i64]) -> Sql {
    let mut sql = Sql::new(dialect, format!("SELECT {columns} FROM "));
    sql.id_table(ids).push(" v");
    // no tenant: a part of a statement; whoever puts it together names the tenant.
    sql.push(if dialect == Dialect::Sqlite {
        " CROSS JOIN sessions s ON s.id = v.id"
    } else {
        " JOIN sessions s ON s.id = v.id"
    });
    sql
}

/// Gives rows their names and commands and makes them the wire's. One whose user went in the meantime is left out.
pub(super) fn finish(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    ground: &Ground,
    rows: Vec<SessionRow>,
) -> Result<Vec<Loaded>> {
    let ids: Vec<_> = rows.iter().filter_map(SessionRow::command).collect();
    let mut commands: HashMap<_, _> =
        commands::load(scope, &ids)?.into_iter().map(|command| (command.id, command)).collect();
    let now = scope.now;
    let names = explain::instead(
        scope,
        |_| Ok(()),
        |scope| called(scope, ground.names_revision, rows.iter().map(SessionRow::pointers)),
    )?;
    // Rows are large: room for all of them at once, so that none is moved.
    let mut loaded = Vec::with_capacity(rows.len());
    for (row, called) in rows.into_iter().zip(names) {
        let command = row.command().and_then(|id| commands.remove(&id));
        loaded.extend(row.load(called, viewer, &ground.rules, command, now)?);
    }
    Ok(loaded)
}

/// One session; `not_found` for another tenant's, and for a member another user's.
pub fn find(scope: &mut Scope<'_>, viewer: &Viewer, id: SessionId) -> Result<Loaded> {
    load(scope, viewer, &[id])?.pop().ok_or_else(|| StoreError::not_found("session"))
}

/// One session with its verbs explained, its commands and what still lets its user launch again.
pub fn show(scope: &mut Scope<'_>, viewer: &Viewer, id: SessionId) -> Result<SessionDetail> {
    let loaded = find(scope, viewer, id)?;
    let rules = tenants::rules(scope)?;
    let (facts, now) = (&loaded.facts, scope.now);
    let actions = loaded
        .session
        .actions
        .iter()
        .map(|action| ActionDetail {
            verb: action.verb,
            why_not: action.why_not,
            explanation: action.why_not.map(|why| deskwarden_domain::explain(facts, action.verb, why)),
            effective_by: action
                .why_not
                .is_none()
                .then(|| deskwarden_domain::effective_by(facts, action.verb, &rules.timing, now)),
        })
        .collect();
    let commands = commands::of_session(scope, id)?;
    let (user, resource) = (loaded.session.user.id, loaded.session.resource.id);
    let held_until = launches::held_until(scope, user, resource)?;
    let ways_still_open = if held_until.is_some() { Vec::new() } else { launches::ways_open(scope, user, resource)? };
    Ok(SessionDetail { session: loaded.session, actions, commands, ways_still_open, held_until })
}
