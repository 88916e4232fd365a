//! Reading sessions and their commands, and keeping others from changing them.

use std::collections::BTreeSet;

use deskwarden_domain::is_ending;
use deskwarden_types::{AgentId, CommandId, SessionId, Timestamp};
use diesel::{
    RunQueryDsl,
    sql_types::{BigInt, Bool, Nullable, SmallInt},
};

use super::{Held, HeldCommand, State};
use crate::{
    Conn, Result, StoreError, WriteScope,
    names::{optional_word, word},
    sets::id_list,
};

/// Sessions read at once.
const CHUNK: usize = 1000;

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = SmallInt)]
    kind: i16,
    #[diesel(sql_type = SmallInt)]
    status: i16,
    #[diesel(sql_type = SmallInt)]
    observed_status: i16,
    #[diesel(sql_type = SmallInt)]
    phase: i16,
    #[diesel(sql_type = Nullable<BigInt>)]
    agent_id: Option<i64>,
    #[diesel(sql_type = Bool)]
    connected: bool,
    #[diesel(sql_type = Bool)]
    stale: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    ended_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    last_activity_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    valid_until: Option<i64>,
    #[diesel(sql_type = BigInt)]
    listed_until: i64,
    #[diesel(sql_type = Nullable<SmallInt>)]
    end_reason: Option<i16>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    ended_how: Option<i16>,
    #[diesel(sql_type = Nullable<BigInt>)]
    command_id: Option<i64>,
}

impl Row {
    fn held(self) -> Result<Held> {
        let time = |millis: Option<i64>| millis.map(Timestamp::from_millis);
        let stored = [
            Some(self.status.into()),
            Some(self.observed_status.into()),
            Some(self.phase.into()),
            Some(self.connected.into()),
            Some(self.stale.into()),
            self.ended_at,
            self.last_activity_at,
            self.valid_until,
            Some(self.listed_until),
            self.end_reason.map(i64::from),
            self.ended_how.map(i64::from),
            self.command_id,
        ];
        let state = State {
            id: SessionId(self.id),
            kind: word(self.kind)?,
            observed: word(self.observed_status)?,
            agent: self.agent_id.map(AgentId),
            connected: self.connected,
            stale: self.stale,
            ended_at: time(self.ended_at),
            last_activity_at: time(self.last_activity_at),
            valid_until: time(self.valid_until),
            end_reason: optional_word(self.end_reason)?,
            command: self.command_id.map(CommandId),
        };
        Ok(Held { state, stored, settled: None, commands: None })
    }
}

/// Reads a session and keeps others from changing it until the transaction ends.
pub(crate) fn lock(scope: &mut WriteScope<'_>, id: SessionId) -> Result<State> {
    try_lock(scope, id)?.ok_or_else(|| StoreError::not_found("session"))
}

/// [`lock`] for an id that may be nobody's.
pub(crate) fn try_lock(scope: &mut WriteScope<'_>, id: SessionId) -> Result<Option<State>> {
    lock_all(scope, [id])?;
    Ok(scope.ledger.sessions.get(&id).map(|held| held.state.clone()))
}

