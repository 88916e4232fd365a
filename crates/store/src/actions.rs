//! Acting on a session: the rules decide, and command, event and audit entry are written in one
//! transaction.

use deskwarden_domain::{effective_by, explain, over_status, plan_outcome, warning_seconds};
use deskwarden_types::{
    AuditAction, BulkActionId, CommandId, CommandOutcome, EndReason, ErrorCode, EventKind, PlanOutcome, ResourceId,
    SessionId, Timestamp, UserId, Verb, WhyNot,
    api::{Command, NewCommand},
};
use diesel::{ExpressionMethods, RunQueryDsl};

use crate::{
    Actor, AuditDraft, Refusal, Result, StoreError, WriteScope,
    commands::{self, NewRow},
    events::{self, NewEvent},
    schema::holds,
    sessions::{self, Loaded, Viewer, state},
    tenants::{self, Rules},
};

/// Minutes for which a relaunch can be held: a week.
const MAX_HOLD: u32 = 10_080;

/// What is asked for, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
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
            return Err(StoreError::bad_field("message", "A text goes with the verb message, and with no other."));
        }
        if let Some(minutes) = asked.hold_minutes {
            let ends = matches!(verb, Verb::Evict | Verb::Expire | Verb::Kill | Verb::End);
            if !ends || minutes == 0 || minutes > MAX_HOLD {
                let detail = format!("1 to {MAX_HOLD} minutes, and only with evict, expire, kill and end.");
                return Err(StoreError::bad_field("hold_minutes", detail));
            }
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

/// Uses a verb on one session.
pub fn act(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    viewer: &Viewer,
    id: SessionId,
    asked: &NewCommand,
) -> Result<Command> {
    let request = Request::new(asked)?;
    // Two admins at once: the second waits here and then sees what the first has done.
    state::lock(scope, id)?;
    let loaded = sessions::find(scope, viewer, id)?;
    let (outcome, why) = plan_outcome(&loaded.facts, viewer.role, request.verb);
    match (outcome, why) {
        (PlanOutcome::WillAct | PlanOutcome::NoOp, _) => {
            let rules = tenants::rules(scope)?;
            let id = issue(scope, actor, &loaded, &request, outcome, &rules, None)?.command;
            commands::find(scope, id)
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

/// Writes the command for a session that is locked and allows it.
pub(crate) fn issue(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    loaded: &Loaded,
    request: &Request,
    outcome: PlanOutcome,
    rules: &Rules,
    bulk: Option<BulkActionId>,
) -> Result<Issued> {
    let session = loaded.session.id;
    let finished = match (outcome, request.verb) {
        (PlanOutcome::NoOp, _) => Some(CommandOutcome::AlreadyGone),
        (_, Verb::CloseRecord) => Some(CommandOutcome::RecordedOnly),
        _ => None,
    };
    let warned = warning_seconds(&loaded.facts, request.verb, &rules.timing);
    let row = NewRow {
        session,
        agent: loaded.agent,
        verb: request.verb,
        reason: request.reason.as_deref(),
        message: request.message.as_deref(),
        first_warning_seconds: warned,
        second_warning_seconds: if warned == 0 { 0 } else { rules.timing.second_warning_seconds },
        effective_by: if finished.is_some() {
            scope.now
        } else {
            effective_by(&loaded.facts, request.verb, &rules.timing, scope.now)
        },
        bulk,
        finished,
    };
    let id = commands::create(scope, actor, &row)?;
    let mut state = state::lock(scope, session)?;
    let issued = Issued { command: id, effective_by: row.effective_by };
    if request.verb == Verb::CloseRecord && outcome == PlanOutcome::WillAct {
        close(scope, &mut state, EndReason::RecordClosed, EventKind::RecordClosed)?;
    }
    state::settle(scope, &mut state)?;
    if let Some(minutes) = request.hold_minutes {
        hold(scope, actor, loaded.session.user.id, loaded.session.resource.id, minutes)?;
    }
    Ok(issued)
}

/// Records a session as over that nobody confirmed; settle afterwards.
pub(crate) fn close(
    scope: &mut WriteScope<'_>,
    state: &mut state::State,
    reason: EndReason,
    kind: EventKind,
) -> Result<()> {
    if state.is_over() {
        return Ok(());
    }
    let (from, now) = (state.observed, scope.now);
    state.observed = over_status(state.kind, reason);
    state.ended_at = Some(now);
    state.end_reason = Some(reason);
    let event =
        NewEvent { statuses: Some((from, state.observed)), end_reason: Some(reason), ..NewEvent::new(kind, now) };
    events::append(scope, state.id, &event)
}

fn hold(scope: &mut WriteScope<'_>, actor: &Actor, user: UserId, resource: ResourceId, minutes: u32) -> Result<()> {
    let until = scope.now.plus_seconds(i64::from(minutes) * 60);
    diesel::insert_into(holds::table)
        .values((
            holds::tenant_id.eq(scope.tenant.0),
            holds::user_id.eq(user.0),
            holds::resource_id.eq(resource.0),
            holds::until_at.eq(until.millis()),
            holds::placed_by.eq(actor.user.map(|user| user.0)),
        ))
        .execute(scope.conn)?;
    scope.audit(AuditDraft {
        actor: actor.clone(),
        action: AuditAction::HoldPlaced,
        session: None,
        object: Some(format!("user {user}, resource {resource}, until {until}")),
        reason: None,
    });
    Ok(())
}
