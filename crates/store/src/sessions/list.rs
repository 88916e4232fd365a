//! One page of sessions, by keyset.

use std::collections::HashMap;

use deskwarden_domain::list::{Selection, Sort};
use deskwarden_types::{
    ErrorCode, SessionField,
    api::{RefreshState, Session},
};

use super::{
    Cursor, Viewer,
    ground::{Ground, ground},
    order::order,
    place::Place,
    plan::{Wanted, page},
    question::question,
    row::SessionRow,
    show::{finish, rows},
    sql::Dialect,
};
use crate::{Result, Scope, StoreError};

/// A page, with cursors that the server signs.
#[derive(Debug)]
pub struct SessionPage {
    /// The rows, in the order asked for.
    pub items: Vec<Session>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// Where the page before ends.
    pub prev: Option<Cursor>,
    /// The tenant's revision, read before the rows: a change after it is in the feed that goes on from here, at worst
    /// twice.
    pub revision: i64,
    /// When the agents were last asked to report, as it was before the rows were read.
    pub refresh: RefreshState,
}

/// Rows that a statement is told to give: few numbers, so that there are few statements.
const STEPS: [u32; 5] = [51, 101, 201, 501, 1_001];

/// What a page is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Which sessions.
    pub selection: &'a Selection,
    /// In which order.
    pub sort: &'a Sort,
    /// From where on; it belongs to this order and selection.
    pub cursor: Option<&'a Cursor>,
    /// At most so many, 1 to 1,000.
    pub limit: u32,
}

/// Which sessions are on a page.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) ground: Ground,
    /// In the order asked for.
    pub(crate) ids: Vec<i64>,
    pub(crate) next: Option<Cursor>,
    pub(crate) prev: Option<Cursor>,
}

/// Lists at most `limit` sessions (1 to 1,000) from the cursor on. The cursor belongs to this order and selection.
/// Refused with `sort_too_wide` where more than 100,000 match and the order has no index.
pub fn list(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    selection: &Selection,
    sort: &Sort,
    cursor: Option<&Cursor>,
    limit: u32,
) -> Result<SessionPage> {
    let Placed { ground, ids, next, prev } = placed(scope, viewer, Asked { selection, sort, cursor, limit })?;
    let items = in_order(scope, viewer, &ground, &ids)?;
    Ok(SessionPage { items, next, prev, revision: ground.revision, refresh: ground.refresh })
}

/// Finds out which sessions are on a page, and where the next and the one before begin.
pub(crate) fn placed(scope: &mut Scope<'_>, viewer: &Viewer, asked: Asked<'_>) -> Result<Placed> {
    let Asked { selection, sort, cursor, limit } = asked;
    let by_ad = sort.keys().iter().any(|key| key.field == SessionField::AdUsername);
    // The statement, its places and the cursor know the same keys.
    let sort = &sort.up_to_id();
    if cursor.is_some_and(|cursor| !cursor.fits(sort)) {
        let detail = "The cursor belongs to a list with another order; start again without it.";
        return Err(StoreError::refused(ErrorCode::InvalidCursor, detail));
    }
    let ground = ground(scope)?;
    if by_ad && !ground.rules.show_ad_username {
        let detail = "This institution does not show AD usernames, so no list is sorted by them.";
        return Err(StoreError::bad_parameter("sort", detail));
    }
    let question = question(scope, &ground, viewer, selection)?;
    let backwards = cursor.is_some_and(|cursor| cursor.backwards);
    let at = cursor.map_or(scope.now.millis(), |cursor| cursor.at);
    let order = order(Dialect::of(scope.conn), sort, backwards, at, question.kind());
    let after = cursor.map(|cursor| (cursor.keys.as_slice(), cursor.id));
    let limit = limit.clamp(1, 1_000);
    let step = STEPS.iter().copied().find(|step| *step > limit).unwrap_or(limit + 1) as usize;
    let wanted = Wanted { question: &question, order: &order, after, limit: step };
    let mut places = page(scope.conn, wanted, sort.is_indexed())?;
    let more = places.len() > limit as usize;
    places.truncate(limit as usize);
    if backwards {
        places.reverse();
    }
    let mark = |place: Option<&Place>, backwards| {
        place.map(|place| Cursor { sort: sort.to_string(), keys: place.keys.clone(), id: place.id, backwards, at })
    };
    let (has_next, has_prev) = if backwards { (true, more) } else { (more, cursor.is_some()) };
    let mut next = if has_next { mark(places.last(), false) } else { None };
    let mut prev = if has_prev { mark(places.first(), true) } else { None };
    if let Some(cursor) = cursor.filter(|_| places.is_empty()) {
        // All that was here has gone meanwhile: the way leads back to where the cursor came from.
        let back = Some(cursor.turned(sort));
        if backwards { next = back } else { prev = back }
    }
    let ids = places.iter().map(|place| place.id).collect();
    Ok(Placed { ground, ids, next, prev })
}

/// The rows of these sessions. One that went in the meantime is left out.
fn in_order(scope: &mut Scope<'_>, viewer: &Viewer, ground: &Ground, ids: &[i64]) -> Result<Vec<Session>> {
    let mut rows: Vec<SessionRow> = rows(scope, ids)?;
    let order: HashMap<i64, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    rows.sort_by_key(|row| order.get(&row.id()).copied());
    Ok(finish(scope, viewer, ground, rows)?.into_iter().map(|loaded| loaded.session).collect())
}
