//! What has to be done when its time has come. Whoever holds a job's row does it.

use std::{cell::Cell, collections::HashSet};

use deskwarden_domain::{CleanUp, Timing, clean_up, lost_at, stale_at};
use deskwarden_types::{
    DeliveryKind, EndReason, EventKind, SessionId, Status, TenantId, Timestamp, Verb, api::NewCommand,
};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    sql_types::{BigInt, Nullable, SmallInt},
};

mod screens;

use crate::{
    Actor, Conn, Result, Store, WriteScope, actions, commands, consents,
    events::{self, NewEvent},
    exports,
    names::word,
    parts, plans, refreshes, reports,
    schema::{job_locks, session_events},
    seats,
    sessions::{SYSTEM, find, state},
    streams, tenants,
};

/// Rows that one transaction takes on, so that readers of the queue are not kept waiting.
const PORTION: i64 = 500;

/// What a run has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Commands that timed out.
    pub timed_out: usize,
    /// Sessions that went stale.
    pub stale: usize,
    /// Sessions closed as lost.
    pub lost: usize,
    /// Screens whose time was over, that nobody used, or that never came.
    pub ended: usize,
    /// Sessions that the daily clean-up changed.
    pub cleaned: usize,
}

/// Takes a job for `seconds`, unless another server holds it; `every`: only if its last run is so long ago.
// no tenant: jobs belong to the installation.
pub(crate) fn take_lock(
    conn: &mut Conn,
    name: &str,
    holder: &str,
    seconds: i64,
    every: i64,
    now: Timestamp,
) -> Result<bool> {
    let row: Option<(String, i64, i64)> = job_locks::table
        .filter(job_locks::name.eq(name))
        .select((job_locks::holder, job_locks::held_until, job_locks::last_run_at))
        .first(conn)
        .optional()?;
    let until = now.plus_seconds(seconds).millis();
    let Some((held_by, held_until, last_run_at)) = row else {
        diesel::insert_into(job_locks::table)
            .values((
                job_locks::name.eq(name),
                job_locks::holder.eq(holder),
                job_locks::held_until.eq(until),
                job_locks::last_run_at.eq(now.millis()),
            ))
            .execute(conn)?;
        return Ok(true);
    };
    let free = held_by == holder || held_until <= now.millis();
    if !free || last_run_at + every * 1000 > now.millis() {
        return Ok(false);
    }
    // Only if nobody took it between the reading and now.
    let taken = diesel::update(
        job_locks::table
            .filter(job_locks::name.eq(name))
            .filter(job_locks::holder.eq(&held_by))
            .filter(job_locks::last_run_at.eq(last_run_at)),
    )
    .set((job_locks::holder.eq(holder), job_locks::held_until.eq(until), job_locks::last_run_at.eq(now.millis())))
    .execute(conn)?;
    Ok(taken == 1)
}

/// Does what is due in every tenant. `holder` names this server process, which runs since `up_since`:
/// agents that could not speak because no server listened get a lease's time to do so before their
/// silence counts.
pub async fn run(store: &Store, holder: &str, up_since: Timestamp, now: Timestamp) -> Result<Done> {
    let mut done = Done::default();
    let who = holder.to_owned();
    if !store.write_all(move |conn| take_lock(conn, "deadlines", &who, 30, 0, now)).await? {
        return Ok(done);
    }
    // What was heard of does not go stale because nobody has written it down yet.
    reports::flush(store, now).await?;
    let who = holder.to_owned();
    let daily = store.write_all(move |conn| take_lock(conn, "clean_up", &who, 600, 86_400, now)).await?;
    for tenant in store.read_all(move |conn| refreshes::overdue(conn, now)).await? {
        store.write(tenant, now, refreshes::time_out).await?;
    }
    for tenant in store.read_all(move |conn| exports::due(conn, now)).await? {
        store.write(tenant, now, exports::give_up).await?;
    }
    store.write_all(move |conn| seats::purge(conn, now).and(plans::purge(conn, now))).await?;
    for tenant in store.read_all(move |conn| streams::due(conn, now)).await? {
        store.write(tenant, now, streams::give_up).await?;
    }
    for tenant in store.read_all(move |conn| consents::due(conn, now)).await? {
        store.write(tenant, now, consents::give_up).await?;
    }
    // What goes wrong for one tenant keeps nothing from the others.
    let mut failed = None;
    for tenant in store.read_all(tenants::all).await? {
        if let Err(error) = in_tenant(store, tenant, up_since, now, daily, &mut done).await {
            tracing::warn!(%error, %tenant, "jobs of a tenant could not be done");
            failed = Some(error);
        }
    }
    if daily {
        store.write_all(move |conn| exports::purge(conn, now)).await?;
        store.write_all(move |conn| streams::purge(conn, now)).await?;
    }
    failed.map_or(Ok(done), Err)
}

