//! Session timelines: append-only.

use deskwarden_types::{
    CommandId, EndReason, EventId, EventKind, SessionId, Status, Timestamp, UserId,
    api::{Event, UserRef},
    turns_text,
};
use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Result, Scope, WriteScope,
    names::{optional_word, word},
    schema::{commands, session_events, users},
};

/// A line before it is written.
#[derive(Debug, Clone)]
pub(crate) struct NewEvent {
    pub(crate) kind: EventKind,
    pub(crate) at: Timestamp,
    pub(crate) statuses: Option<(Status, Status)>,
    pub(crate) command: Option<CommandId>,
    pub(crate) end_reason: Option<EndReason>,
    pub(crate) actor: Option<UserId>,
    pub(crate) detail: Option<String>,
}

impl NewEvent {
    pub(crate) fn new(kind: EventKind, at: Timestamp) -> Self {
        Self { kind, at, statuses: None, command: None, end_reason: None, actor: None, detail: None }
    }
}

/// Characters of a detail that are kept: an agent's text is not bounded by us.
const DETAIL: usize = 1000;

/// Shortens a text from outside and takes out what no database can hold, and what would turn the texts around it.
pub(crate) fn bounded(text: &str) -> String {
    text.chars().filter(|c| *c != '\0' && !turns_text(*c)).take(DETAIL).collect()
}

/// Writes a line.
pub(crate) fn append(scope: &mut WriteScope<'_>, session: SessionId, event: &NewEvent) -> Result<()> {
    diesel::insert_into(session_events::table)
        .values((
            session_events::tenant_id.eq(scope.tenant.0),
            session_events::session_id.eq(session.0),
            session_events::kind.eq(event.kind.code()),
            session_events::observed_at.eq(event.at.millis()),
            session_events::recorded_at.eq(scope.now.millis()),
            session_events::from_status.eq(event.statuses.map(|(from, _)| from.code())),
            session_events::to_status.eq(event.statuses.map(|(_, to)| to.code())),
            session_events::command_id.eq(event.command.map(|command| command.0)),
            session_events::end_reason.eq(event.end_reason.map(EndReason::code)),
            session_events::actor_id.eq(event.actor.map(|user| user.0)),
            session_events::detail.eq(event.detail.as_deref().map(bounded)),
        ))
        .execute(scope.conn)?;
    Ok(())
}

#[derive(diesel::Queryable)]
struct Row {
    id: i64,
    kind: i16,
    observed_at: i64,
    recorded_at: i64,
    from_status: Option<i16>,
    to_status: Option<i16>,
    command_id: Option<i64>,
    verb: Option<i16>,
    end_reason: Option<i16>,
    detail: Option<String>,
    actor: Option<(i64, String, String, String)>,
}

/// A session's lines with an id below `before`, newest first. Look first whether the viewer may see the session.
pub fn list(scope: &mut Scope<'_>, session: SessionId, before: Option<i64>, limit: i64) -> Result<Vec<Event>> {
    let rows: Vec<Row> = session_events::table
        .left_join(users::table.on(users::id.nullable().eq(session_events::actor_id)))
        .left_join(commands::table.on(commands::id.nullable().eq(session_events::command_id)))
        .filter(session_events::tenant_id.eq(scope.tenant.0))
        .filter(session_events::session_id.eq(session.0))
        .filter(session_events::id.lt(before.unwrap_or(i64::MAX)))
        .order(session_events::id.desc())
        .limit(limit)
        .select((
            session_events::id,
            session_events::kind,
            session_events::observed_at,
            session_events::recorded_at,
            session_events::from_status,
            session_events::to_status,
            session_events::command_id,
            commands::verb.nullable(),
            session_events::end_reason,
            session_events::detail,
            (users::id, users::username, users::display_name, users::email).nullable(),
        ))
        .load(scope.conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(Event {
                id: EventId(row.id),
                kind: word(row.kind)?,
                observed_at: Timestamp::from_millis(row.observed_at),
                recorded_at: Timestamp::from_millis(row.recorded_at),
                from_status: optional_word(row.from_status)?,
                to_status: optional_word(row.to_status)?,
                command_id: row.command_id.map(CommandId),
                verb: optional_word(row.verb)?,
                end_reason: optional_word(row.end_reason)?,
                actor: row.actor.map(|(id, username, display_name, email)| UserRef {
                    id: UserId(id),
                    username,
                    display_name,
                    email,
                    ad_username: None,
                }),
                detail: row.detail,
            })
        })
        .collect()
}

/// The status that a session had before its latest change.
pub(crate) fn status_before(scope: &mut Scope<'_>, session: SessionId) -> Result<Option<Status>> {
    let codes: Vec<Option<i16>> = session_events::table
        .filter(session_events::tenant_id.eq(scope.tenant.0))
        .filter(session_events::session_id.eq(session.0))
        .filter(session_events::from_status.is_not_null())
        .order(session_events::id.desc())
        .limit(1)
        .select(session_events::from_status)
        .load(scope.conn)?;
    optional_word(codes.into_iter().flatten().next())
}
