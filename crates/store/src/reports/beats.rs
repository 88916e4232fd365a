//! Signs of life. They touch one narrow table and no index, unless they tell something new.

use std::collections::{BTreeMap, HashSet};

use deskwarden_domain::reopens;
use deskwarden_types::{
    AgentId, Phase, SessionId, TenantId, Timestamp,
    agent::{Beats, BeatsTaken},
};
use diesel::{
    ExpressionMethods, QueryDsl, RunQueryDsl,
    sql_types::{BigInt, Bool, SmallInt},
};

use crate::{
    Conn, Result, Scope, StoreError, WriteScope,
    agents::{self, AgentIdentity},
    events,
    schema::sessions,
    sessions::state::{self, Seen},
    sets::{Cells, id_list, insert},
};

/// Beats in one request.
const MOST: usize = 1000;

/// A sign of life of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Beaten {
    pub(crate) session: SessionId,
    pub(crate) at: Timestamp,
    /// Seconds since the user last did anything.
    pub(crate) idle: Option<u32>,
}

/// A session as far as beats are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) session: SessionId,
    /// It was thought silent or over: a beat tells something new.
    pub(super) is_news: bool,
}

/// Refuses too many; gives the last word on each session.
pub(super) fn checked(beats: &Beats, at: Timestamp) -> Result<BTreeMap<SessionId, Beaten>> {
    if beats.sessions.len() > MOST {
        return Err(StoreError::bad_field("sessions", format!("At most {MOST} sessions in a request.")));
    }
    let beaten = beats.sessions.iter().map(|beat| {
        let beaten = Beaten { session: beat.session_id, at, idle: beat.idle_seconds };
        (beat.session_id, beaten)
    });
    Ok(beaten.collect())
}

/// Takes beats at once. A session that was stale, or recorded as over without confirmation, is heard of again.
pub fn beat(scope: &mut WriteScope<'_>, who: &AgentIdentity, beats: &Beats) -> Result<BeatsTaken> {
    let now = scope.now;
    let last = checked(beats, now)?;
    agents::heard(scope, who.agent)?;
    let own = own(scope, who.agent, last.keys().copied())?;
    let known: BTreeMap<_, _> = own.iter().map(|owned| (owned.session, owned.is_news)).collect();
    let beaten: Vec<_> = last.values().filter(|beat| known.contains_key(&beat.session)).copied().collect();
    let tenant = scope.tenant;
    write(scope.conn, tenant, &beaten)?;
    let news: Vec<_> = beaten.iter().filter(|beat| known.get(&beat.session) == Some(&true)).copied().collect();
    hear_again(scope, &news)?;
    Ok(BeatsTaken { unknown_sessions: last.into_keys().filter(|id| !known.contains_key(id)).collect() })
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Bool)]
    stale: bool,
    #[diesel(sql_type = SmallInt)]
    phase: i16,
}

/// Which of these sessions are the agent's.
pub(super) fn own(
    scope: &mut Scope<'_>,
    agent: AgentId,
    ids: impl IntoIterator<Item = SessionId>,
) -> Result<Vec<Owned>> {
    let sql = format!(
        "SELECT id, stale, phase FROM sessions WHERE tenant_id = {} AND agent_id = {} AND id IN ({})",
        scope.tenant.0,
        agent.0,
        id_list(ids.into_iter().map(|id| id.0))
    );
    let rows: Vec<Row> = diesel::sql_query(sql).load(scope.conn)?;
    let owned = |row: Row| Owned { session: SessionId(row.id), is_news: row.stale || row.phase == Phase::Over.code() };
    Ok(rows.into_iter().map(owned).collect())
}

/// Writes beats, the latest word on each session; an earlier one than is known changes nothing.
pub(crate) fn write(conn: &mut Conn, tenant: TenantId, beats: &[Beaten]) -> Result<()> {
    let idle = |beat: &Beaten| beat.idle.map(|seconds| seconds.min(i32::MAX as u32).into());
    let columns = vec![
        ("session_id", Cells::numbers(beats.iter().map(|beat| beat.session.0))),
        ("tenant_id", Cells::Number(Some(tenant.0))),
        ("seen_at", Cells::numbers(beats.iter().map(|beat| beat.at.millis()))),
        ("idle_seconds", Cells::Numbers(beats.iter().map(idle).collect())),
    ];
    let newer = " ON CONFLICT (session_id) DO UPDATE SET seen_at = excluded.seen_at, \
                 idle_seconds = excluded.idle_seconds WHERE excluded.seen_at >= session_beats.seen_at";
    insert(conn, "session_beats", beats.len(), columns, newer)
}

/// [`write()`] for sessions of which some may have been removed.
pub(super) fn write_of_living(conn: &mut Conn, tenant: TenantId, beats: &[Beaten]) -> Result<()> {
    let mut living: HashSet<i64> = HashSet::with_capacity(beats.len());
    for chunk in beats.chunks(MOST) {
        let ids = chunk.iter().map(|beat| beat.session.0);
        let there = sessions::table
            .filter(sessions::tenant_id.eq(tenant.0))
            .filter(sessions::id.eq_any(ids))
            .select(sessions::id);
        living.extend(there.load::<i64>(conn)?);
    }
    let beats: Vec<_> = beats.iter().filter(|beat| living.contains(&beat.session.0)).copied().collect();
    write(conn, tenant, &beats)
}

/// Beats of sessions that were thought silent or over: what they were before is what they are.
pub(super) fn hear_again(scope: &mut WriteScope<'_>, beats: &[Beaten]) -> Result<()> {
    state::lock_all(scope, beats.iter().map(|beat| beat.session))?;
    for beat in beats {
        again(scope, beat)?;
    }
    Ok(())
}

fn again(scope: &mut WriteScope<'_>, beat: &Beaten) -> Result<()> {
    let Some(mut state) = state::try_lock(scope, beat.session)? else { return Ok(()) };
    let at = beat.at;
    if !state.is_over() {
        if !state.stale {
            return Ok(());
        }
        state::heard(scope, &mut state, at);
        return state::settle(scope, &mut state);
    }
    // A beat from before the end says nothing of it.
    if state.ended_at.is_some_and(|ended_at| ended_at >= at) {
        return Ok(());
    }
    let before = events::status_before(scope, beat.session)?;
    let Some((reason, status)) = state.end_reason.zip(before) else { return Ok(()) };
    if !reopens(state.kind, reason, status) {
        return Ok(());
    }
    match state::observe(
        scope,
        &mut state,
        &Seen { status, at, end_reason: None, closes_at: None, detail: None, connected: None },
    ) {
        Err(StoreError::Refused(_)) => Ok(()),
        other => other.and_then(|()| state::settle(scope, &mut state)),
    }
}
