//! One tenant's feed: reads what has changed once, for all who follow it.

use std::{collections::HashMap, sync::Arc, time::Duration};

use deskwarden_store::{
    Change, Scope, StoreError, refreshes,
    sessions::{self, ChangedRow, Changes},
};
use deskwarden_types::{ErrorCode, SessionId, TenantId, api::RefreshState};
use tokio::{
    sync::{broadcast, mpsc, watch},
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};

use super::{
    asks::{Asked, Asks, Found},
    audience::{Audience, Look},
    hub::{Join, Joined},
    told::Told,
};
use crate::state::State;

/// For so long changes are gathered.
const GATHER: Duration = Duration::from_millis(250);
/// And for so long when there were too many the last time.
const GATHER_MANY: Duration = Duration::from_secs(1);
/// So often filters that depend on time are asked again.
const AGAIN: Duration = Duration::from_secs(30);
/// Changed rows that are read at once; beyond it everybody is told to ask for the list again.
const MOST_READ: usize = 2_000;

/// One tenant's feed.
pub struct TenantFeed {
    state: Arc<State>,
    tenant: TenantId,
    /// Up to which revision everybody was told. None before anything was read.
    revision: Option<i64>,
    /// Up to which audit entry readers have looked whether they still may read, or are about to.
    audited: watch::Sender<i64>,
    refresh: RefreshState,
    audiences: HashMap<String, Audience>,
    asks: Asks,
    too_many: bool,
}

/// What one look at the database gave.
struct Seen {
    revision: i64,
    audited: i64,
    /// Changed rows, or none where they were too many.
    rows: Option<Vec<Arc<ChangedRow>>>,
    /// Those that one who comes back has missed.
    missed: Option<Vec<Arc<ChangedRow>>>,
    /// Whether history was deleted since: what has gone is no row that could be told.
    deleted: bool,
    refresh: RefreshState,
    look: Look,
}

/// Why the task ends: readers come back by themselves and resume from what they know.
struct Over;

impl From<StoreError> for Over {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the live feeds of a tenant end: the database could not be read");
        Self
    }
}

/// Waits until the server stops. An error says that it is gone, which is the same.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    drop(stopping.wait_for(|stopping| *stopping).await);
}

/// Whether history was deleted since a revision.
fn has_deleted(changes: &Changes, since: Option<i64>) -> bool {
    since.is_some_and(|since| since < changes.deleted)
}

/// Lets readers look whether they still may read, before they tell anything that was read together with this.
fn saw_audit(audited: &watch::Sender<i64>, newest: i64) {
    audited.send_if_modified(|known| std::mem::replace(known, newest) != newest);
}

impl TenantFeed {
    /// A feed that nobody reads yet.
    pub fn new(state: Arc<State>, tenant: TenantId) -> Self {
        let (refresh, (audited, _)) = (RefreshState::default(), watch::channel(0));
        Self {
            state,
            tenant,
            revision: None,
            audited,
            refresh,
            audiences: HashMap::new(),
            asks: Asks::default(),
            too_many: false,
        }
    }

