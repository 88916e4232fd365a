//! Acting on a session: the rules decide, and command, event and audit entry are written in one
//! transaction.

use deskwarden_domain::{
    Facts, MAX_HOLD_MINUTES, Timing, effective_by, explain, over_status, plan_outcome, takes_hold, warning_seconds,
};
use deskwarden_types::{
    AgentId, AuditAction, BulkActionId, BulkOutcome, CommandId, CommandOutcome, EndReason, ErrorCode, EventKind,
    PlanOutcome, ResourceId, SessionId, Timestamp, UserId, Verb, WhyNot,
    api::{Command, NewCommand, Session},
};

use crate::{
    Actor, AuditDraft, Refusal, Result, StoreError, WriteScope,
    bulk::Once,
    commands::{self, NewRow, Words},
    consents,
    events::{self, NewEvent},
    sessions::{self, Known, Loaded, Viewer, state},
    sets::{Cells, insert},
    tenants::{self, Rules},
};

/// What is asked for, checked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Request {
    pub(crate) verb: Verb,
    reason: Option<String>,
    message: Option<String>,
    hold_minutes: Option<u32>,
}

impl Request {
    /// Checks what goes with the verb: a reason for every one but `message`, a text for `message`
    /// alone, a hold only where something is ended.
    pub fn new(asked: &NewCommand) -> Result<Self> {
        let verb = asked.verb;
        if verb != Verb::Message && asked.reason.is_none() {
            let detail = format!("Say why: {verb} needs a reason of 3 to 500 characters.");
            return Err(refusal(ErrorCode::ReasonRequired, detail, Some("reason")));
        }
        if (verb == Verb::Message) != asked.message.is_some() {
            let detail = match asked.message {
                None => "The text is missing: the verb message needs one of 1 to 1,000 characters.",
                Some(_) => "A text goes with the verb message, and with no other.",
            };
            return Err(StoreError::bad_field("message", detail));
        }
        if let Some(minutes) = asked.hold_minutes
            && (!takes_hold(verb) || minutes == 0 || minutes > MAX_HOLD_MINUTES)
        {
            let detail = format!("1 to {MAX_HOLD_MINUTES} minutes, and only with evict, expire, kill and end.");
            return Err(StoreError::bad_field("hold_minutes", detail));
        }
        Ok(Self {
            verb,
            reason: asked.reason.as_ref().map(|reason| reason.as_str().to_owned()),
            message: asked.message.as_ref().map(|text| text.as_str().to_owned()),
            hold_minutes: asked.hold_minutes,
        })
    }
}

fn refusal(code: ErrorCode, detail: String, field: Option<&'static str>) -> StoreError {
    StoreError::Refused(Box::new(Refusal { code, detail, field, session_id: None, why_not: None }))
}

/// Uses a verb on one session. The same key with the same request gives the same command and acts once.
pub fn act(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    viewer: &Viewer,
    id: SessionId,
    asked: &NewCommand,
    idempotency_key: Option<&str>,
) -> Result<Command> {
    let request = Request::new(asked)?;
    let once = idempotency_key.map(|key| Once::new(key, id, asked)).transpose()?;
    // Two admins at once: the second waits here and then sees what the first has done.
    state::lock(scope, id)?;
    if let Some(once) = &once
        && let Some(command) = once.written(scope, viewer)?
    {
        return commands::find(scope, command);
    }
    let loaded = sessions::find(scope, viewer, id)?;
    let (outcome, why) = plan_outcome(&loaded.facts, viewer.role, request.verb);
    match (outcome, why) {
        (PlanOutcome::WillAct | PlanOutcome::NoOp, _) => {
            let rules = tenants::rules(scope)?;
            let issued = issue(scope, actor, &[Target::new(&loaded, outcome)], &request, &rules, None)?;
            let issued = issued.first().ok_or_else(|| StoreError::Corrupt("no command".to_owned()))?;
            if let Some(once) = &once {
                let no_op = outcome == PlanOutcome::NoOp;
                let told = if no_op { BulkOutcome::NoOp } else { BulkOutcome::Accepted };
                once.keep(scope, viewer, request.verb, told, issued)?;
            }
            commands::find(scope, issued.command)
        }
        (PlanOutcome::Forbidden, why) => Err(not_allowed(&loaded, request.verb, why, ErrorCode::Forbidden)),
        (_, why) => Err(not_allowed(&loaded, request.verb, why, ErrorCode::VerbNotAllowed)),
    }
}

fn not_allowed(loaded: &Loaded, verb: Verb, why: Option<WhyNot>, code: ErrorCode) -> StoreError {
    let why = why.unwrap_or(WhyNot::WrongStatus);
    StoreError::Refused(Box::new(Refusal {
        code,
        detail: explain(&loaded.facts, verb, why),
        field: None,
        session_id: Some(loaded.session.id),
        why_not: Some(why),
    }))
}

/// A command that was written.
pub(crate) struct Issued {
    pub(crate) command: CommandId,
    pub(crate) effective_by: Timestamp,
}

