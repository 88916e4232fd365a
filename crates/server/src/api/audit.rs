//! The audit log.

use actix_web::web;
use deskwarden_store::{audit, identity};
use deskwarden_types::api::{AuditCheck, AuditEntry, ListAudit, Page, VerifyAudit};

use super::page::Asked;
use crate::{
    http::{ApiError, Call},
    state::State,
};

/// Lists the log, newest first.
pub async fn list(call: Call<ListAudit>, state: web::Data<State>) -> Result<Page<AuditEntry>, ApiError> {
    let asked = Asked::<i64>::read(&state, "audit", &call.query)?;
    let (before, rows) = (asked.after, asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        // Numbers have no gaps: the newest is how many there are.
        let count = audit::list(scope, None, 1)?.first().map_or(0, |entry| entry.seq);
        Ok((audit::list(scope, before, rows)?, count, identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |entry| entry.seq, Some(count), revision)
}

/// Reads the whole chain.
pub async fn verify(call: Call<VerifyAudit>, state: web::Data<State>) -> Result<AuditCheck, ApiError> {
    Ok(state.store.read(call.tenant()?, call.now, audit::verify).await?)
}
