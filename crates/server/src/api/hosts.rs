//! Hosts and their agents.

use actix_web::web;
use deskwarden_store::{hosts, identity};
use deskwarden_types::{
    HostId,
    api::{CreateEnrolmentCode, EnrolmentCode, Host, ListHosts, Page, RevokeHost},
};

use super::page::Asked;
use crate::{
    auth::{CODE_SECONDS, fresh_code},
    http::{ApiError, Call},
    state::State,
};

/// Lists hosts by name.
pub async fn list(call: Call<ListHosts>, state: web::Data<State>) -> Result<Page<Host>, ApiError> {
    let asked = Asked::<(String, HostId)>::read(&state, "hosts", &call.query)?;
    let (after, rows) = (asked.after.clone(), asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        Ok((hosts::list(scope, after, rows)?, hosts::count(scope)?, identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |host| (host.name.clone(), host.id), Some(count), revision)
}

/// Makes a one-time code.
pub async fn create_code(call: Call<CreateEnrolmentCode>, state: web::Data<State>) -> Result<EnrolmentCode, ApiError> {
    let (actor, now) = (call.actor()?, call.now);
    let (code, expires_at) = (fresh_code()?, now.plus_seconds(CODE_SECONDS));
    let hash = code.hash;
    let create = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        identity::create_code(scope, &actor, &hash, false, expires_at)
    };
    state.store.write(call.tenant()?, now, create).await?;
    let command = format!("deskwarden-agent enrol --server {} --code {}", call.own_address(&state), code.text);
    Ok(EnrolmentCode { code: code.text, expires_at, command })
}

/// Revokes a host's agent.
pub async fn revoke(call: Call<RevokeHost>, state: web::Data<State>) -> Result<Host, ApiError> {
    let (actor, id) = (call.actor()?, call.path.id);
    let revoke = move |scope: &mut deskwarden_store::WriteScope<'_>| hosts::revoke(scope, &actor, id);
    Ok(state.store.write(call.tenant()?, call.now, revoke).await?)
}
