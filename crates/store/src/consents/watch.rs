//! From the answer to the end of watching.

use deskwarden_types::{
    AuditAction, CommandOutcome, ConsentId, ConsentState, ErrorCode, SessionId, StreamReach, Timestamp, UserId,
    api::Consent,
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::{
    COME_SECONDS,
    read::find,
    steps::{audit, user_actor},
};
use crate::{
    Actor, Conn, Result, StoreError, WriteScope,
    identity::SecretHash,
    names::word,
    schema::consents,
    sessions::{self, SYSTEM, Viewer},
    streams::{self, Made, WatchEnd},
};

struct Row {
    session: SessionId,
    user: UserId,
    asked_by: UserId,
    state: ConsentState,
    answered_at: Option<Timestamp>,
}

/// Reads a consent and keeps others from changing it until the transaction ends.
fn lock(scope: &mut WriteScope<'_>, id: ConsentId) -> Result<Row> {
    if matches!(scope.conn, Conn::Postgres(_)) {
        let (tenant, id) = (scope.tenant.0, id.0);
        let sql = format!("SELECT 1 FROM consents WHERE tenant_id = {tenant} AND id = {id} FOR NO KEY UPDATE");
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    let row: Option<(i64, i64, i64, i16, Option<i64>)> = consents::table
        .filter(consents::tenant_id.eq(scope.tenant.0))
        .filter(consents::id.eq(id.0))
        .select((consents::session_id, consents::user_id, consents::asked_by, consents::state, consents::answered_at))
        .first(scope.conn)
        .optional()?;
    let (session, user, asked_by, state, answered_at) = row.ok_or_else(|| StoreError::not_found("consent"))?;
    Ok(Row {
        session: SessionId(session),
        user: UserId(user),
        asked_by: UserId(asked_by),
        state: word(state)?,
        answered_at: answered_at.map(Timestamp::from_millis),
    })
}

fn refused(detail: &str) -> StoreError {
    StoreError::refused(ErrorCode::Conflict, detail)
}

/// Whether this user may begin to watch now.
pub(crate) fn may_watch(scope: &mut WriteScope<'_>, id: ConsentId, user: UserId) -> Result<SessionId> {
    let row = lock(scope, id)?;
    if row.asked_by != user {
        return Err(StoreError::refused(ErrorCode::Forbidden, "The consent was given to who asked for it."));
    }
    let in_time = row.answered_at.is_some_and(|at| scope.now < at.plus_seconds(COME_SECONDS));
    match row.state {
        ConsentState::Granted if in_time => Ok(row.session),
        ConsentState::Asked => Err(refused("The user has not answered yet.")),
        ConsentState::Denied => Err(refused("The user did not agree.")),
        ConsentState::Watching => Err(refused("It is being watched already; a consent is good for one time.")),
        ConsentState::Granted | ConsentState::Ended | ConsentState::Withdrawn => {
            Err(refused("The consent was good for one minute and one time. Ask again."))
        }
    }
}

/// Makes a ticket to watch, for who asked and was granted it.
pub fn ticket(scope: &mut WriteScope<'_>, viewer: &Viewer, id: ConsentId, hash: &SecretHash) -> Result<Made> {
    find(scope, viewer, id)?;
    let session = may_watch(scope, id, viewer.user)?;
    let loaded = sessions::find(scope, &SYSTEM, session)?;
    let agent = streams::open_to_streams(&loaded, StreamReach::View, scope.now)?;
    streams::insert(scope, (session, agent), viewer.user, StreamReach::View, Some(id), hash)
}

/// The screen is there: somebody watches from now on.
pub(crate) fn began(scope: &mut WriteScope<'_>, id: ConsentId) -> Result<()> {
    let row = lock(scope, id)?;
    if row.state != ConsentState::Granted {
        return Err(refused("Watching was ended before it began."));
    }
    set(scope, id, ConsentState::Watching, None)?;
    let own = consents::table.filter(consents::tenant_id.eq(scope.tenant.0)).filter(consents::id.eq(id.0));
    diesel::update(own).set(consents::watched_from.eq(scope.now.millis())).execute(scope.conn)?;
    let actor = user_actor(scope, row.asked_by)?;
    audit(scope, &actor, AuditAction::WatchBegan, row.session, format!("consent {id}"));
    Ok(())
}

/// The stream is closed.
pub(crate) fn ended(scope: &mut WriteScope<'_>, id: ConsentId, by: WatchEnd, watcher: UserId) -> Result<()> {
    let row = lock(scope, id)?;
    if row.state != ConsentState::Watching {
        return Ok(());
    }
    let by = match by {
        WatchEnd::User => Some(row.user),
        WatchEnd::Watcher => Some(watcher),
        WatchEnd::Nobody => None,
    };
    finish(scope, id, row.session, by)
}

fn finish(scope: &mut WriteScope<'_>, id: ConsentId, session: SessionId, by: Option<UserId>) -> Result<()> {
    set(scope, id, ConsentState::Ended, by)?;
    let own = consents::table.filter(consents::tenant_id.eq(scope.tenant.0)).filter(consents::id.eq(id.0));
    diesel::update(own).set(consents::watched_until.eq(scope.now.millis())).execute(scope.conn)?;
    let actor = match by {
        Some(user) => user_actor(scope, user)?,
        None => Actor::system(),
    };
    audit(scope, &actor, AuditAction::WatchEnded, session, format!("consent {id}"));
    Ok(())
}

fn set(scope: &mut WriteScope<'_>, id: ConsentId, state: ConsentState, by: Option<UserId>) -> Result<()> {
    let own = consents::table.filter(consents::tenant_id.eq(scope.tenant.0)).filter(consents::id.eq(id.0));
    diesel::update(own)
        .set((consents::state.eq(state.code()), consents::ended_by.eq(by.map(|user| user.0))))
        .execute(scope.conn)?;
    // The server that has the stream looks.
    scope.tell();
    Ok(())
}

/// Ends watching, or the wish to: by the user whose session it is, or by who asked. Ended already is success.
pub fn end(scope: &mut WriteScope<'_>, viewer: &Viewer, id: ConsentId) -> Result<Consent> {
    find(scope, viewer, id)?;
    let row = lock(scope, id)?;
    let (is_user, is_asker) = (row.user == viewer.user, row.asked_by == viewer.user);
    if !is_user && !is_asker {
        let detail = "Watching is ended by who is watched, or by who asked.";
        return Err(StoreError::refused(ErrorCode::Forbidden, detail));
    }
    match row.state {
        ConsentState::Watching => finish(scope, id, row.session, Some(viewer.user))?,
        // A no is a no, wherever it is said.
        ConsentState::Asked if is_user => {
            let own = consents::table.filter(consents::tenant_id.eq(scope.tenant.0)).filter(consents::id.eq(id.0));
            diesel::update(own)
                .set((consents::answer.eq(CommandOutcome::Denied.code()), consents::answered_at.eq(scope.now.millis())))
                .execute(scope.conn)?;
            set(scope, id, ConsentState::Denied, Some(viewer.user))?;
            let actor = user_actor(scope, viewer.user)?;
            audit(scope, &actor, AuditAction::ConsentAnswered, row.session, format!("consent {id}: denied"));
        }
        ConsentState::Asked | ConsentState::Granted => {
            set(scope, id, ConsentState::Withdrawn, Some(viewer.user))?;
            let actor = user_actor(scope, viewer.user)?;
            audit(scope, &actor, AuditAction::WatchEnded, row.session, format!("consent {id}: before it began"));
        }
        ConsentState::Denied | ConsentState::Ended | ConsentState::Withdrawn => {}
    }
    find(scope, viewer, id)
}
