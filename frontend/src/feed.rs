//! Following sessions live.

use std::time::Duration;

use deskwarden_types::{NoArgs, Timestamp, api::*};
use futures_util::{
    StreamExt,
    future::{AbortHandle, Abortable, Either, select},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{Api, is_refused_token},
    browser,
    clock::Clock,
};

/// The longest silence of an open feed, in seconds; the server says something every 15.
const SILENCE: u64 = 40;
/// The longest pause before a feed that was refused is asked for again.
const LONGEST: Duration = Duration::from_secs(60);

/// Whether what is shown follows the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// The page needs none.
    Still,
    /// It is being opened for the first time.
    Opening,
    /// Open.
    Live,
    /// Broken since then, being opened again.
    Reconnecting(Timestamp),
    /// Broken since then for longer than a moment.
    Offline(Timestamp),
}

/// What the top bar tells about the page's data.
#[derive(Clone, Copy)]
pub struct Liveness {
    /// Whether it follows the server.
    pub connection: RwSignal<Connection>,
    clock: Clock,
}

impl Liveness {
    /// Provides it to what is below.
    pub fn provide(clock: Clock) -> Self {
        let liveness = Self { connection: RwSignal::new(Connection::Still), clock };
        provide_context(liveness);
        liveness
    }

    /// The connection stands, by a feed or by asking again and again.
    pub fn up(self) {
        if self.connection.get_untracked() != Connection::Live {
            self.connection.set(Connection::Live);
        }
    }

    /// The connection broke, or could not be made again.
    pub fn down(self) {
        let now = self.clock.now_once();
        let since = match self.connection.get_untracked() {
            Connection::Reconnecting(since) | Connection::Offline(since) => since,
            _ => now,
        };
        let long = now.seconds_since(since) >= 10;
        self.connection.set(if long { Connection::Offline(since) } else { Connection::Reconnecting(since) });
    }
}

/// A feed that runs until this is dropped or told to stop.
pub struct Feed(AbortHandle);

impl Feed {
    /// Ends it, and its request: a browser has few connections to a server, and the next list needs one.
    pub fn stop(&self) {
        self.0.abort();
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Follows the sessions that match `query` from `revision` on (from now on without one), and comes back whenever the feed breaks.
pub fn follow(
    api: Api,
    liveness: Option<Liveness>,
    query: SessionQuery,
    revision: Option<i64>,
    tell: impl Fn(LiveEvent) + 'static,
) -> Feed {
    let (feed, running) = AbortHandle::new_pair();
    let stopped = feed.clone();
    let query = SessionQuery { sort: None, limit: None, cursor: None, ..query };
    let work = async move {
        let mut at = revision;
        let (mut tries, mut again) = (0_u32, false);
        loop {
            // How long a refusal asks to wait; and such an answer is not soon another.
            let (mut wait, mut refused) = (Duration::ZERO, false);
            let opened = api.stream::<FollowSessions>(NoArgs {}, query.clone(), at.map(|at| at.to_string())).await;
            if let Ok(mut stream) = opened {
                loop {
                    let silence = browser::sleep(Duration::from_secs(SILENCE));
                    let item = match select(stream.next(), Box::pin(silence)).await {
                        Either::Left((Some(Ok(item)), _)) => item,
                        Either::Left((Some(Err(error)), _)) => {
                            if is_refused_token(&error) && api.renew().await.is_ok() {
                                tries = 0;
                            } else {
                                refused = error.problem().is_some();
                                wait = error.retry_after().unwrap_or_default().min(LONGEST);
                            }
                            break;
                        }
                        // Closed by the server, or silent for too long.
                        Either::Left((None, _)) | Either::Right(_) => break,
                    };
                    tries = 0;
                    if let Some(liveness) = liveness {
                        liveness.up();
                    }
                    // Not from `Open`: it names the newest revision before the changes up to it have come.
                    if let LiveEvent::Changes { revision, .. } | LiveEvent::Reload { revision } = &item {
                        at = Some(*revision);
                    }
                    // What time alone has changed meanwhile is not among what was missed: a session that left the current list,
                    // one that has lasted longer than the filter asks.
                    let item = match item {
                        LiveEvent::Open { revision } if std::mem::replace(&mut again, true) => {
                            LiveEvent::Reload { revision }
                        }
                        item => item,
                    };
                    tell(item);
                    // By what was told; the next item may be here already.
                    if stopped.is_aborted() {
                        return;
                    }
                }
            }
            tries += 1;
            // The first time at once: a feed ends with its token, and that is no fault.
            if tries > 1 || !wait.is_zero() {
                if let Some(liveness) = liveness {
                    liveness.down();
                }
                browser::sleep(back_off(tries, refused).max(wait)).await;
            }
        }
    };
    let work = Abortable::new(work, running);
    spawn_local(async move {
        // That it was stopped is no news.
        let _ = work.await;
    });
    Feed(feed)
}

/// Half a second, then twice as long each time up to 5 s, and to a minute where the server refuses; with some chance, so
/// that not all come back at once.
fn back_off(tries: u32, refused: bool) -> Duration {
    let base = 500_u64 << tries.saturating_sub(2).min(7);
    let chance = (js_sys::Math::random() * 400.0) as u64;
    let longest = if refused { LONGEST } else { Duration::from_secs(5) };
    Duration::from_millis(base).min(longest) + Duration::from_millis(chance)
}
