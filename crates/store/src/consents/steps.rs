//! From the question to its answer.

use deskwarden_domain::DELIVERY_SECONDS;
use deskwarden_types::{
    AuditAction, CommandId, CommandOutcome, ConsentState, ErrorCode, SessionId, TenantId, Timestamp, UserId,
};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::COME_SECONDS;
use crate::{
    Actor, AuditDraft, Conn, Result, StoreError, WriteScope,
    schema::{consents, users},
    tenants,
};

/// So much longer than it may take an answer is waited for, in seconds.
const MARGIN_SECONDS: i64 = 10;

/// Writes the wish to watch a session, beside the command that asks its user.
pub(crate) fn asked(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    (command, session, user): (CommandId, SessionId, UserId),
    reason: &str,
    effective_by: Timestamp,
) -> Result<()> {
    let Some(by) = actor.user else {
        return Err(StoreError::refused(ErrorCode::Forbidden, "Only a user can ask to watch."));
    };
    let answer_by = effective_by.plus_seconds(i64::from(tenants::settings(scope)?.consent_seconds));
    diesel::insert_into(consents::table)
        .values((
            consents::tenant_id.eq(scope.tenant.0),
            consents::session_id.eq(session.0),
            consents::command_id.eq(command.0),
            consents::user_id.eq(user.0),
            consents::asked_by.eq(by.0),
            consents::reason.eq(reason),
            consents::asked_at.eq(scope.now.millis()),
            consents::answer_by.eq(answer_by.millis()),
            consents::state.eq(ConsentState::Asked.code()),
        ))
        .execute(scope.conn)?;
    let id = scope.conn.last_id()?;
    scope.audit(AuditDraft {
        actor: actor.clone(),
        action: AuditAction::ConsentAsked,
        session: Some(session),
        object: Some(format!("consent {id}")),
        reason: Some(reason.to_owned()),
    });
    Ok(())
}

type Row = (i64, i64, i64, i64);

/// The question's command came to its end. Only a yes that came in time counts as one.
pub(crate) fn answered(
    scope: &mut WriteScope<'_>,
    command: CommandId,
    outcome: CommandOutcome,
    at: Timestamp,
) -> Result<()> {
    let open = consents::table
        .filter(consents::tenant_id.eq(scope.tenant.0))
        .filter(consents::command_id.eq(command.0))
        .filter(consents::state.eq(ConsentState::Asked.code()));
    let row: Option<Row> = open
        .select((consents::id, consents::session_id, consents::user_id, consents::answer_by))
        .first(scope.conn)
        .optional()?;
    let Some((id, session, user, answer_by)) = row else { return Ok(()) };
    let in_time = at <= Timestamp::from_millis(answer_by).plus_seconds(DELIVERY_SECONDS);
    let (state, answer) = match outcome {
        CommandOutcome::Granted if in_time => (ConsentState::Granted, CommandOutcome::Granted),
        CommandOutcome::Granted => (ConsentState::Denied, CommandOutcome::NotAnswered),
        other => (ConsentState::Denied, other),
    };
    diesel::update(open)
        .set((
            consents::state.eq(state.code()),
            consents::answer.eq(answer.code()),
            consents::answered_at.eq(at.millis()),
        ))
        .execute(scope.conn)?;
    let by_user = matches!(answer, CommandOutcome::Granted | CommandOutcome::Denied | CommandOutcome::QuestionClosed);
    let actor = if by_user { user_actor(scope, UserId(user))? } else { Actor::system() };
    audit(scope, &actor, AuditAction::ConsentAnswered, SessionId(session), format!("consent {id}: {answer}"));
    Ok(())
}

/// The user as the audit names one.
pub(super) fn user_actor(scope: &mut WriteScope<'_>, user: UserId) -> Result<Actor> {
    let name = users::table
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(users::id.eq(user.0))
        .select(users::username)
        .first(scope.conn)?;
    Ok(Actor { kind: deskwarden_types::ActorKind::User, user: Some(user), name })
}

pub(super) fn audit(scope: &mut WriteScope<'_>, actor: &Actor, action: AuditAction, session: SessionId, what: String) {
    scope.audit(AuditDraft { actor: actor.clone(), action, session: Some(session), object: Some(what), reason: None });
}

macro_rules! late {
    ($now:expr) => {{
        let unanswered = consents::state
            .eq(ConsentState::Asked.code())
            .and(consents::answer_by.le($now.plus_seconds(-MARGIN_SECONDS).millis()));
        let unused = consents::state
            .eq(ConsentState::Granted.code())
            .and(consents::answered_at.le($now.plus_seconds(-COME_SECONDS - MARGIN_SECONDS).millis()));
        unanswered.or(unused)
    }};
}

/// Tenants with questions that nobody answered, or a yes that nobody came for.
// no tenant: a job for all of them.
pub fn due(conn: &mut Conn, now: Timestamp) -> Result<Vec<TenantId>> {
    let ids: Vec<i64> = consents::table.filter(late!(now)).select(consents::tenant_id).distinct().load(conn)?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// Writes down that nobody answered, or that nobody came.
pub fn give_up(scope: &mut WriteScope<'_>) -> Result<()> {
    let now = scope.now;
    let rows: Vec<(i64, i64, i16)> = consents::table
        .filter(consents::tenant_id.eq(scope.tenant.0))
        .filter(late!(now))
        .order(consents::id)
        .select((consents::id, consents::command_id, consents::state))
        .load(scope.conn)?;
    for (id, command, state) in rows {
        if state == ConsentState::Asked.code() {
            answered(scope, CommandId(command), CommandOutcome::NoWord, now)?;
            continue;
        }
        let unused = consents::table
            .filter(consents::tenant_id.eq(scope.tenant.0))
            .filter(consents::id.eq(id))
            .filter(consents::state.eq(ConsentState::Granted.code()));
        diesel::update(unused).set(consents::state.eq(ConsentState::Withdrawn.code())).execute(scope.conn)?;
    }
    Ok(())
}
