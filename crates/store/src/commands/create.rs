//! Writing commands.

use deskwarden_domain::command_deadline;
use deskwarden_types::{
    AgentId, AuditAction, BulkActionId, CommandId, CommandOutcome, CommandState, EventKind, SessionId, Timestamp, Verb,
};

use crate::{
    Actor, AuditDraft, Result, WriteScope,
    events::{self, NewEvent},
    sessions::state::HeldCommand,
    sets::{Cells, insert, reserve},
};

/// What is asked for, the same for every session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) verb: Verb,
    pub(crate) reason: Option<&'a str>,
    pub(crate) message: Option<&'a str>,
    pub(crate) bulk: Option<BulkActionId>,
}

/// One session's command before it is written.
#[derive(Debug)]
pub(crate) struct NewRow {
    pub(crate) session: SessionId,
    pub(crate) agent: Option<AgentId>,
    pub(crate) first_warning_seconds: u32,
    pub(crate) second_warning_seconds: u32,
    pub(crate) effective_by: Timestamp,
    /// Nothing has to be sent: it is finished as it is written.
    pub(crate) finished: Option<CommandOutcome>,
}

impl NewRow {
    fn state(&self) -> i64 {
        let state = if self.finished.is_some() { CommandState::Done } else { CommandState::Queued };
        state.code().into()
    }
}

/// Writes the commands, their events and their audit entries; wakes their agents. Gives their ids, in order.
pub(crate) fn create(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    words: Words<'_>,
    rows: &[NewRow],
) -> Result<Vec<CommandId>> {
    let now = scope.now;
    let ids = reserve(scope.conn, "commands", rows.len())?;
    let numbers = |of: &dyn Fn(&NewRow) -> Option<i64>| Cells::Numbers(rows.iter().map(of).collect());
    let finished_at = |row: &NewRow| row.finished.map(|_| now.millis());
    let outcome = |row: &NewRow| row.finished.map(|outcome| outcome.code().into());
    let columns = vec![
        ("id", Cells::numbers(ids.iter().copied())),
        ("tenant_id", Cells::Number(Some(scope.tenant.0))),
        ("session_id", numbers(&|row| Some(row.session.0))),
        ("agent_id", numbers(&|row| row.agent.map(|agent| agent.0))),
        ("verb", Cells::Number(Some(words.verb.code().into()))),
        ("state", numbers(&|row| Some(row.state()))),
        ("requested_by", Cells::Number(actor.user.map(|user| user.0))),
        ("reason", Cells::Text(words.reason.map(str::to_owned))),
        ("message", Cells::Text(words.message.map(str::to_owned))),
        ("first_warning_seconds", numbers(&|row| Some(row.first_warning_seconds.into()))),
        ("second_warning_seconds", numbers(&|row| Some(row.second_warning_seconds.into()))),
        ("created_at", Cells::Number(Some(now.millis()))),
        ("effective_by", numbers(&|row| Some(row.effective_by.millis()))),
        ("deadline", numbers(&|row| Some(command_deadline(row.effective_by).millis()))),
        ("finished_at", numbers(&finished_at)),
        ("outcome", numbers(&outcome)),
        ("bulk_action_id", Cells::Number(words.bulk.map(|bulk| bulk.0))),
    ];
    insert(scope.conn, "commands", rows.len(), columns, "")?;
    let why = words.reason.or(words.message);
    for (row, id) in rows.iter().zip(&ids) {
        let id = CommandId(*id);
        let kind = if row.finished.is_some() { EventKind::CommandDone } else { EventKind::CommandQueued };
        let detail = why.map(str::to_owned);
        let event = NewEvent { command: Some(id), actor: actor.user, detail, ..NewEvent::new(kind, now) };
        events::append(scope, row.session, event);
        scope.audit(AuditDraft {
            actor: actor.clone(),
            action: AuditAction::CommandIssued,
            session: Some(row.session),
            object: Some(words.verb.to_string()),
            reason: why.map(str::to_owned),
        });
        if row.finished.is_none()
            && let Some(agent) = row.agent
        {
            scope.wake(agent);
        }
        scope.touch(row.session);
        let steps = [Some(row.state()), None, None, None, None, finished_at(row), outcome(row)];
        scope.ledger.add_command(id, HeldCommand::new(row.session, row.agent, words.verb, actor.user.is_none(), steps));
    }
    Ok(ids.into_iter().map(CommandId).collect())
}
