//! Beats are gathered in memory and written each second, all in one statement: nearly all of them change nothing but
//! a time. An acknowledged beat that is lost with the process is harmless: the next one says the same.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use deskwarden_types::{
    AgentId, Phase, SessionId, TenantId, Timestamp,
    agent::{Beats, BeatsTaken},
};
use diesel::{
    RunQueryDsl,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::BigInt,
};

use super::beats::{self, Beaten, checked, hear_again, own};
use crate::{
    Result, Scope, Store, StoreError,
    agents::AgentIdentity,
    identity,
    sets::{Change, update},
};

/// Agents that did not speak for so long are forgotten, in seconds.
const FORGOTTEN: i64 = 600;
/// Beats in one transaction, so that other writers need not wait long.
const PORTION: usize = 5_000;

/// What was gathered since it was last written, and what need not be asked of the database again.
#[derive(Default)]
pub(crate) struct Gathered {
    inner: Mutex<Inner>,
    /// What was gathered could not be written: beats go to the database at once, which says why.
    broken: AtomicBool,
}

#[derive(Default)]
struct Inner {
    agents: HashMap<AgentId, Known>,
    /// Up to which revision it was seen what became of the known sessions.
    checked: HashMap<TenantId, i64>,
    beats: HashMap<TenantId, HashMap<SessionId, Beaten>>,
    seen: HashMap<TenantId, HashMap<AgentId, Timestamp>>,
}

/// An agent's sessions that live, as far as was checked.
struct Known {
    sessions: HashSet<SessionId>,
    spoke_at: Timestamp,
}

impl Gathered {
    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn add(&mut self, tenant: TenantId, beat: Beaten) {
        self.beats.entry(tenant).or_default().insert(beat.session, beat);
    }

    /// Takes what it can; gives the rest.
    fn take_known(&mut self, who: &AgentIdentity, now: Timestamp, last: BTreeMap<SessionId, Beaten>) -> Vec<Beaten> {
        self.seen.entry(who.tenant).or_default().insert(who.agent, now);
        let Some(known) = self.agents.get_mut(&who.agent) else { return last.into_values().collect() };
        known.spoke_at = now;
        let beats = self.beats.entry(who.tenant).or_default();
        let mut rest = Vec::new();
        for (id, beat) in last {
            if known.sessions.contains(&id) {
                beats.insert(id, beat);
            } else {
                rest.push(beat);
            }
        }
        rest
    }

    /// From now on these sessions are known to live, as of a revision. Not if more was checked since: then one of them
    /// may have been over already.
    fn learn(&mut self, who: &AgentIdentity, now: Timestamp, revision: i64, living: &[Beaten]) {
        if *self.checked.entry(who.tenant).or_insert(revision) > revision {
            return;
        }
        let known = || Known { sessions: HashSet::new(), spoke_at: now };
        let known = self.agents.entry(who.agent).or_insert_with(known);
        known.sessions.extend(living.iter().map(|beat| beat.session));
    }

    /// These sessions do not live any more; gives the beats of them that are not written yet.
    fn forget(&mut self, tenant: TenantId, revision: i64, gone: &[(AgentId, SessionId)]) -> Vec<Beaten> {
        self.checked.insert(tenant, revision);
        for (agent, session) in gone {
            if let Some(known) = self.agents.get_mut(agent) {
                known.sessions.remove(session);
            }
        }
        let beats = self.beats.get(&tenant);
        gone.iter().filter_map(|(_, session)| beats?.get(session)).copied().collect()
    }
}

/// Takes beats: at once where they tell something new, else with all others within a second.
pub async fn gather(store: &Store, who: &AgentIdentity, beats: Beats, now: Timestamp) -> Result<BeatsTaken> {
    let gathered = store.gathered();
    let last = checked(&beats, now)?;
    if gathered.broken.load(Ordering::Relaxed) {
        let who = who.clone();
        return store.write(who.tenant, now, move |scope| beats::beat(scope, &who, &beats)).await;
    }
    let rest = gathered.locked().take_known(who, now, last);
    if rest.is_empty() {
        return Ok(BeatsTaken { unknown_sessions: Vec::new() });
    }
    let (agent, ids) = (who.agent, rest.iter().map(|beat| beat.session).collect::<Vec<_>>());
    let look = move |scope: &mut Scope<'_>| {
        let revision = identity::revision(scope)?;
        Ok((revision, own(scope, agent, ids)?))
    };
    let (revision, own) = store.read(who.tenant, now, look).await?;
    let own: HashMap<_, _> = own.into_iter().map(|owned| (owned.session, owned.is_news)).collect();
    let of = |news: bool| rest.iter().filter(|beat| own.get(&beat.session) == Some(&news)).copied().collect();
    let (living, news): (Vec<Beaten>, Vec<Beaten>) = (of(false), of(true));
    {
        let mut inner = gathered.locked();
        living.iter().for_each(|beat| inner.add(who.tenant, *beat));
        inner.learn(who, now, revision, &living);
    }
    if !news.is_empty() {
        let write = move |scope: &mut crate::WriteScope<'_>| {
            let tenant = scope.tenant;
            beats::write(scope.conn, tenant, &news)?;
            hear_again(scope, &news)
        };
        store.write(who.tenant, now, write).await?;
    }
    let unknown = rest.iter().map(|beat| beat.session).filter(|id| !own.contains_key(id));
    Ok(BeatsTaken { unknown_sessions: unknown.collect() })
}

