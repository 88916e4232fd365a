//! Reading commands.

use deskwarden_types::{
    CommandId, SessionId, Timestamp, UserId,
    api::{Command, UserRef},
};
use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Result, Scope, StoreError,
    names::{optional_word, word},
    schema::{commands, users},
};

#[derive(diesel::Queryable)]
struct Row {
    id: i64,
    session_id: i64,
    verb: i16,
    state: i16,
    reason: Option<String>,
    message: Option<String>,
    created_at: i64,
    effective_by: i64,
    delivered_at: Option<i64>,
    acknowledged_at: Option<i64>,
    warned_at: Option<i64>,
    closes_at: Option<i64>,
    finished_at: Option<i64>,
    outcome: Option<i16>,
    detail: Option<String>,
    requested_by: Option<(i64, String, String, String)>,
}

impl Row {
    fn command(self) -> Result<Command> {
        let time = |millis: Option<i64>| millis.map(Timestamp::from_millis);
        Ok(Command {
            id: CommandId(self.id),
            session_id: SessionId(self.session_id),
            verb: word(self.verb)?,
            state: word(self.state)?,
            requested_by: self.requested_by.map(|(id, username, display_name, email)| UserRef {
                id: UserId(id),
                username,
                display_name,
                email,
                ad_username: None,
            }),
            reason: self.reason,
            message: self.message,
            created_at: Timestamp::from_millis(self.created_at),
            effective_by: Timestamp::from_millis(self.effective_by),
            delivered_at: time(self.delivered_at),
            acknowledged_at: time(self.acknowledged_at),
            warned_at: time(self.warned_at),
            closes_at: time(self.closes_at),
            finished_at: time(self.finished_at),
            outcome: optional_word(self.outcome)?,
            detail: self.detail,
        })
    }
}

macro_rules! rows {
    ($scope:expr) => {
        commands::table
            .left_join(users::table.on(users::id.nullable().eq(commands::requested_by)))
            .filter(commands::tenant_id.eq($scope.tenant.0))
            .select((
                commands::id,
                commands::session_id,
                commands::verb,
                commands::state,
                commands::reason,
                commands::message,
                commands::created_at,
                commands::effective_by,
                commands::delivered_at,
                commands::acknowledged_at,
                commands::warned_at,
                commands::closes_at,
                commands::finished_at,
                commands::outcome,
                commands::detail,
                (users::id, users::username, users::display_name, users::email).nullable(),
            ))
    };
}

/// Commands of a session that its page shows.
const SHOWN: i64 = 50;

/// A session's commands, newest first. Look first whether the viewer may see the session.
pub fn of_session(scope: &mut Scope<'_>, session: SessionId) -> Result<Vec<Command>> {
    let rows: Vec<Row> = rows!(scope)
        .filter(commands::session_id.eq(session.0))
        .order(commands::id.desc())
        .limit(SHOWN)
        .load(scope.conn)?;
    rows.into_iter().map(Row::command).collect()
}

/// Commands by id.
pub fn load(scope: &mut Scope<'_>, ids: &[CommandId]) -> Result<Vec<Command>> {
    let mut all = Vec::with_capacity(ids.len());
    // SQLite takes a bounded number of values.
    for chunk in ids.chunks(500) {
        let ids: Vec<i64> = chunk.iter().map(|id| id.0).collect();
        let rows: Vec<Row> = rows!(scope).filter(commands::id.eq_any(ids)).load(scope.conn)?;
        for row in rows {
            all.push(row.command()?);
        }
    }
    Ok(all)
}

/// One command.
pub fn find(scope: &mut Scope<'_>, id: CommandId) -> Result<Command> {
    load(scope, &[id])?.pop().ok_or_else(|| StoreError::not_found("command"))
}
