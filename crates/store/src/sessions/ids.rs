//! The ids of what matches, newest first: for plans.

use deskwarden_domain::list::{Selection, Sort};
use deskwarden_types::SessionId;

use super::{
    Viewer,
    ground::ground,
    order::order,
    plan::{Wanted, page},
    question::question,
    sql::Dialect,
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
    let order = order(Dialect::of(scope.conn), &Sort::default(), false, scope.now.millis(), None);
    let after = below.map(|id| (&[] as &[_], id.0));
    let wanted = Wanted { question: &question, order: &order, after, limit: most as usize };
    Ok(page(scope.conn, wanted, true)?.into_iter().map(|place| SessionId(place.id)).collect())
}