/// A session that is locked and allows the verb, or is as it wants it already.
pub(crate) struct Target<'a> {
    pub(crate) session: SessionId,
    pub(crate) user: UserId,
    pub(crate) resource: ResourceId,
    pub(crate) agent: Option<AgentId>,
    pub(crate) facts: &'a Facts,
    pub(crate) outcome: PlanOutcome,
}

impl<'a> Target<'a> {
    /// A session with what would happen to it.
    pub(crate) fn new(loaded: &'a Loaded, outcome: PlanOutcome) -> Self {
        let Session { id, user, resource, .. } = &loaded.session;
        let (user, resource, agent) = (user.id, resource.id, loaded.agent);
        Self { session: *id, user, resource, agent, facts: &loaded.facts, outcome }
    }

    /// One of many.
    pub(crate) fn of(known: &'a Known, outcome: PlanOutcome) -> Self {
        let Known { id, user, resource, agent, facts, .. } = known;
        Self { session: *id, user: user.id, resource: resource.id, agent: *agent, facts, outcome }
    }

    fn row(&self, verb: Verb, timing: &Timing, now: Timestamp) -> NewRow {
        let finished = match (self.outcome, verb) {
            (PlanOutcome::NoOp, _) => Some(CommandOutcome::AlreadyGone),
            (_, Verb::CloseRecord) => Some(CommandOutcome::RecordedOnly),
            _ => None,
        };
        let warned = warning_seconds(self.facts, verb, timing);
        NewRow {
            session: self.session,
            agent: self.agent,
            first_warning_seconds: warned,
            second_warning_seconds: if warned == 0 { 0 } else { timing.second_warning_seconds },
            effective_by: if finished.is_some() { now } else { effective_by(self.facts, verb, timing, now) },
            finished,
        }
    }
}

/// Writes the commands, all at once. Gives what was written, in order.
pub(crate) fn issue(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    targets: &[Target<'_>],
    request: &Request,
    rules: &Rules,
    bulk: Option<BulkActionId>,
) -> Result<Vec<Issued>> {
    let (verb, now) = (request.verb, scope.now);
    let words = Words { verb, reason: request.reason.as_deref(), message: request.message.as_deref(), bulk };
    let rows: Vec<NewRow> = targets.iter().map(|target| target.row(verb, &rules.timing, now)).collect();
    state::lock_all(scope, targets.iter().map(|target| target.session))?;
    state::hold_of_sessions(scope, targets.iter().map(|target| target.session))?;
    let ids = commands::create(scope, actor, words, &rows)?;
    if verb == Verb::View {
        for ((target, row), id) in targets.iter().zip(&rows).zip(&ids) {
            let reason = request.reason.as_deref().unwrap_or_default();
            consents::asked(scope, actor, (*id, target.session, target.user), reason, row.effective_by)?;
        }
    }
    for target in targets {
        let mut state = state::lock(scope, target.session)?;
        if verb == Verb::CloseRecord && target.outcome == PlanOutcome::WillAct {
            close(scope, &mut state, EndReason::RecordClosed, EventKind::RecordClosed);
        }
        state::settle(scope, &mut state)?;
    }
    hold(scope, actor, targets, request)?;
    Ok(ids.into_iter().zip(rows).map(|(command, row)| Issued { command, effective_by: row.effective_by }).collect())
}

/// Records a session as over that nobody confirmed; settle afterwards.
pub(crate) fn close(scope: &mut WriteScope<'_>, state: &mut state::State, reason: EndReason, kind: EventKind) {
    if state.is_over() {
        return;
    }
    let (from, now) = (state.observed, scope.now);
    state.observed = over_status(state.kind, reason);
    state.ended_at = Some(now);
    state.end_reason = Some(reason);
    let event =
        NewEvent { statuses: Some((from, state.observed)), end_reason: Some(reason), ..NewEvent::new(kind, now) };
    events::append(scope, state.id, event);
}

/// Keeps the users of these sessions from launching the same again for the time that was asked for, if one was.
pub(crate) fn hold(scope: &mut WriteScope<'_>, actor: &Actor, targets: &[Target<'_>], request: &Request) -> Result<()> {
    let Some(minutes) = request.hold_minutes.filter(|_| !targets.is_empty()) else { return Ok(()) };
    let until = scope.now.plus_seconds(i64::from(minutes) * 60);
    let columns = vec![
        ("tenant_id", Cells::Number(Some(scope.tenant.0))),
        ("user_id", Cells::numbers(targets.iter().map(|target| target.user.0))),
        ("resource_id", Cells::numbers(targets.iter().map(|target| target.resource.0))),
        ("until_at", Cells::Number(Some(until.millis()))),
        ("placed_by", Cells::Number(actor.user.map(|user| user.0))),
    ];
    insert(scope.conn, "holds", targets.len(), columns, "")?;
    for Target { user, resource, .. } in targets {
        scope.audit(AuditDraft {
            actor: actor.clone(),
            action: AuditAction::HoldPlaced,
            session: None,
            object: Some(format!("user {user}, resource {resource}, until {until}")),
            reason: None,
        });
    }
    Ok(())
}
