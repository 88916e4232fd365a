//! One verb on one session under an idempotency key: kept as the bulk action of one session that it is, so that a key
//! means one request of its user's, whichever way it came.

use deskwarden_types::{
    BulkActionId, BulkOutcome, BulkState, CommandId, SessionId,
    api::{BulkResult, NewCommand},
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use sha2::{Digest, Sha256};

use super::{mismatch, same_key, tally, work};
use crate::{
    Result, StoreError, WriteScope,
    schema::{bulk_action_parts, bulk_actions, commands},
    sessions::Viewer,
};

/// A request with its key.
pub(crate) struct Once<'a> {
    key: &'a str,
    request_hash: Vec<u8>,
    session: SessionId,
}

impl<'a> Once<'a> {
    /// To ask this of this session.
    pub(crate) fn new(key: &'a str, session: SessionId, asked: &NewCommand) -> Result<Self> {
        let json = serde_json::to_string(asked).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Self { key, request_hash: Sha256::digest(format!("{session} {json}")).to_vec(), session })
    }

    /// The command that was written for it, if it came before.
    pub(crate) fn written(&self, scope: &mut WriteScope<'_>, viewer: &Viewer) -> Result<Option<CommandId>> {
        let Some((id, hash)) = same_key(scope, viewer, self.key)? else { return Ok(None) };
        if hash != self.request_hash {
            return Err(mismatch());
        }
        let results: Option<String> = bulk_action_parts::table
            .filter(bulk_action_parts::tenant_id.eq(scope.tenant.0))
            .filter(bulk_action_parts::bulk_action_id.eq(id.0))
            .select(bulk_action_parts::results)
            .first(scope.conn)
            .optional()?;
        let results = work::results(&results.unwrap_or_default())?;
        let command = results.first().and_then(|result| result.command_id);
        command.map(Some).ok_or_else(|| StoreError::Corrupt(format!("bulk action {id} has no command")))
    }

    /// Keeps what was written for it.
    pub(crate) fn keep(
        &self,
        scope: &mut WriteScope<'_>,
        viewer: &Viewer,
        verb: deskwarden_types::Verb,
        outcome: BulkOutcome,
        issued: &crate::actions::Issued,
    ) -> Result<()> {
        let result = BulkResult {
            session_id: self.session,
            outcome,
            why_not: None,
            command_id: Some(issued.command),
            effective_by: Some(issued.effective_by),
            command_state: None,
            command_outcome: None,
            command_detail: None,
        };
        let results = [result];
        let json = serde_json::to_string(&results).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        diesel::insert_into(bulk_actions::table)
            .values((
                bulk_actions::tenant_id.eq(scope.tenant.0),
                bulk_actions::user_id.eq(viewer.user.0),
                bulk_actions::verb.eq(verb.code()),
                bulk_actions::state.eq(BulkState::Finished.code()),
                bulk_actions::created_at.eq(scope.now.millis()),
                bulk_actions::worked_at.eq(scope.now.millis()),
                bulk_actions::idempotency_key.eq(self.key),
                bulk_actions::request_hash.eq(&self.request_hash),
                bulk_actions::total.eq(1),
                bulk_actions::work.eq(""),
            ))
            .execute(scope.conn)?;
        let id = scope.conn.last_id()?;
        let command =
            commands::table.filter(commands::tenant_id.eq(scope.tenant.0)).filter(commands::id.eq(issued.command.0));
        diesel::update(command).set(commands::bulk_action_id.eq(id)).execute(scope.conn)?;
        diesel::insert_into(bulk_action_parts::table)
            .values((
                bulk_action_parts::tenant_id.eq(scope.tenant.0),
                bulk_action_parts::bulk_action_id.eq(id),
                bulk_action_parts::part.eq(0),
                bulk_action_parts::results.eq(json),
            ))
            .execute(scope.conn)?;
        tally::add(scope, BulkActionId(id), &results)
    }
}
