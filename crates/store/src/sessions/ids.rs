//! The ids of what matches, newest first: for plans and exports.

use deskwarden_domain::list::{Selection, Sort};
use deskwarden_types::SessionId;

use super::{
    Viewer,
    gather::{Among, reached, select},
    ground::ground,
    order::order,
    plan::{FEW, Wanted, best, page},
    question::question,
    sql::{Dialect, Sql},
};
use crate::{Result, Scope};

/// The newest sessions that match, at most so many.
pub fn matching_ids(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    selection: &Selection,
    most: u32,
) -> Result<Vec<SessionId>> {
    matching_ids_below(scope, viewer, selection, None, most)
}

/// The newest sessions that match with an id below this one, at most so many: a long list, portion by portion.
pub fn matching_ids_below(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    selection: &Selection,
    below: Option<SessionId>,
    most: u32,
) -> Result<Vec<SessionId>> {
    let ground = ground(scope)?;
    let question = question(scope, &ground, viewer, selection)?;
    let order = order(Dialect::of(scope.conn), &Sort::default(), false, scope.now.millis());
    let after = below.map(|id| (&[] as &[_], id.0));
    let wanted = Wanted { question: &question, order: &order, after, limit: most as usize };
    Ok(page(scope.conn, wanted, true)?.into_iter().map(|place| SessionId(place.id)).collect())
}

/// What a reader of a long list asks of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portion<'a> {
    /// The columns, over the session `s` and what is joined.
    pub(crate) select: &'a str,
    /// Joins, each to at most one row of each session, with a space in front.
    pub(crate) joins: &'a str,
    /// Only sessions with an id below this one.
    pub(crate) below: i64,
    /// At most so many.
    pub(crate) limit: usize,
}

/// The statement that reads a portion of what matches, newest first; none where nothing can match.
pub(crate) fn newest_first(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    selection: &Selection,
    portion: &Portion<'_>,
) -> Result<Option<Sql>> {
    let ground = ground(scope)?;
    let question = question(scope, &ground, viewer, selection)?;
    if question.nothing {
        return Ok(None);
    }
    let few = match best(&question) {
        Some(lead) if reached(scope.conn, &question, lead, false, FEW + 1)? <= FEW => Some(lead),
        _ => None,
    };
    let among = few.map_or(Among::All, |lead| Among::Arms(lead));
    let mut sql = select(&question, &among, &Sql::new(question.dialect, portion.select), portion.joins);
    sql.push(" AND s.id < ").number(portion.below);
    sql.push(&format!(" ORDER BY s.id DESC LIMIT {}", portion.limit));
    Ok(Some(sql))
}