#[derive(diesel::QueryableByName)]
struct Gone {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    agent_id: i64,
}

/// Writes what was gathered, and looks what has become of the sessions that were thought to live. What could not be
/// written is kept.
pub async fn flush(store: &Store, now: Timestamp) -> Result<()> {
    let gathered = store.gathered();
    let (checked, mut beats, seen) = {
        let mut inner = gathered.locked();
        inner.agents.retain(|_, known| now.seconds_since(known.spoke_at) < FORGOTTEN);
        if inner.agents.is_empty() {
            inner.checked.clear();
        }
        (inner.checked.clone(), std::mem::take(&mut inner.beats), std::mem::take(&mut inner.seen))
    };
    let mut done = write_seen(store, &seen).await;
    for (tenant, beats) in &beats {
        if done.is_ok() {
            done = write_beats(store, *tenant, beats).await;
        }
    }
    if let Err(error) = done {
        gathered.broken.store(true, Ordering::Relaxed);
        put_back(&mut gathered.locked(), beats, seen);
        return Err(error);
    }
    gathered.broken.store(false, Ordering::Relaxed);
    for (tenant, since) in checked {
        let beats = beats.remove(&tenant).unwrap_or_default();
        look_after(store, tenant, since, &beats, now).await?;
    }
    Ok(())
}

/// What came meanwhile is newer.
fn put_back(
    inner: &mut Inner,
    beats: HashMap<TenantId, HashMap<SessionId, Beaten>>,
    seen: HashMap<TenantId, HashMap<AgentId, Timestamp>>,
) {
    for (tenant, beats) in beats {
        let newer = inner.beats.entry(tenant).or_default();
        for (id, beat) in beats {
            newer.entry(id).or_insert(beat);
        }
    }
    for (tenant, seen) in seen {
        let newer = inner.seen.entry(tenant).or_default();
        for (id, at) in seen {
            newer.entry(id).or_insert(at);
        }
    }
}

async fn write_seen(store: &Store, seen: &HashMap<TenantId, HashMap<AgentId, Timestamp>>) -> Result<()> {
    for (tenant, agents) in seen {
        let (tenant, mut rows): (_, Vec<_>) = (*tenant, agents.iter().map(|(id, at)| (id.0, at.millis())).collect());
        // In the order in which everybody locks.
        rows.sort_unstable();
        let write = move |conn: &mut crate::Conn| {
            let changes = rows.iter().map(|(id, at)| Change { id: *id, before: [None], after: [Some(*at)] });
            update(conn, (tenant, "agents"), ["seen_at"], &[], None, changes)
        };
        store.write_all(write).await?;
    }
    Ok(())
}

async fn write_beats(store: &Store, tenant: TenantId, beats: &HashMap<SessionId, Beaten>) -> Result<()> {
    let mut rows: Vec<_> = beats.values().copied().collect();
    rows.sort_unstable_by_key(|beat| beat.session);
    for portion in rows.chunks(PORTION) {
        let portion = portion.to_vec();
        let all = portion.clone();
        let done = store.write_all(move |conn| beats::write(conn, tenant, &all)).await;
        if done.as_ref().is_err_and(is_of_nobody) {
            // A session was removed meanwhile: the others' beats count.
            store.write_all(move |conn| beats::write_of_living(conn, tenant, &portion)).await?;
        } else {
            done?;
        }
    }
    Ok(())
}

/// A beat names a session that is not there.
fn is_of_nobody(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)))
}

/// Sessions that went stale or over while they were thought to live: a beat that came since tells something new.
async fn look_after(
    store: &Store,
    tenant: TenantId,
    since: i64,
    beats: &HashMap<SessionId, Beaten>,
    now: Timestamp,
) -> Result<()> {
    let look = move |scope: &mut Scope<'_>| {
        let revision = identity::revision(scope)?;
        if revision == since {
            return Ok((revision, Vec::new()));
        }
        let sql = format!(
            "SELECT id, agent_id FROM sessions WHERE tenant_id = {} AND revision > {since} \
             AND agent_id IS NOT NULL AND (stale OR phase = {})",
            scope.tenant.0,
            Phase::Over.code()
        );
        let gone: Vec<Gone> = diesel::sql_query(sql).load(scope.conn)?;
        Ok((revision, gone.into_iter().map(|row| (AgentId(row.agent_id), SessionId(row.id))).collect()))
    };
    let (revision, gone) = store.read(tenant, now, look).await?;
    let mut news = store.gathered().locked().forget(tenant, revision, &gone);
    news.extend(gone.iter().filter_map(|(_, session)| beats.get(session)).copied());
    if news.is_empty() {
        return Ok(());
    }
    store.write(tenant, now, move |scope| hear_again(scope, &news)).await
}
