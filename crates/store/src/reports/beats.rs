//! Signs of life. They touch one narrow table and no index, unless they tell something new.

use std::collections::BTreeMap;

use deskwarden_domain::reopens;
use deskwarden_types::{
    AgentId, Phase, SessionId,
    agent::{Beats, BeatsTaken},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::take::status_before_the_end;
use crate::{
    Result, StoreError, WriteScope,
    agents::AgentIdentity,
    schema::{agents, sessions},
    sessions::state::{self, Seen},
};

/// Beats in one request.
const MOST: usize = 1000;

/// Takes beats. A session that was stale, or recorded as over without confirmation, is heard of again.
pub fn beat(scope: &mut WriteScope<'_>, who: &AgentIdentity, beats: &Beats) -> Result<BeatsTaken> {
    if beats.sessions.len() > MOST {
        return Err(StoreError::bad_field("sessions", format!("At most {MOST} sessions in a request.")));
    }
    let now = scope.now;
    let row = agents::table.filter(agents::tenant_id.eq(scope.tenant.0)).filter(agents::id.eq(who.agent.0));
    diesel::update(row).set(agents::seen_at.eq(now.millis())).execute(scope.conn)?;
    if beats.sessions.is_empty() {
        return Ok(BeatsTaken { unknown_sessions: Vec::new() });
    }
    let own = own(scope, who.agent, beats)?;
    let mut rows = Vec::new();
    let mut unknown_sessions = Vec::new();
    // The last word on a session counts; one statement must not name a row twice.
    let last: BTreeMap<_, _> = beats.sessions.iter().map(|beat| (beat.session_id, *beat)).collect();
    for beat in last.values() {
        let Some((_, stale, phase)) = own.iter().find(|(id, ..)| *id == beat.session_id.0) else {
            unknown_sessions.push(beat.session_id);
            continue;
        };
        let idle = beat.idle_seconds.map_or("NULL".to_owned(), |seconds| seconds.min(i32::MAX as u32).to_string());
        rows.push(format!("({},{},{},{idle})", beat.session_id.0, scope.tenant.0, now.millis()));
        if *stale || *phase == Phase::Over.code() {
            again(scope, beat.session_id)?;
        }
    }
    upsert(scope, &rows)?;
    Ok(BeatsTaken { unknown_sessions })
}

fn own(scope: &mut WriteScope<'_>, agent: AgentId, beats: &Beats) -> Result<Vec<(i64, bool, i16)>> {
    let mut all = Vec::with_capacity(beats.sessions.len());
    for chunk in beats.sessions.chunks(500) {
        let ids: Vec<i64> = chunk.iter().map(|beat| beat.session_id.0).collect();
        let rows: Vec<(i64, bool, i16)> = sessions::table
            .filter(sessions::tenant_id.eq(scope.tenant.0))
            .filter(sessions::agent_id.eq(agent.0))
            .filter(sessions::id.eq_any(ids))
            .select((sessions::id, sessions::stale, sessions::phase))
            .load(scope.conn)?;
        all.extend(rows);
    }
    Ok(all)
}

/// Both databases understand this; diesel's own upsert is not to be had over both.
fn upsert(scope: &mut WriteScope<'_>, rows: &[String]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO session_beats (session_id, tenant_id, seen_at, idle_seconds) VALUES {} \
         ON CONFLICT (session_id) DO UPDATE SET seen_at = excluded.seen_at, idle_seconds = excluded.idle_seconds",
        rows.join(",")
    );
    diesel::sql_query(sql).execute(scope.conn)?;
    Ok(())
}

/// The agent spoke of the session just now.
pub(super) fn seen(scope: &mut WriteScope<'_>, id: SessionId) -> Result<()> {
    let row = format!("({},{},{},NULL)", id.0, scope.tenant.0, scope.now.millis());
    upsert(scope, &[row])
}

/// A beat of a session that was thought silent or over: what it was before is what it is.
fn again(scope: &mut WriteScope<'_>, id: SessionId) -> Result<()> {
    let mut state = state::lock(scope, id)?;
    let at = scope.now;
    if !state.is_over() {
        state::heard(scope, &mut state, at)?;
        return state::settle(scope, &mut state);
    }
    let before = status_before_the_end(scope, id)?;
    let Some((reason, status)) = state.end_reason.zip(before) else { return Ok(()) };
    if !reopens(state.kind, reason, status) {
        return Ok(());
    }
    match state::observe(scope, &mut state, &Seen { status, at, end_reason: None, closes_at: None, detail: None }) {
        Err(StoreError::Refused(_)) => Ok(()),
        other => other.and_then(|()| state::settle(scope, &mut state)),
    }
}
