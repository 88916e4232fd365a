//! Enrolment.

use actix_web::web;
use deskwarden_store::identity::{self, NewAgent};
use deskwarden_types::{
    ErrorCode,
    agent::{EnrolAgent, Enrolled},
};

use crate::{
    auth::{AGENT_PREFIX, code_hash, fresh},
    http::{ApiError, Call},
    state::State,
};

/// The longest version that is kept, in characters.
const LONGEST_VERSION: usize = 100;

/// Trades a one-time code for a key.
pub async fn enrol(call: Call<EnrolAgent>, state: web::Data<State>) -> Result<Enrolled, ApiError> {
    let (code, now) = (code_hash(&call.body.code), call.now);
    let tenant = state.store.read_all(move |conn| identity::code_tenant(conn, &code, now)).await?;
    let tenant = tenant.ok_or_else(|| ApiError::new(ErrorCode::CodeNotValid, "Make a new code on the Hosts page."))?;
    let key = fresh(AGENT_PREFIX)?;
    let plain = call.body.version.chars().filter(|c| !c.is_control());
    let agent = NewAgent {
        host_name: call.body.host_name.as_str().to_owned(),
        version: plain.take(LONGEST_VERSION).collect(),
        simulated: call.body.simulated,
        key: key.hash,
    };
    let enrol = move |scope: &mut deskwarden_store::WriteScope<'_>| identity::enrol(scope, &code, &agent);
    let enrolled = state.store.write(tenant, now, enrol).await?;
    tracing::info!(agent = enrolled.id.0, host = enrolled.host.0, "an agent enrolled");
    Ok(Enrolled { agent_id: enrolled.id, host_id: enrolled.host, key: key.text, tenant: enrolled.tenant_name })
}