/// Does what is due in one tenant.
async fn in_tenant(
    store: &Store,
    tenant: TenantId,
    up_since: Timestamp,
    now: Timestamp,
    daily: bool,
    done: &mut Done,
) -> Result<()> {
    let lease =
        store.read(tenant, now, |scope| Ok(deskwarden_domain::lease_seconds(&tenants::rules(scope)?.timing))).await?;
    if now >= up_since.plus_seconds(lease) {
        done.timed_out += store.write(tenant, now, |scope| commands::time_out(scope, PORTION)).await?;
        done.stale += store.write(tenant, now, go_stale).await?;
        done.lost += store.write(tenant, now, close_lost).await?;
        done.ended += store.write(tenant, now, screens::end_unstarted).await?;
    }
    done.ended += store.write(tenant, now, screens::end_by_policy).await?;
    if daily {
        done.cleaned += clean(store, tenant, now).await?;
    }
    Ok(())
}

type Silent = (i64, i16, i16, Option<i64>, i64, Option<i64>);

/// Sessions that are not over and that were not heard of within the lease.
fn silent(scope: &mut WriteScope<'_>, stale: bool, timing: &Timing) -> Result<Vec<Silent>> {
    let before = scope.now.plus_seconds(-deskwarden_domain::lease_seconds(timing)).millis();
    let columns = "s.id, s.kind, s.observed_status, s.offline_until, s.started_at, b.seen_at";
    // no tenant: by the ids of sessions that are the tenant's.
    let beats = " LEFT JOIN session_beats b ON b.session_id = s.id";
    let mut sql = parts::open(scope, columns, beats);
    sql.push(if stale { " AND s.stale" } else { " AND NOT s.stale" });
    sql.push(" AND (b.seen_at IS NULL OR b.seen_at <= ").number(before).push(")");
    sql.push(&format!(" ORDER BY +s.id LIMIT {PORTION}"));
    sql.load::<(BigInt, SmallInt, SmallInt, Nullable<BigInt>, BigInt, Nullable<BigInt>), _>(scope.conn)
}

/// Looks what is due, locks that, and looks again: gives what is due of what is locked, so that what is decided by holds
/// until it is written. Whoever locks may have waited for somebody who heard of the session, or changed it.
fn locked<T>(
    scope: &mut WriteScope<'_>,
    look: impl Fn(&mut WriteScope<'_>) -> Result<Vec<(SessionId, T)>>,
) -> Result<Vec<(SessionId, T)>> {
    let due = look(scope)?;
    let ids: HashSet<_> = due.iter().map(|(id, _)| *id).collect();
    state::lock_all(scope, ids.iter().copied())?;
    state::hold_of_sessions(scope, ids.iter().copied())?;
    // SQLite's only writer has waited for nobody.
    if ids.is_empty() || matches!(scope.conn, Conn::Sqlite(_)) {
        return Ok(due);
    }
    let mut due = look(scope)?;
    due.retain(|(id, _)| ids.contains(id));
    Ok(due)
}

fn go_stale(scope: &mut WriteScope<'_>) -> Result<usize> {
    let timing = tenants::rules(scope)?.timing;
    let look = |scope: &mut WriteScope<'_>| {
        let mut due = Vec::new();
        for (id, kind, _, offline_until, started_at, seen_at) in silent(scope, false, &timing)? {
            let seen = Timestamp::from_millis(seen_at.unwrap_or(started_at));
            let at = stale_at(word(kind)?, seen, offline_until.map(Timestamp::from_millis), &timing);
            if at <= scope.now {
                due.push((SessionId(id), at));
            }
        }
        Ok(due)
    };
    let due = locked(scope, look)?;
    for (id, at) in &due {
        let mut state = state::lock(scope, *id)?;
        state.stale = true;
        events::append(scope, state.id, NewEvent::new(EventKind::WentStale, *at));
        state::settle(scope, &mut state)?;
    }
    Ok(due.len())
}

fn close_lost(scope: &mut WriteScope<'_>) -> Result<usize> {
    let timing = tenants::rules(scope)?.timing;
    let look = |scope: &mut WriteScope<'_>| {
        let mut due = Vec::new();
        for (id, kind, observed, offline_until, started_at, seen_at) in silent(scope, true, &timing)? {
            let seen = Timestamp::from_millis(seen_at.unwrap_or(started_at));
            let offline = offline_until.map(Timestamp::from_millis);
            let at = lost_at(word(kind)?, word(observed)?, seen, offline, &timing);
            if at.is_some_and(|at| at <= scope.now) {
                due.push((SessionId(id), ()));
            }
        }
        Ok(due)
    };
    let due = locked(scope, look)?;
    for (id, ()) in &due {
        let mut state = state::lock(scope, *id)?;
        actions::close(scope, &mut state, EndReason::Lost, EventKind::StatusChanged);
        state::settle(scope, &mut state)?;
    }
    Ok(due.len())
}

