//! The live feed: after each commit, what has changed for whoever looks at the list.

use std::{sync::Arc, time::Duration};

use actix_web::web;
use deskwarden_store::{
    Change, Conn, identity,
    sessions::{self, Filter, Viewer},
};
use deskwarden_types::{
    ErrorCode, TenantId, Timestamp,
    api::{FollowSessions, LiveEvent},
};
use tokio::{
    sync::{broadcast, mpsc},
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until},
};
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    api::session_filter,
    auth::{ACCESS_SECONDS, UserCaller, Via},
    http::{ApiError, Call, Item},
    state::State,
};

/// For so long changes are gathered.
const GATHER: Duration = Duration::from_millis(250);
/// After so long without anything to tell, that is told.
const PING: Duration = Duration::from_secs(15);
/// Changes that are told one by one; beyond it the list is to be asked for again.
const MOST: usize = 200;
/// Events that a slow reader may be behind.
const BEHIND: usize = 16;

type Events = mpsc::Sender<Item<LiveEvent>>;

/// Follows sessions.
pub async fn follow_sessions(
    call: Call<FollowSessions>,
    state: web::Data<State>,
) -> Result<ReceiverStream<Item<LiveEvent>>, ApiError> {
    let user = call.user()?.clone();
    let filter = session_filter(&call.query)?;
    let resume = call.header("last-event-id").map(read_revision).transpose()?;
    // Before the revision is read, so that nothing falls in between.
    let changes = state.store.changes();
    let tenant = user.tenant;
    let revision = state.store.read(tenant, call.now, identity::revision).await?;
    let ends = user.expires_at.min(call.now.plus_seconds(ACCESS_SECONDS));
    let lasts = Duration::from_millis(u64::try_from(ends.millis() - call.now.millis()).unwrap_or(0));
    let runtime = state.runtime.clone();
    let feed = Feed { state: state.into_inner(), tenant, viewer: user.viewer(), user, filter, since: revision };
    let (events, stream) = mpsc::channel(BEHIND);
    runtime.spawn(feed.run(events, changes, resume, Instant::now() + lasts));
    Ok(ReceiverStream::new(stream))
}

fn read_revision(text: &str) -> Result<i64, ApiError> {
    let wrong = |_| {
        let detail = "Last-Event-ID is the id of an event of this feed, or a page's revision.";
        ApiError::new(ErrorCode::InvalidQuery, detail).with_field("Last-Event-ID")
    };
    text.trim().parse().map_err(wrong)
}

/// One reader of the feed.
struct Feed {
    state: Arc<State>,
    tenant: TenantId,
    viewer: Viewer,
    user: UserCaller,
    filter: Filter,
    /// What the reader knows.
    since: i64,
}

/// Why a feed ends.
struct Over;

impl Feed {
    async fn run(
        mut self,
        events: Events,
        mut changes: broadcast::Receiver<Change>,
        resume: Option<i64>,
        ends: Instant,
    ) {
        let mut stopping = self.state.stopping.clone();
        let work = async {
            self.open(&events, resume).await?;
            // Apart from the ping, which a busy tenant never needs.
            let (mut ping, mut check) = (interval(PING), interval(PING));
            for timer in [&mut ping, &mut check] {
                timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
                timer.tick().await;
            }
            loop {
                tokio::select! {
                    change = changes.recv() => {
                        if self.concerns(change)? {
                            sleep(GATHER).await;
                            while let Ok(change) = changes.try_recv() {
                                self.concerns(Ok(change))?;
                            }
                            self.tell_changes(&events).await?;
                            ping.reset();
                        }
                    }
                    _ = check.tick() => self.still_signed_in().await?,
                    _ = ping.tick() => {
                        self.send(&events, None, LiveEvent::Ping {}).await?;
                    }
                }
            }
        };
        let _: Result<(), Over> = tokio::select! {
            over = work => over,
            () = sleep_until(ends) => Ok(()),
            () = events.closed() => Ok(()),
            // An error says that the server is gone, which is the same.
            _ = stopping.wait_for(|stopping| *stopping) => Ok(()),
        };
    }

    /// Tells that the feed is open, and what the reader has missed.
    async fn open(&mut self, events: &Events, resume: Option<i64>) -> Result<(), Over> {
        let revision = self.since;
        self.send(events, Some(revision), LiveEvent::Open { revision }).await?;
        match resume {
            // From another database, or from before a restored backup.
            Some(known) if known > revision || known < 0 => {
                self.send(events, Some(revision), LiveEvent::Reload { revision }).await
            }
            Some(known) if known < revision => {
                self.since = known;
                self.tell_changes(events).await
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether there is something to look for. Having missed messages is a reason, too.
    fn concerns(&self, change: Result<Change, broadcast::error::RecvError>) -> Result<bool, Over> {
        match change {
            Ok(change) => Ok(change.tenant == self.tenant && change.revision > self.since),
            Err(broadcast::error::RecvError::Lagged(_)) => Ok(true),
            Err(broadcast::error::RecvError::Closed) => Err(Over),
        }
    }

    async fn tell_changes(&mut self, events: &Events) -> Result<(), Over> {
        let (viewer, filter, since) = (self.viewer, self.filter.clone(), self.since);
        let read = move |scope: &mut deskwarden_store::Scope<'_>| {
            sessions::changed_since(scope, &viewer, &filter, since, MOST)
        };
        let changed = self.state.store.read(self.tenant, self.now(), read).await.map_err(|error| {
            // The reader comes back by itself and resumes from what it knows.
            tracing::warn!(%error, "a live feed ends: the database could not be read");
            Over
        })?;
        let revision = changed.revision;
        self.since = revision;
        let event = if changed.too_many {
            LiveEvent::Reload { revision }
        } else if changed.matching.is_empty() && changed.gone.is_empty() {
            return Ok(());
        } else {
            LiveEvent::Changes { revision, changed: changed.matching, gone: changed.gone }
        };
        self.send(events, Some(revision), event).await
    }

    /// A sign-in or token that was revoked, or a role that was changed, ends the feed before its time.
    async fn still_signed_in(&self) -> Result<(), Over> {
        let now = self.now();
        let role = match self.user.via.clone() {
            Via::SignIn(sign_in) => {
                let read = move |conn: &mut Conn| identity::signed_in_user(conn, sign_in, now);
                let user = self.state.store.read_all(read).await.ok().flatten();
                user.filter(|user| !user.over && !user.disabled).map(|user| user.role)
            }
            Via::Token { secret, .. } => {
                let user = self.state.store.read_all(move |conn| identity::token_user(conn, &secret)).await;
                let user = user.ok().flatten();
                user.filter(|user| !user.revoked && !user.disabled && user.expires_at > now).map(|user| user.role)
            }
        };
        if role == Some(self.viewer.role) { Ok(()) } else { Err(Over) }
    }

    async fn send(&self, events: &Events, id: Option<i64>, data: LiveEvent) -> Result<(), Over> {
        events.send(Item { id, data }).await.map_err(|_| Over)
    }

    fn now(&self) -> Timestamp {
        self.state.clock.now()
    }
}