    /// Runs until nobody reads any more.
    pub async fn run(mut self, mut joins: mpsc::Receiver<Join>) {
        // Before anything is read, so that nothing falls in between.
        let mut changes = self.state.store.changes();
        let mut stopping = self.state.stopping.clone();
        let mut again = interval(AGAIN);
        again.set_missed_tick_behavior(MissedTickBehavior::Delay);
        again.reset();
        let mut due: Option<Instant> = None;
        loop {
            let gathered = async {
                match due {
                    Some(due) => sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            let done = tokio::select! {
                change = changes.recv() => {
                    let news = self.concerns(change);
                    if news == Some(true) && due.is_none() {
                        due = Some(Instant::now() + if self.too_many { GATHER_MANY } else { GATHER });
                    }
                    news.map(drop).ok_or(Over)
                }
                () = gathered => {
                    due = None;
                    match self.look(None).await {
                        Ok(_) => Ok(()),
                        // A moment later: if all readers came back for that, there would be still more to do.
                        Err(StoreError::Busy) => {
                            due = Some(Instant::now() + GATHER_MANY);
                            Ok(())
                        }
                        Err(error) => Err(error.into()),
                    }
                }
                join = joins.recv() => match join {
                    Some(join) => self.join(join).await,
                    None => Err(Over),
                },
                asked = self.asks.next() => self.learn(asked).await.map_err(Over::from),
                _ = again.tick() => match self.ask_again().await {
                    // Half a minute later.
                    Ok(()) | Err(StoreError::Busy) => Ok(()),
                    Err(error) => Err(error.into()),
                },
                () = stopped(&mut stopping) => Err(Over),
            };
            if done.is_err() {
                return;
            }
            self.audiences.retain(|_, audience| !audience.is_empty());
            if self.audiences.is_empty() {
                let Some(join) = self.state.feeds.end(self.tenant, &mut joins) else { return };
                if self.join(join).await.is_err() {
                    return;
                }
            }
        }
    }

    /// Whether there is something to look for. Having missed messages is a reason, too, and an audit entry, which leaves the
    /// revision as it is: it may say that somebody's access is over.
    fn concerns(&self, change: Result<Change, broadcast::error::RecvError>) -> Option<bool> {
        match change {
            Ok(change) => {
                Some(change.tenant == self.tenant && self.revision.is_none_or(|known| change.revision >= known))
            }
            Err(broadcast::error::RecvError::Lagged(_)) => Some(true),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }

    /// Reads what has changed, all in one snapshot, and tells everybody. `back`: what one who comes back knew.
    async fn look(&mut self, back: Option<i64>) -> Result<Seen, StoreError> {
        let (known, now) = (self.revision, self.state.clock.now());
        let read = move |scope: &mut Scope<'_>| {
            let shared = |rows: Vec<ChangedRow>| rows.into_iter().map(Arc::new).collect::<Vec<_>>();
            let mut changed = |since: Option<i64>| match since {
                Some(since) => sessions::changes(scope, since, MOST_READ),
                None => sessions::changes(scope, i64::MAX, 0),
            };
            let news = changed(known)?;
            let missed = match back {
                Some(since) if since >= 0 && since < news.revision => Some(changed(Some(since))?),
                _ => None,
            };
            Ok(Seen {
                revision: news.revision,
                audited: news.audited,
                deleted: has_deleted(&news, known),
                rows: (!news.too_many).then(|| shared(news.rows)),
                missed: missed
                    .filter(|missed| !missed.too_many && !has_deleted(missed, back))
                    .map(|missed| shared(missed.rows)),
                refresh: refreshes::state(scope)?,
                look: Look { now, zone: news.zone },
            })
        };
        let seen = self.state.store.read(self.tenant, now, read).await?;
        self.revision = Some(seen.revision);
        saw_audit(&self.audited, seen.audited);
        self.too_many = seen.rows.is_none();
        for audience in self.audiences.values_mut() {
            match &seen.rows {
                Some(rows) => audience.tell_changes(seen.revision, rows, &seen.look),
                None => audience.lose_track(seen.revision),
            }
            if seen.deleted && seen.rows.is_some() {
                audience.tell(Told::Reload(seen.revision));
            }
            // Other streams go on meanwhile.
            tokio::task::yield_now().await;
        }
        self.tell_refresh(&seen);
        Ok(seen)
    }

    fn tell_refresh(&mut self, seen: &Seen) {
        // That the pause is over needs no telling: everybody was told when it will be.
        let steady = |refresh: RefreshState| RefreshState { available_at: None, ..refresh };
        if steady(self.refresh) != steady(seen.refresh) {
            self.refresh = seen.refresh;
            self.audiences.values().for_each(|audience| audience.tell(Told::Refreshed(seen.revision, seen.refresh)));
        }
    }

    /// Lets a reader in.
    async fn join(&mut self, join: Join) -> Result<(), Over> {
        let Join { selection, viewpoint, since, reply } = join;
        let seen = match self.look(since).await {
            Ok(seen) => seen,
            // There is too much to do, and that is nobody else's business.
            Err(error @ (StoreError::Refused(_) | StoreError::Busy)) => {
                let _ = reply.send(Err(error));
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let revision = seen.revision;
        let name = Audience::name(&selection, viewpoint);
        if !self.audiences.contains_key(&name) {
            let mut audience = Audience::new(selection, viewpoint);
            if audience.is_to_be_asked_again() {
                self.asks.ask(&self.state, self.tenant, &name, &mut audience);
            }
            self.audiences.insert(name.clone(), audience);
        }
        let Some(audience) = self.audiences.get(&name) else { return Ok(()) };
        let mut missed = Vec::new();
        if since.is_some_and(|since| since != revision) {
            // None: too many, or gone with old history, or the revision is of another database, or from before a restored
            // backup.
            let changes = seen.missed.map(|rows| audience.missed(revision, &rows, &seen.look));
            missed.extend(changes.unwrap_or(Some(Told::Reload(revision))));
            missed.push(Told::Refreshed(revision, seen.refresh));
        }
        // Who has gone already is not missed.
        let _ = reply.send(Ok(Joined {
            revision,
            since,
            missed,
            events: audience.join(),
            audited: self.audited.subscribe(),
        }));
        Ok(())
    }

    /// Asks the filters again whose answer changes with time, and those that are not known.
    async fn ask_again(&mut self) -> Result<(), StoreError> {
        // A message of the database that got lost costs half a minute.
        let revision = self.look(None).await?.revision;
        for (name, audience) in &mut self.audiences {
            if audience.takes_its_turn() {
                self.asks.ask(&self.state, self.tenant, name, audience);
            } else if audience.is_too_slow() {
                audience.tell_of_time(revision);
            }
        }
        Ok(())
    }

    /// Takes an answer, and tells what of it is news.
    async fn learn(&mut self, asked: Asked) -> Result<(), StoreError> {
        let Asked { name, number, found } = asked;
        let waits = |audience: &&mut Audience| audience.waits_for(number);
        let Some(audience) = self.audiences.get_mut(&name).filter(waits) else { return Ok(()) };
        let found = match found {
            Ok(found) => found,
            Err(StoreError::Refused(refusal)) if refusal.code == ErrorCode::QueryTooSlow => {
                audience.took_too_long();
                audience.tell_of_time(self.revision.unwrap_or_default());
                return Ok(());
            }
            Err(StoreError::Busy | StoreError::Refused(_)) => {
                audience.gives_up();
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        // What it has seen is told first.
        if self.revision.is_none_or(|told| told < found.revision) {
            match self.look(None).await {
                Ok(_) => {}
                Err(StoreError::Busy) => {
                    self.audiences.entry(name).and_modify(Audience::gives_up);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        self.tell_learned(&name, number, found).await
    }

    async fn tell_learned(&mut self, name: &str, number: u64, found: Found) -> Result<(), StoreError> {
        let audited = found.audited.max(*self.audited.borrow());
        saw_audit(&self.audited, audited);
        // It may have lost track just now.
        let waits = |audience: &&mut Audience| audience.waits_for(number);
        let Some(audience) = self.audiences.get_mut(name).filter(waits) else { return Ok(()) };
        let revision = self.revision.unwrap_or(found.revision);
        let Some((new, gone)) = audience.learn(found, &self.state.feeds.budget) else {
            audience.tell_of_time(revision);
            return Ok(());
        };
        let mut rows = Vec::new();
        if !new.is_empty() {
            // Those that are too many are not told one by one.
            let few: Vec<SessionId> = new.into_iter().take(MOST_READ).collect();
            let read =
                move |scope: &mut Scope<'_>| Ok((sessions::audited(scope)?, sessions::changed_rows(scope, &few)?));
            match self.state.store.read(self.tenant, self.state.clock.now(), read).await {
                Ok((audited, found)) => {
                    saw_audit(&self.audited, audited);
                    rows = found;
                }
                Err(StoreError::Busy) => {
                    audience.tell(Told::Reload(revision));
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        audience.tell_of(revision, rows.into_iter().map(Arc::new).collect(), gone);
        Ok(())
    }
}
