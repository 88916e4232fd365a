//! Sessions: the list, one of them, and a verb on it.

use actix_web::web;
use deskwarden_store::{
    actions,
    sessions::{self, Cursor, Filter, Sort, SortKey},
};
use deskwarden_types::{
    ErrorCode,
    api::{ActOnSession, Command, ListSessions, Page, Session, SessionDetail, SessionQuery, ShowSession},
};

use crate::{
    http::{ApiError, Call, page_limit},
    state::State,
};

/// The name that the list's cursors carry.
const LIST: &str = "sessions";

/// The longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 200;

/// The filter of a query, with what the store does not check.
pub fn filter(query: &SessionQuery) -> Result<Filter, ApiError> {
    let wrong = |detail| Err(ApiError::new(ErrorCode::InvalidQuery, detail).with_field("contains"));
    let text = query.contains.as_deref().unwrap_or_default();
    if text.chars().count() > LONGEST_SEARCH {
        return wrong("A search has at most 200 characters.");
    }
    if text.contains('\0') {
        return wrong("A search has no zero bytes.");
    }
    Ok(Filter::from_query(query))
}

fn sort(query: &SessionQuery) -> Result<Sort, ApiError> {
    let Some(text) = query.sort.as_deref() else {
        return Ok(Sort::default());
    };
    text.parse().map_err(|()| {
        let keys: Vec<&str> = SortKey::ALL.iter().map(|key| key.as_str()).collect();
        let detail = format!("Sort by one of {}, with - in front for descending.", keys.join(", "));
        ApiError::new(ErrorCode::InvalidQuery, detail).with_field("sort")
    })
}

/// Lists sessions. Members see their own.
pub async fn list(call: Call<ListSessions>, state: web::Data<State>) -> Result<Page<Session>, ApiError> {
    let viewer = call.user()?.viewer();
    let (filter, sort, limit) = (filter(&call.query)?, sort(&call.query)?, page_limit(call.query.limit)?);
    let cursor = call.query.cursor.as_deref();
    let cursor: Option<Cursor> = cursor.map(|text| state.cursors.read(LIST, text)).transpose()?;
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        sessions::list(scope, &viewer, &filter, sort, cursor.as_ref(), limit)
    };
    let page = state.store.read(call.tenant()?, call.now, read).await?;
    let write = |place: Option<Cursor>| place.map(|place| state.cursors.write(LIST, &place)).transpose();
    Ok(Page {
        items: page.items,
        next: write(page.next)?,
        prev: write(page.prev)?,
        total: page.total,
        revision: page.revision,
    })
}

/// Shows a session.
pub async fn show(call: Call<ShowSession>, state: web::Data<State>) -> Result<SessionDetail, ApiError> {
    let (viewer, id) = (call.user()?.viewer(), call.path.id);
    Ok(state.store.read(call.tenant()?, call.now, move |scope| sessions::show(scope, &viewer, id)).await?)
}

/// Uses a verb on a session.
pub async fn act(call: Call<ActOnSession>, state: web::Data<State>) -> Result<Command, ApiError> {
    let (actor, viewer, tenant) = (call.actor()?, call.user()?.viewer(), call.tenant()?);
    let (id, asked) = (call.path.id, call.body);
    let act = move |scope: &mut deskwarden_store::WriteScope<'_>| actions::act(scope, &actor, &viewer, id, &asked);
    Ok(state.store.write(tenant, call.now, act).await?)
}
