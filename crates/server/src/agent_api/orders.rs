//! The channel of orders, as the agent opens it.

use actix_web::web;
use deskwarden_store::agents;
use deskwarden_types::agent::{FollowOrders, Order};
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    http::{ApiError, Call, Item},
    live,
    state::State,
};

/// Opens the channel. Asking for it is a word of the agent; what goes down it later is none.
pub async fn follow(
    call: Call<FollowOrders>,
    state: web::Data<State>,
) -> Result<ReceiverStream<Item<Order>>, ApiError> {
    let (agent, tenant) = (call.agent()?.agent, call.tenant()?);
    state.store.write(tenant, call.now, move |scope| agents::heard(scope, agent)).await?;
    live::follow_orders(call, state).await
}
