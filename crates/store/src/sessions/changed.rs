//! What the live feed tells: sessions changed after a revision.

use std::collections::HashSet;

use deskwarden_types::{SessionId, api::Session};

use super::{Filter, Viewer, list::revision, query::Query, row::NARROW, show::matching};
use crate::{Result, Scope};

/// What has changed since a revision.
#[derive(Debug)]
pub struct Changed {
    /// The tenant's revision now.
    pub revision: i64,
    /// Sessions that match, as they are now.
    pub matching: Vec<Session>,
    /// Sessions that changed and do not match (any more).
    pub gone: Vec<SessionId>,
    /// More changed than was asked for; nothing is listed.
    pub too_many: bool,
}

/// Sessions changed after `since`, at most `limit`.
pub fn changed_since(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    filter: &Filter,
    since: i64,
    limit: usize,
) -> Result<Changed> {
    let revision = revision(scope.conn, scope.tenant)?;
    let all = Filter { after_revision: Some(since), user: viewer.only(), ..Filter::default() };
    let mut query = Query::new(scope.conn, format!("SELECT s.id AS n{NARROW}"));
    all.add_to(scope, &mut query);
    query.push(&format!(" LIMIT {}", limit + 1));
    let ids = query.ids(scope.conn)?;
    if ids.len() > limit {
        return Ok(Changed { revision, matching: Vec::new(), gone: Vec::new(), too_many: true });
    }
    let filter = Filter {
        ids: Some(ids.iter().copied().map(SessionId).collect()),
        user: viewer.only().or(filter.user),
        ..filter.clone()
    };
    let matching: Vec<Session> = matching(scope, viewer, &filter)?.into_iter().map(|loaded| loaded.session).collect();
    let kept: HashSet<_> = matching.iter().map(|session| session.id).collect();
    let gone = ids.into_iter().map(SessionId).filter(|id| !kept.contains(id)).collect();
    Ok(Changed { revision, matching, gone, too_many: false })
}