/// Locks many, in the order of their ids, so that two transactions cannot wait for each other. Ids that are nobody's
/// are passed over. What is not yet settled of them is not yet in the database.
pub(crate) fn lock_all(scope: &mut WriteScope<'_>, ids: impl IntoIterator<Item = SessionId>) -> Result<()> {
    let missing: Vec<i64> = scope.ledger.missing(ids).into_iter().map(|id| id.0).collect();
    // The row is there to be pointed at meanwhile: only changing it has to wait.
    let lock = if matches!(scope.conn, Conn::Postgres(_)) { " ORDER BY id FOR NO KEY UPDATE" } else { "" };
    for chunk in missing.chunks(CHUNK) {
        let sql = format!(
            "SELECT id, kind, status, observed_status, phase, agent_id, connected, stale, ended_at, last_activity_at, \
             valid_until, listed_until, end_reason, ended_how, command_id FROM sessions \
             WHERE tenant_id = {} AND id IN ({}){lock}",
            scope.tenant.0,
            id_list(chunk.iter().copied())
        );
        for row in diesel::sql_query(sql).load::<Row>(scope.conn)? {
            let held = row.held()?;
            scope.ledger.sessions.insert(held.state.id, held);
        }
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct CommandRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    session_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    agent_id: Option<i64>,
    #[diesel(sql_type = SmallInt)]
    verb: i16,
    #[diesel(sql_type = SmallInt)]
    state: i16,
    #[diesel(sql_type = Nullable<BigInt>)]
    delivered_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    acknowledged_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    warned_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    closes_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    finished_at: Option<i64>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    outcome: Option<i16>,
    #[diesel(sql_type = Bool)]
    by_server: bool,
}

fn read_commands(scope: &mut WriteScope<'_>, condition: &str) -> Result<Vec<(CommandId, HeldCommand)>> {
    let sql = format!(
        "SELECT c.id, c.session_id, c.agent_id, c.verb, c.state, c.delivered_at, c.acknowledged_at, c.warned_at, \
         c.closes_at, c.finished_at, c.outcome, c.requested_by IS NULL AS by_server FROM commands c WHERE c.tenant_id = {} AND {condition}",
        scope.tenant.0
    );
    let rows: Vec<CommandRow> = diesel::sql_query(sql).load(scope.conn)?;
    rows.into_iter()
        .map(|row| {
            let steps = [
                Some(row.state.into()),
                row.delivered_at,
                row.acknowledged_at,
                row.warned_at,
                row.closes_at,
                row.finished_at,
                row.outcome.map(i64::from),
            ];
            let command = HeldCommand::new(
                SessionId(row.session_id),
                row.agent_id.map(AgentId),
                word(row.verb)?,
                row.by_server,
                steps,
            );
            Ok((CommandId(row.id), command))
        })
        .collect()
}

/// Locks these sessions and those of these commands, all in one order, and holds the commands. Ids that are nobody's are
/// passed over.
pub(crate) fn hold_commands(
    scope: &mut WriteScope<'_>,
    ids: impl IntoIterator<Item = CommandId>,
    sessions: impl IntoIterator<Item = SessionId>,
) -> Result<()> {
    let held = &scope.ledger.commands;
    let missing: BTreeSet<i64> = ids.into_iter().filter(|id| !held.contains_key(id)).map(|id| id.0).collect();
    let missing: Vec<i64> = missing.into_iter().collect();
    let mut sessions: Vec<SessionId> = sessions.into_iter().collect();
    let mut found = Vec::new();
    let condition = |chunk: &[i64]| format!("c.id IN ({})", id_list(chunk.iter().copied()));
    for chunk in missing.chunks(CHUNK) {
        found.extend(read_commands(scope, &condition(chunk))?);
    }
    sessions.extend(found.iter().map(|(_, command)| command.session));
    // SQLite's only writer has waited for nobody.
    let may_wait = matches!(scope.conn, Conn::Postgres(_)) && !scope.ledger.missing(sessions.clone()).is_empty();
    // The sessions first, as every writer does; then what the commands are now.
    lock_all(scope, sessions.iter().copied())?;
    if may_wait {
        found.clear();
        for chunk in missing.chunks(CHUNK) {
            found.extend(read_commands(scope, &condition(chunk))?);
        }
    }
    for (id, command) in found {
        scope.ledger.commands.entry(id).or_insert(command);
    }
    hold_of_sessions(scope, sessions)
}

/// Holds the open commands and the latest one of each of these sessions, which are locked.
pub(crate) fn hold_of_sessions(scope: &mut WriteScope<'_>, ids: impl IntoIterator<Item = SessionId>) -> Result<()> {
    let without = |id: &SessionId| scope.ledger.sessions.get(id).is_some_and(|held| held.commands.is_none());
    let missing: BTreeSet<i64> = ids.into_iter().filter(without).map(|id| id.0).collect();
    let missing: Vec<i64> = missing.into_iter().collect();
    for chunk in missing.chunks(CHUNK) {
        for id in chunk {
            if let Some(held) = scope.ledger.sessions.get_mut(&SessionId(*id)) {
                held.commands = Some(Vec::new());
            }
        }
        // no tenant: the inner statement looks at the same session's commands.
        let condition = format!(
            "c.session_id IN ({}) AND (c.finished_at IS NULL \
             OR c.id = (SELECT MAX(x.id) FROM commands x WHERE x.session_id = c.session_id))",
            id_list(chunk.iter().copied())
        );
        for (id, command) in read_commands(scope, &condition)? {
            let command = scope.ledger.commands.entry(id).or_insert(command);
            let session = command.session;
            if let Some(known) = scope.ledger.sessions.get_mut(&session).and_then(|held| held.commands.as_mut()) {
                known.push(id);
            }
        }
    }
    Ok(())
}

/// Whether the last command that ends the session was the server's own. The session is locked, and its commands are held.
pub(crate) fn ended_by_server(scope: &WriteScope<'_>, id: SessionId) -> bool {
    let ending = commands_of(scope, id).filter(|(_, command)| is_ending(command.verb));
    ending.max_by_key(|(id, _)| **id).is_some_and(|(_, command)| command.by_server)
}

/// Whether a command on the session is open. The session is locked, and its commands are held.
pub(crate) fn has_open_command(scope: &WriteScope<'_>, id: SessionId) -> bool {
    commands_of(scope, id).any(|(_, command)| !command.is_finished())
}

fn commands_of<'s>(scope: &'s WriteScope<'_>, id: SessionId) -> impl Iterator<Item = (&'s CommandId, &'s HeldCommand)> {
    let ids = scope.ledger.sessions.get(&id).and_then(|held| held.commands.as_deref()).unwrap_or_default();
    ids.iter().filter_map(|id| Some((id, scope.ledger.commands.get(id)?)))
}
