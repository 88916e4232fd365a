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
    sets::{Cells, insert},
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

/// A line on its way into a session's timeline.
#[derive(Debug)]
pub(crate) struct Line {
    session: SessionId,
    event: NewEvent,
}

/// Adds a line; it is written when the transaction ends, with all others.
pub(crate) fn append(scope: &mut WriteScope<'_>, session: SessionId, event: NewEvent) {
    scope.lines.push(Line { session, event });
}

/// Says more in the line that was just added to a session's timeline.
pub(crate) fn explain(scope: &mut WriteScope<'_>, session: SessionId, detail: Option<String>) {
    if let Some(line) = scope.lines.iter_mut().rev().find(|line| line.session == session) {
        line.event.detail = detail;
    }
}

/// Writes the lines added so far, in their order.
pub(crate) fn flush(scope: &mut WriteScope<'_>) -> Result<()> {
    let lines = std::mem::take(&mut scope.lines);
    let numbers = |of: fn(&Line) -> Option<i64>| Cells::Numbers(lines.iter().map(of).collect());
    let columns = vec![
        ("tenant_id", Cells::Number(Some(scope.tenant.0))),
        ("session_id", numbers(|line| Some(line.session.0))),
        ("kind", numbers(|line| Some(line.event.kind.code().into()))),
        ("observed_at", numbers(|line| Some(line.event.at.millis()))),
        ("recorded_at", Cells::Number(Some(scope.now.millis()))),
        ("from_status", numbers(|line| line.event.statuses.map(|(from, _)| from.code().into()))),
        ("to_status", numbers(|line| line.event.statuses.map(|(_, to)| to.code().into()))),
        ("command_id", numbers(|line| line.event.command.map(|command| command.0))),
        ("end_reason", numbers(|line| line.event.end_reason.map(|reason| reason.code().into()))),
        ("actor_id", numbers(|line| line.event.actor.map(|user| user.0))),
        ("detail", Cells::Texts(lines.iter().map(|line| line.event.detail.as_deref().map(bounded)).collect())),
    ];
    insert(scope.conn, "session_events", lines.len(), columns, "")
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
pub(crate) fn status_before(scope: &mut WriteScope<'_>, session: SessionId) -> Result<Option<Status>> {
    flush(scope)?;
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
