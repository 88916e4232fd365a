//! What the caller may launch, and launching it.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::web;
use deskwarden_store::launches;
use deskwarden_types::api::{Launched, ListMyResources, MyResources, StartLaunch};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Lists what the caller may launch.
pub async fn mine(call: Call<ListMyResources>, state: web::Data<State>) -> Result<MyResources, ApiError> {
    let user = call.user()?.id;
    Ok(state.store.read(call.tenant()?, call.now, move |scope| launches::mine(scope, user)).await?)
}

/// Makes a session of the caller's on a machine that a provision allows.
pub async fn start(call: Call<StartLaunch>, state: web::Data<State>) -> Result<Launched, ApiError> {
    let (user, id) = (call.user()?.id, call.body.resource_id);
    let from = call.client.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let start = move |scope: &mut deskwarden_store::WriteScope<'_>| launches::start(scope, user, id, from);
    Ok(Launched { session_id: state.store.write(call.tenant()?, call.now, start).await? })
}
