//! The first word of an agent.

use actix_web::web;
use deskwarden_store::agents;
use deskwarden_types::{
    ErrorCode,
    agent::{PROTOCOL, SayHello, Welcome},
};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// The oldest version of the protocol that is still understood.
const OLDEST: u32 = 1;

/// Takes who speaks and what it can do; tells what it needs to know.
pub async fn hello(call: Call<SayHello>, state: web::Data<State>) -> Result<Welcome, ApiError> {
    if !(OLDEST..=PROTOCOL).contains(&call.body.protocol) {
        let detail = format!("This server speaks the versions {OLDEST} to {PROTOCOL}. Update the older of the two.");
        return Err(ApiError::new(ErrorCode::UnsupportedVersion, detail).with_field("protocol"));
    }
    let (agent, tenant, hello) = (call.agent()?.clone(), call.tenant()?, call.body);
    let write = move |scope: &mut deskwarden_store::WriteScope<'_>| agents::hello(scope, &agent, &hello);
    Ok(state.store.write(tenant, call.now, write).await?)
}
