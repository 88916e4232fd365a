//! Writing a command.

use deskwarden_types::{
    AgentId, AuditAction, BulkActionId, CommandId, CommandOutcome, CommandState, EventKind, SessionId, Timestamp, Verb,
};
use diesel::{ExpressionMethods, RunQueryDsl};

use crate::{
    Actor, AuditDraft, Result, WriteScope,
    events::{self, NewEvent},
    schema::commands,
};

/// A command before it is written.
pub(crate) struct NewRow<'a> {
    pub(crate) session: SessionId,
    pub(crate) agent: Option<AgentId>,
    pub(crate) verb: Verb,
    pub(crate) reason: Option<&'a str>,
    pub(crate) message: Option<&'a str>,
    pub(crate) first_warning_seconds: u32,
    pub(crate) second_warning_seconds: u32,
    pub(crate) effective_by: Timestamp,
    pub(crate) bulk: Option<BulkActionId>,
    /// Nothing has to be sent: it is finished as it is written.
    pub(crate) finished: Option<CommandOutcome>,
}

/// Writes the command, its event and its audit entry; wakes its agent.
pub(crate) fn create(scope: &mut WriteScope<'_>, actor: &Actor, row: &NewRow<'_>) -> Result<CommandId> {
    let now = scope.now;
    let state = if row.finished.is_some() { CommandState::Done } else { CommandState::Queued };
    diesel::insert_into(commands::table)
        .values((
            commands::tenant_id.eq(scope.tenant.0),
            commands::session_id.eq(row.session.0),
            commands::agent_id.eq(row.agent.map(|agent| agent.0)),
            commands::verb.eq(row.verb.code()),
            commands::state.eq(state.code()),
            commands::requested_by.eq(actor.user.map(|user| user.0)),
            commands::reason.eq(row.reason),
            commands::message.eq(row.message),
            commands::first_warning_seconds.eq(i32::try_from(row.first_warning_seconds).unwrap_or(0)),
            commands::second_warning_seconds.eq(i32::try_from(row.second_warning_seconds).unwrap_or(0)),
            commands::created_at.eq(now.millis()),
            commands::effective_by.eq(row.effective_by.millis()),
            commands::deadline.eq(deskwarden_domain::command_deadline(row.effective_by).millis()),
            commands::finished_at.eq(row.finished.map(|_| now.millis())),
            commands::outcome.eq(row.finished.map(CommandOutcome::code)),
            commands::bulk_action_id.eq(row.bulk.map(|bulk| bulk.0)),
        ))
        .execute(scope.conn)?;
    let id = CommandId(scope.conn.last_id()?);
    let kind = if row.finished.is_some() { EventKind::CommandDone } else { EventKind::CommandQueued };
    let detail = row.reason.or(row.message).map(str::to_owned);
    let event = NewEvent { command: Some(id), actor: actor.user, detail, ..NewEvent::new(kind, now) };
    events::append(scope, row.session, &event)?;
    scope.audit(AuditDraft {
        actor: actor.clone(),
        action: AuditAction::CommandIssued,
        session: Some(row.session),
        object: Some(row.verb.to_string()),
        reason: row.reason.or(row.message).map(str::to_owned),
    });
    if row.finished.is_none()
        && let Some(agent) = row.agent
    {
        scope.wake(agent);
    }
    scope.touch(row.session);
    Ok(id)
}
