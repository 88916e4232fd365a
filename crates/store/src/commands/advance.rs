//! A command's steps, as they are observed.

use deskwarden_domain::can_follow;
use deskwarden_types::{
    AgentId, AuditAction, CommandId, CommandOutcome, CommandState, EventKind, SessionId, Timestamp, Verb,
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::{
    Actor, AuditDraft, Result, WriteScope,
    events::{self, NewEvent, bounded},
    names::word,
    schema::commands,
    sessions::state,
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

/// Session, agent, verb, state, first warning.
type Row = (i64, Option<i64>, i16, i16, Option<i64>);

/// Takes a step at the moment it was observed. A step that does not follow (an old one come again)
/// changes nothing and gives `false`. `agent`: only if the command is this agent's.
pub fn advance(
    scope: &mut WriteScope<'_>,
    agent: Option<AgentId>,
    id: CommandId,
    step: &Step,
    at: Timestamp,
) -> Result<bool> {
    let row: Option<Row> = commands::table
        .filter(commands::tenant_id.eq(scope.tenant.0))
        .filter(commands::id.eq(id.0))
        .select((commands::session_id, commands::agent_id, commands::verb, commands::state, commands::warned_at))
        .first(scope.conn)
        .optional()?;
    let Some((session, owner, verb, current, warned_at)) = row else { return Ok(false) };
    if agent.is_some_and(|agent| owner != Some(agent.0)) {
        return Ok(false);
    }
    let (session, verb, current) = (SessionId(session), word::<Verb>(verb)?, word::<CommandState>(current)?);
    // Late truth counts: a command that had timed out and is carried out after all is done.
    let late = current == CommandState::TimedOut && matches!(step, Step::Done(_) | Step::Failed(..));
    let follows = match step.state() {
        Some(next) => late || can_follow(current, next),
        None => deskwarden_domain::is_open(current),
    };
    if !follows {
        return Ok(false);
    }
    // The session first, in the order in which every writer locks.
    let mut state = state::lock(scope, session)?;
    write(scope, id, step, at, warned_at)?;
    let event = NewEvent { command: Some(id), detail: step.detail(), ..NewEvent::new(step.event(), at) };
    events::append(scope, session, &event)?;
    if let Some(outcome) = step.outcome() {
        scope.audit(AuditDraft {
            actor: Actor::system(),
            action: AuditAction::CommandFinished,
            session: Some(session),
            object: Some(format!("{verb}: {outcome}")),
            reason: None,
        });
    }
    state::settle(scope, &mut state)?;
    Ok(true)
}

fn write(scope: &mut WriteScope<'_>, id: CommandId, step: &Step, at: Timestamp, warned_at: Option<i64>) -> Result<()> {
    let row = commands::table.filter(commands::tenant_id.eq(scope.tenant.0)).filter(commands::id.eq(id.0));
    let millis = at.millis();
    if let Some(state) = step.state() {
        diesel::update(row).set(commands::state.eq(state.code())).execute(scope.conn)?;
    }
    match step {
        Step::Delivered => diesel::update(row).set(commands::delivered_at.eq(millis)).execute(scope.conn)?,
        Step::Acknowledged => diesel::update(row).set(commands::acknowledged_at.eq(millis)).execute(scope.conn)?,
        Step::Warned { closes_at, .. } => diesel::update(row)
            .set((
                commands::warned_at.eq(warned_at.unwrap_or(millis)),
                commands::closes_at.eq(closes_at.millis()),
                commands::detail.eq(step.detail()),
            ))
            .execute(scope.conn)?,
        Step::Done(outcome) => diesel::update(row)
            .set((commands::finished_at.eq(millis), commands::outcome.eq(outcome.code())))
            .execute(scope.conn)?,
        Step::Failed(..) | Step::TimedOut => diesel::update(row)
            .set((
                commands::finished_at.eq(millis),
                commands::outcome.eq(step.outcome().map(CommandOutcome::code)),
                commands::detail.eq(step.detail()),
            ))
            .execute(scope.conn)?,
    };
    Ok(())
}

/// Marks commands as delivered that an agent's channel has taken.
pub fn deliver(scope: &mut WriteScope<'_>, agent: AgentId, ids: &[CommandId]) -> Result<()> {
    let now = scope.now;
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
        .filter(commands::state.le(CommandState::Acknowledged.code()))
        .filter(commands::deadline.le(now.millis()))
        .order(commands::deadline)
        .limit(limit)
        .select(commands::id)
        .load(scope.conn)?;
    for id in &due {
        advance(scope, None, CommandId(*id), &Step::TimedOut, now)?;
    }
    Ok(due.len())
}
