//! Commands on their way.

use actix_web::web;
use deskwarden_store::{StoreError, commands, sessions};
use deskwarden_types::api::{Command, ShowCommand};

use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Shows a command of a session that the caller may see.
pub async fn show(call: Call<ShowCommand>, state: web::Data<State>) -> Result<Command, ApiError> {
    let (viewer, id) = (call.user()?.viewer(), call.path.id);
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let command = commands::find(scope, id)?;
        match sessions::find(scope, &viewer, command.session_id) {
            Ok(_) => Ok(command),
            Err(StoreError::Refused(_)) => Err(StoreError::not_found("command")),
            Err(error) => Err(error),
        }
    };
    Ok(state.store.read(call.tenant()?, call.now, read).await?)
}
