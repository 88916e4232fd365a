//! Bulk actions.

use actix_web::web;
use deskwarden_store::{bulk, identity};
use deskwarden_types::{
    BulkActionId, BulkResults, BulkState, Endpoint, ErrorCode,
    api::{BulkAction, ListBulkActions, ListedBulkAction, Page, PageQuery, ShowBulkAction, StartBulkAction},
};

use super::page::Asked;
use crate::{
    http::{ApiError, Call, Reply},
    jobs,
    state::State,
};

/// The work goes on after the answer.
const ACCEPTED: u16 = 202;

/// Says that a repeated request is the same.
const KEY: &str = "Idempotency-Key";

/// The longest idempotency key, in characters.
const LONGEST_KEY: usize = 200;

/// The most rows of a page.
const MOST: u32 = 100;

/// Lists the caller's bulk actions, newest first.
pub async fn list(call: Call<ListBulkActions>, state: web::Data<State>) -> Result<Page<ListedBulkAction>, ApiError> {
    if call.query.limit.is_some_and(|limit| limit > MOST) {
        return Err(ApiError::new(ErrorCode::InvalidQuery, "A page has 1 to 100 rows.").with_field("limit"));
    }
    let (viewer, only) = (call.user()?.viewer(), call.query.state);
    let query = PageQuery { limit: call.query.limit, cursor: call.query.cursor.clone() };
    let asked = Asked::<BulkActionId>::read(&state, "bulk-actions", &query)?;
    let (before, rows) = (asked.after, asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let items = bulk::list(scope, &viewer, only, before, rows)?;
        Ok((items, bulk::count(scope, &viewer, only)?, identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |action| action.id, Some(count), revision)
}

/// Carries a plan out, or acts without one; with the same key only once. What takes long goes on after the answer.
pub async fn start(call: Call<StartBulkAction>, state: web::Data<State>) -> Result<Reply<StartBulkAction>, ApiError> {
    let key = idempotency_key(&call)?;
    let (actor, viewer, tenant) = (call.actor()?, call.user()?.viewer(), call.tenant()?);
    let asked = call.body;
    let start =
        move |scope: &mut deskwarden_store::WriteScope<'_>| bulk::start(scope, &actor, &viewer, &asked, key.as_deref());
    let action = state.store.write(tenant, call.now, start).await?;
    if action.state == BulkState::Finished {
        return Ok(Reply::new(action));
    }
    let (runtime, id) = (state.runtime.clone(), action.id);
    runtime.spawn(jobs::work_off(state.into_inner(), tenant, id));
    Ok(Reply::new(action).with_status(ACCEPTED))
}

/// The key under which the request is to act once, if it has one.
pub fn idempotency_key<E: Endpoint>(call: &Call<E>) -> Result<Option<String>, ApiError> {
    let key = call.exact_header(KEY)?;
    if key.is_some_and(|key| key.is_empty() || key.chars().count() > LONGEST_KEY) {
        let detail = "An Idempotency-Key has 1 to 200 characters.";
        return Err(ApiError::new(ErrorCode::InvalidField, detail).with_field(KEY));
    }
    Ok(key.map(str::to_owned))
}

/// Shows a bulk action of the caller's.
pub async fn show(call: Call<ShowBulkAction>, state: web::Data<State>) -> Result<BulkAction, ApiError> {
    let (viewer, id, which) = (call.user()?.viewer(), call.path.id, call.query.results.unwrap_or(BulkResults::All));
    Ok(state.store.read(call.tenant()?, call.now, move |scope| bulk::find(scope, &viewer, id, which)).await?)
}
