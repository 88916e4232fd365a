//! One reader of the live feed.

use std::{sync::Arc, time::Duration};

use actix_web::web;
use deskwarden_domain::list::Selection;
use deskwarden_store::{Conn, StoreError, identity};
use deskwarden_types::{
    ErrorCode, Role, Timestamp,
    api::{FollowSessions, LiveEvent},
};
use tokio::{
    sync::{broadcast, mpsc, watch},
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    hub::{Feeds, Joined, Place},
    told::{Told, Viewpoint},
};
use crate::{
    auth::{ACCESS_SECONDS, UserCaller, Via},
    http::{ApiError, Call, Item},
    state::State,
};

/// After so long without anything to tell, that is told.
const PING: Duration = Duration::from_secs(15);
/// Events on their way to one reader; what he is behind beyond that waits with his audience.
const ON_THE_WAY: usize = 2;

/// Times that it is asked whether a reader still may, where the database has too much to do, and the pause between two.
const CHECKS: usize = 5;
const PAUSE: Duration = Duration::from_secs(1);

type Events = mpsc::Sender<Item<LiveEvent>>;

/// Follows sessions.
pub async fn follow_sessions(
    call: Call<FollowSessions>,
    state: web::Data<State>,
) -> Result<ReceiverStream<Item<LiveEvent>>, ApiError> {
    let user = call.user()?.clone();
    let selection = Selection::read(&call.query.selection())?;
    let since = call.exact_header("Last-Event-ID")?.map(read_revision).transpose()?;
    let ends = user.expires_at.min(call.now.plus_seconds(ACCESS_SECONDS));
    let lasts = Duration::from_millis(u64::try_from(ends.millis() - call.now.millis()).unwrap_or(0));
    let state = state.into_inner();
    let personal = user.role == Role::Member || selection.asks_who();
    let viewpoint = Viewpoint { role: user.role, user: personal.then_some(user.id) };
    let place = state.feeds.place(user.id)?;
    let joined = Feeds::join(&state, user.tenant, selection, viewpoint, since).await?;
    let (events, stream) = mpsc::channel(ON_THE_WAY);
    let runtime = state.runtime.clone();
    runtime.spawn(Reader { state, user, _place: place }.run(events, joined, Instant::now() + lasts));
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
struct Reader {
    state: Arc<State>,
    user: UserCaller,
    _place: Place,
}

/// Why a feed ends.
struct Over;

impl Reader {
    async fn run(self, events: Events, joined: Joined, ends: Instant) {
        let mut stopping = self.state.stopping.clone();
        let _: Result<(), Over> = tokio::select! {
            over = self.read(&events, joined) => over,
            () = sleep_until(ends) => Ok(()),
            () = events.closed() => Ok(()),
            // An error says that the server is gone, which is the same.
            _ = stopping.wait_for(|stopping| *stopping) => Ok(()),
        };
    }

    async fn read(&self, events: &Events, joined: Joined) -> Result<(), Over> {
        let Joined { revision, since, missed, events: mut told, mut audited } = joined;
        // He was let in a moment ago; from here on each audit entry is a reason to look.
        audited.mark_unchanged();
        self.still_signed_in().await?;
        // Who comes back after this alone has still missed the same.
        let id = since.filter(|_| !missed.is_empty()).unwrap_or(revision);
        let open = Item::Data { id: Some(id), data: LiveEvent::Open { revision } };
        events.send(open).await.map_err(|_| Over)?;
        for missed in &missed {
            self.pass_on(events, &mut audited, missed).await?;
        }
        // Apart from the ping, which a busy tenant never needs.
        let (mut ping, mut check) = (interval(PING), interval(PING));
        for timer in [&mut ping, &mut check] {
            timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
            timer.tick().await;
        }
        let mut behind = false;
        loop {
            tokio::select! {
                news = told.recv() => match news {
                    Ok(news) => {
                        // What was dropped for a slow reader is made good by the list.
                        let news = if std::mem::take(&mut behind) { Told::Reload(news.revision()) } else { news };
                        self.pass_on(events, &mut audited, &news).await?;
                        ping.reset();
                    }
                    Err(broadcast::error::RecvError::Lagged(_)) => behind = true,
                    Err(broadcast::error::RecvError::Closed) => return Err(Over),
                },
                // None is left to say so where the tenant's task has ended.
                moved = audited.changed() => {
                    moved.map_err(|_| Over)?;
                    self.still_signed_in().await?;
                }
                _ = check.tick() => self.still_signed_in().await?,
                _ = ping.tick() => events.send(Item::plain(LiveEvent::Ping {})).await.map_err(|_| Over)?,
            }
        }
    }

    /// Nothing is told that was read after his access was over.
    async fn pass_on(&self, events: &Events, audited: &mut watch::Receiver<i64>, told: &Told) -> Result<(), Over> {
        if audited.has_changed().map_err(|_| Over)? {
            audited.mark_unchanged();
            self.still_signed_in().await?;
        }
        let Some(written) = told.written(self.user.id) else {
            tracing::error!("an event of the live feed could not be written");
            return Err(Over);
        };
        events.send(Item::Written(written)).await.map_err(|_| Over)
    }

    /// A sign-in or token that was revoked, or a role that was changed, ends the feed before its time.
    async fn still_signed_in(&self) -> Result<(), Over> {
        let mut role = self.role().await;
        for _ in 1..CHECKS {
            if !matches!(role, Err(StoreError::Busy)) {
                break;
            }
            // Nothing is told meanwhile.
            tokio::time::sleep(PAUSE).await;
            role = self.role().await;
        }
        if matches!(role, Ok(Some(role)) if role == self.user.role) { Ok(()) } else { Err(Over) }
    }

    /// The role that he has now, as long as he may read.
    async fn role(&self) -> Result<Option<Role>, StoreError> {
        let (now, store) = (self.now(), &self.state.store);
        Ok(match self.user.via.clone() {
            Via::SignIn(sign_in) => {
                let user = store.read_all(move |conn: &mut Conn| identity::signed_in_user(conn, sign_in, now)).await?;
                user.filter(|user| !user.over && !user.disabled).map(|user| user.role)
            }
            Via::Token { secret, .. } => {
                let user = store.read_all(move |conn| identity::token_user(conn, &secret, now)).await?;
                user.filter(|user| !user.revoked && !user.disabled && user.expires_at > now).map(|user| user.role)
            }
        })
    }

    fn now(&self) -> Timestamp {
        self.state.clock.now()
    }
}
