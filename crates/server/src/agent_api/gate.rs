//! Native viewers at a host's gate, and logins that the product did not start.

use actix_web::web;
use deskwarden_store::{
    WriteScope,
    seats::{self, Answer},
};
use deskwarden_types::{
    ErrorCode,
    agent::{AskConnection, Connection, KnownLogins, ShowSeatsOf, TellLogins},
    api::MySeats,
};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Lets a viewer in, for a seat.
pub async fn ask(call: Call<AskConnection>, state: web::Data<State>) -> Result<Connection, ApiError> {
    let (agent, tenant, asked) = (call.agent()?.clone(), call.tenant()?, call.body);
    let connect = move |scope: &mut WriteScope<'_>| seats::connect(scope, &agent, &asked);
    match state.store.write(tenant, call.now, connect).await? {
        Answer::LetIn(connection) => Ok(*connection),
        Answer::NoSeat(text) => Err(ApiError::new(ErrorCode::NoSeat, text)),
    }
}

/// Shows the seats of somebody on the agent's host.
pub async fn seats_of(call: Call<ShowSeatsOf>, state: web::Data<State>) -> Result<MySeats, ApiError> {
    let account = call.query.account.clone();
    Ok(state.store.read(call.tenant()?, call.now, move |scope| seats::of_account(scope, account.as_str())).await?)
}

/// Takes logins.
pub async fn logins(call: Call<TellLogins>, state: web::Data<State>) -> Result<KnownLogins, ApiError> {
    let (agent, tenant, found) = (call.agent()?.clone(), call.tenant()?, call.body);
    let tell = move |scope: &mut WriteScope<'_>| seats::tell(scope, &agent, &found);
    Ok(state.store.write(tenant, call.now, tell).await?)
}
