//! Seats, people's devices, and passwords for native viewers.

use actix_web::web;
use deskwarden_store::{Scope, WriteScope, identity, seats};
use deskwarden_types::{
    UserId,
    api::{
        ActivePerson, ChangeSeats, ListActivePeople, MakeViewerPassword, MySeats, Page, SeatCount, Seats, ShowMySeats,
        ShowSeats, ViewerPassword,
    },
};

use super::page::Asked;
use crate::{
    auth::viewer_password,
    http::{ApiError, Call},
    state::State,
};

/// Shows who has a seat, and who was refused.
pub async fn show(call: Call<ShowSeats>, state: web::Data<State>) -> Result<Seats, ApiError> {
    Ok(state.store.read(call.tenant()?, call.now, seats::show).await?)
}

/// Changes how many there are.
pub async fn change(call: Call<ChangeSeats>, state: web::Data<State>) -> Result<SeatCount, ApiError> {
    let (actor, tenant, new) = (call.actor()?, call.tenant()?, call.body);
    let change = move |scope: &mut WriteScope<'_>| seats::change(scope, &actor, &new);
    Ok(state.store.write(tenant, call.now, change).await?)
}

/// Shows how many are in use, and the caller's own.
pub async fn mine(call: Call<ShowMySeats>, state: web::Data<State>) -> Result<MySeats, ApiError> {
    let user = call.user()?.id;
    Ok(state.store.read(call.tenant()?, call.now, move |scope| seats::mine(scope, user)).await?)
}

/// Makes a password for one connection.
pub async fn password(call: Call<MakeViewerPassword>, state: web::Data<State>) -> Result<ViewerPassword, ApiError> {
    let (user, id, password) = (call.user()?.id, call.body.resource_id, viewer_password()?);
    let make = move |scope: &mut WriteScope<'_>| seats::make_password(scope, user, id, &password);
    Ok(state.store.write(call.tenant()?, call.now, make).await?)
}

/// Lists people with sessions, by username.
pub async fn people(call: Call<ListActivePeople>, state: web::Data<State>) -> Result<Page<ActivePerson>, ApiError> {
    let asked = Asked::<(String, UserId)>::read(&state, "people", &call.query)?;
    let (after, rows) = (asked.after.clone(), asked.rows());
    let read = move |scope: &mut Scope<'_>| {
        let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let items = seats::active(scope, after, rows)?;
        Ok((items, seats::count_active(scope)?, identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |one| (one.user.username.clone(), one.user.id), Some(count), revision)
}
