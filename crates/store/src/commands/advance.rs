//! A command's steps, as they are observed.

use deskwarden_domain::{can_follow, is_open};
use deskwarden_types::{AgentId, AuditAction, CommandId, CommandOutcome, CommandState, EventKind, Timestamp, Verb};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Actor, AuditDraft, Result, WriteScope, consents,
    events::{self, NewEvent, bounded},
    parts,
    schema::commands,
    sessions::state::{self, HeldCommand},
};

/// What has become of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The agent's channel has it.
    Delivered,
    /// The agent has written it down.
    Acknowledged,
    /// The user was warned.
    Warned {
        /// When the app will be closed.
        closes_at: Timestamp,
        /// Whether the warning could be shown.
        shown: bool,
    },
    /// It was carried out.
    Done(CommandOutcome),
    /// It was not.
    Failed(CommandOutcome, String),
    /// Nothing was heard of it.
    TimedOut,
}

impl Step {
    fn state(&self) -> Option<CommandState> {
        Some(match self {
            Self::Delivered => CommandState::Delivered,
            Self::Acknowledged => CommandState::Acknowledged,
            Self::Warned { .. } => return None,
            Self::Done(_) => CommandState::Done,
            Self::Failed(..) => CommandState::Failed,
            Self::TimedOut => CommandState::TimedOut,
        })
    }

    fn event(&self) -> EventKind {
        match self {
            Self::Delivered => EventKind::CommandDelivered,
            Self::Acknowledged => EventKind::CommandAcknowledged,
            Self::Warned { .. } => EventKind::Warned,
            Self::Done(_) => EventKind::CommandDone,
            Self::Failed(..) => EventKind::CommandFailed,
            Self::TimedOut => EventKind::CommandTimedOut,
        }
    }

    fn outcome(&self) -> Option<CommandOutcome> {
        match self {
            Self::Done(outcome) | Self::Failed(outcome, _) => Some(*outcome),
            Self::TimedOut => Some(CommandOutcome::NoWord),
            _ => None,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Failed(_, detail) => Some(bounded(detail)),
            Self::Warned { shown: false, .. } => Some("no display: the warning could not be shown".to_owned()),
            _ => None,
        }
    }
}

/// Reads many commands and locks their sessions, so that [`advance`] finds them at hand.
fn hold(scope: &mut WriteScope<'_>, ids: impl IntoIterator<Item = CommandId>) -> Result<()> {
    state::hold_commands(scope, ids, [])
}

/// Takes a step at the moment it was observed. A step that does not follow (an old one come again)
/// changes nothing and gives `false`. `agent`: only if the command is this agent's.
pub fn advance(
    scope: &mut WriteScope<'_>,
    agent: Option<AgentId>,
    id: CommandId,
    step: &Step,
    at: Timestamp,
) -> Result<bool> {
    hold(scope, [id])?;
    let Some(command) = scope.ledger.command(id) else { return Ok(false) };
    if agent.is_some() && command.agent != agent {
        return Ok(false);
    }
    let (session, verb, current) = (command.session, command.verb, command.state()?);
    // Late truth counts: a command that had timed out and is carried out after all is done.
    let late = current == CommandState::TimedOut && matches!(step, Step::Done(_) | Step::Failed(..));
    let follows = match step.state() {
        Some(next) => late || can_follow(current, next),
        None => is_open(current),
    };
    if !follows {
        return Ok(false);
    }
    set(command, step, at);
    let event = NewEvent { command: Some(id), detail: step.detail(), ..NewEvent::new(step.event(), at) };
    events::append(scope, session, event);
    if let Some(outcome) = step.outcome() {
        if verb == Verb::View {
            consents::answered(scope, id, outcome, at)?;
        }
        scope.audit(AuditDraft {
            actor: Actor::system(),
            action: AuditAction::CommandFinished,
            session: Some(session),
            object: Some(format!("{verb}: {outcome}")),
            reason: None,
        });
    }
    let mut state = state::lock(scope, session)?;
    state::settle(scope, &mut state)?;
    Ok(true)
}

/// Sets what the step sets of the row; it is written when the transaction ends.
fn set(command: &mut HeldCommand, step: &Step, at: Timestamp) {
    let millis = Some(at.millis());
    let [state, delivered_at, acknowledged_at, warned_at, closes, finished_at, outcome] = &mut command.steps;
    if let Some(next) = step.state() {
        *state = Some(next.code().into());
    }
    match step {
        Step::Delivered => *delivered_at = millis,
        Step::Acknowledged => *acknowledged_at = millis,
        Step::Warned { closes_at, .. } => {
            *warned_at = warned_at.or(millis);
            *closes = Some(closes_at.millis());
        }
        Step::Done(_) | Step::Failed(..) | Step::TimedOut => {
            *finished_at = millis;
            *outcome = step.outcome().map(|outcome| outcome.code().into());
        }
    }
    if matches!(step, Step::Warned { .. } | Step::Failed(..) | Step::TimedOut) {
        command.detail = Some(step.detail());
    }
}

/// Marks commands as delivered that an agent's channel has taken.
pub fn deliver(scope: &mut WriteScope<'_>, agent: AgentId, ids: &[CommandId]) -> Result<()> {
    let now = scope.now;
    hold(scope, ids.iter().copied())?;
    for id in ids {
        advance(scope, Some(agent), *id, &Step::Delivered, now)?;
    }
    Ok(())
}

/// Ends commands whose deadline is over, at most `limit`; gives how many.
pub(crate) fn time_out(scope: &mut WriteScope<'_>, limit: i64) -> Result<usize> {
    let now = scope.now;
    let due: Vec<i64> = commands::table
        .filter(commands::tenant_id.eq(scope.tenant.0))
        .filter(parts::is_unfinished())
        .filter(commands::deadline.le(now.millis()))
        .order(commands::deadline)
        .limit(limit)
        .select(commands::id)
        .load(scope.conn)?;
    hold(scope, due.iter().copied().map(CommandId))?;
    for id in &due {
        advance(scope, None, CommandId(*id), &Step::TimedOut, now)?;
    }
    Ok(due.len())
}
