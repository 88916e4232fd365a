//! A session's timeline.

use actix_web::web;
use deskwarden_store::{events, identity, sessions};
use deskwarden_types::api::{Event, ListEvents, Page};

use super::page::Asked;
use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Lists a session's events, newest first.
pub async fn list(call: Call<ListEvents>, state: web::Data<State>) -> Result<Page<Event>, ApiError> {
    let asked = Asked::<i64>::read(&state, "events", &call.query)?;
    let (viewer, id) = (call.user()?.viewer(), call.path.id);
    let (before, rows) = (asked.after, asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        // Whoever may not see the session may not see what happened to it.
        sessions::find(scope, &viewer, id)?;
        let revision = identity::revision(scope)?;
        Ok((events::list(scope, id, before, rows)?, revision))
    };
    let (items, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |event| event.id.0, None, revision)
}
