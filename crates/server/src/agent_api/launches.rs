//! Launches asked for on a host.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::web;
use deskwarden_store::launches;
use deskwarden_types::agent::{AskLaunch, Launch};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Makes a session, if a provision allows it.
pub async fn ask(call: Call<AskLaunch>, state: web::Data<State>) -> Result<Launch, ApiError> {
    let (agent, tenant, asked) = (call.agent()?.clone(), call.tenant()?, call.body);
    let from = call.client.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let launch = move |scope: &mut deskwarden_store::WriteScope<'_>| launches::launch(scope, &agent, &asked, from);
    Ok(state.store.write(tenant, call.now, launch).await?)
}