/// The daily clean-up of one tenant, in portions.
async fn clean(store: &Store, tenant: TenantId, now: Timestamp) -> Result<usize> {
    let (mut count, mut after) = (0, 0);
    loop {
        let (changed, last) = store.write(tenant, now, move |scope| clean_portion(scope, after)).await?;
        count += changed;
        let Some(last) = last else { return Ok(count) };
        after = last;
    }
}

type Aged = (i64, i16, i64, Option<i64>);

fn clean_portion(scope: &mut WriteScope<'_>, after: i64) -> Result<(usize, Option<i64>)> {
    let last = Cell::new(None);
    let look = |scope: &mut WriteScope<'_>| {
        let rows = aged(scope, after)?;
        // Of the first look: what the second one leaves out comes with the next portion.
        last.set(last.get().or(rows.last().map(|row| row.0)));
        let mut due = Vec::new();
        for (id, observed, started_at, last_activity_at) in rows {
            let (id, status) = (SessionId(id), word::<Status>(observed)?);
            let what = clean_up(
                DeliveryKind::ManagedApp,
                status,
                Timestamp::from_millis(started_at),
                last_activity_at.map(Timestamp::from_millis),
                since(scope, id, status)?,
                None,
                scope.now,
            );
            if !matches!(what, CleanUp::Nothing | CleanUp::Unlist) {
                due.push((id, what));
            }
        }
        Ok(due)
    };
    let due = locked(scope, look)?;
    for (id, what) in &due {
        carry_out(scope, *id, *what)?;
    }
    Ok((due.len(), last.get()))
}

/// Managed apps that are not over. What is over leaves the list by its `listed_until`: there is nothing to do for it.
fn aged(scope: &mut WriteScope<'_>, after: i64) -> Result<Vec<Aged>> {
    let columns = "s.id, s.observed_status, s.started_at, s.last_activity_at";
    let mut sql = parts::open(scope, columns, "");
    sql.push(" AND s.kind = ").number(DeliveryKind::ManagedApp.code().into());
    sql.push(" AND +s.id > ").number(after).push(&format!(" ORDER BY +s.id LIMIT {PORTION}"));
    sql.load::<(BigInt, SmallInt, BigInt, Nullable<BigInt>), _>(scope.conn)
}

/// When the session took this status.
fn since(scope: &mut WriteScope<'_>, id: SessionId, status: Status) -> Result<Option<Timestamp>> {
    let at: Option<i64> = session_events::table
        .filter(session_events::tenant_id.eq(scope.tenant.0))
        .filter(session_events::session_id.eq(id.0))
        .filter(session_events::to_status.eq(status.code()))
        .order(session_events::id.desc())
        .select(session_events::observed_at)
        .first(scope.conn)
        .optional()?;
    Ok(at.map(Timestamp::from_millis))
}

fn carry_out(scope: &mut WriteScope<'_>, id: SessionId, what: CleanUp) -> Result<()> {
    let now = scope.now;
    let set = |scope: &mut WriteScope<'_>, status| -> Result<()> {
        let mut state = state::lock(scope, id)?;
        let statuses = Some((state.observed, status));
        state.observed = status;
        let detail = Some("daily clean-up".to_owned());
        events::append(scope, id, NewEvent { statuses, detail, ..NewEvent::new(EventKind::StatusChanged, now) });
        state::settle(scope, &mut state)
    };
    match what {
        CleanUp::Nothing | CleanUp::Unlist => {}
        CleanUp::FlagForExpiry => {
            let reason = "daily clean-up".parse().ok();
            let request =
                actions::Request::new(&NewCommand { verb: Verb::Expire, reason, message: None, hold_minutes: None })?;
            let loaded = find(scope, &SYSTEM, id)?;
            set(scope, Status::AwaitingExpiry)?;
            let rules = tenants::rules(scope)?;
            let will_act = deskwarden_types::PlanOutcome::WillAct;
            let target = actions::Target::new(&loaded, will_act);
            actions::issue(scope, &Actor::system(), &[target], &request, &rules, None)?;
        }
        CleanUp::ExpireUnconfirmed => set(scope, Status::Expired)?,
        CleanUp::CloseUnconfirmed => {
            let mut state = state::lock(scope, id)?;
            actions::close(scope, &mut state, EndReason::CleanUp, EventKind::StatusChanged);
            state::settle(scope, &mut state)?;
        }
    }
    Ok(())
}
