//! One session, or some by id.

use std::collections::HashMap;

use deskwarden_types::{
    SessionId,
    api::{ActionDetail, SessionDetail},
};

use super::{
    Filter, Loaded, Viewer,
    query::Query,
    row::{COLUMNS, NARROW, SessionRow, WIDE},
};
use crate::{Result, Scope, StoreError, commands, launches, tenants};

/// Sessions by id, as the viewer may see them, in any order; those of others are left out.
pub fn load(scope: &mut Scope<'_>, viewer: &Viewer, ids: &[SessionId]) -> Result<Vec<Loaded>> {
    let filter = Filter { ids: Some(ids.to_vec()), user: viewer.only(), ..Filter::default() };
    matching(scope, viewer, &filter)
}

/// Every session that matches.
pub(super) fn matching(scope: &mut Scope<'_>, viewer: &Viewer, filter: &Filter) -> Result<Vec<Loaded>> {
    let head =
        format!("SELECT {COLUMNS}, CAST(NULL AS BIGINT) AS sort_number, CAST(NULL AS TEXT) AS sort_text{NARROW}{WIDE}");
    let mut query = Query::new(scope.conn, head);
    filter.add_to(scope, &mut query);
    let rows = query.rows(scope.conn)?;
    finish(scope, viewer, rows)
}

/// Gives rows their commands and makes them the wire's.
pub(super) fn finish(scope: &mut Scope<'_>, viewer: &Viewer, rows: Vec<SessionRow>) -> Result<Vec<Loaded>> {
    let rules = tenants::rules(scope)?;
    let ids: Vec<_> = rows.iter().filter_map(SessionRow::command).collect();
    let mut commands: HashMap<_, _> =
        commands::load(scope, &ids)?.into_iter().map(|command| (command.id, command)).collect();
    let now = scope.now;
    rows.into_iter()
        .map(|row| {
            let command = row.command().and_then(|id| commands.remove(&id));
            row.load(viewer, &rules, command, now)
        })
        .collect()
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
    let ways_still_open = launches::ways_open(scope, loaded.session.user.id, loaded.session.resource.id)?;
    Ok(SessionDetail { session: loaded.session, actions, commands, ways_still_open })
}
