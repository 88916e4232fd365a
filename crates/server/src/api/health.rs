//! For whatever watches the server.

use actix_web::web;
use deskwarden_types::{
    ErrorCode,
    api::{Alive, Health, Ready},
};

use crate::{
    http::{ApiError, Call},
    state::State,
};

fn health(database: bool) -> Health {
    Health { version: env!("CARGO_PKG_VERSION").to_owned(), database }
}

/// Answers as long as the process does.
pub async fn alive(_: Call<Alive>, state: web::Data<State>) -> Result<Health, ApiError> {
    // A slow database must not end the process: tells what the last who asked it has found.
    Ok(health(state.store.answers()))
}

/// Whether work can be done.
pub async fn ready(_: Call<Ready>, state: web::Data<State>) -> Result<Health, ApiError> {
    if *state.stopping.borrow() {
        return Err(ApiError::new(ErrorCode::Busy, "The server is stopping."));
    }
    state.store.read_all(deskwarden_store::tenants::all).await?;
    Ok(health(true))
}
