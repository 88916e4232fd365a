//! The caller.

use actix_web::web;
use deskwarden_types::api::{Me, WhoAmI};

use super::sign_in::me;
use crate::{
    http::{ApiError, Call},
    state::State,
};

/// The caller, the tenant and what the role may do.
pub async fn show(call: Call<WhoAmI>, state: web::Data<State>) -> Result<Me, ApiError> {
    let user = call.user()?.id;
    Ok(state.store.read(call.tenant()?, call.now, move |scope| me(scope, user)).await?)
}
