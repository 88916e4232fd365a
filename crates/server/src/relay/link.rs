//! What the two sides of a stream share.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_http::ws::{CloseCode, CloseReason};
use deskwarden_store::streams::{Browser, Opened, WatchEnd};
use deskwarden_types::{StreamId, TenantId, agent::stream_close};
use tokio::{
    sync::{oneshot, watch},
    time::timeout,
};

use crate::http::Sender;

/// A close that cannot be sent is not waited for longer.
const CLOSING: Duration = Duration::from_secs(1);

/// Something went wrong on our side or the agent's (RFC 6455).
pub(super) const WENT_WRONG: u16 = 1011;
/// The server stops (RFC 6455).
pub(super) const GOING_AWAY: u16 = 1001;

/// The streams whose browsers are at this server.
#[derive(Default)]
pub struct Relays {
    links: Mutex<HashMap<StreamId, Arc<Link>>>,
}

impl Relays {
    fn locked(&self) -> MutexGuard<'_, HashMap<StreamId, Arc<Link>>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, link: Arc<Link>) {
        self.locked().insert(link.opened.id, link);
    }

    pub(super) fn find(&self, id: StreamId) -> Option<Arc<Link>> {
        self.locked().get(&id).cloned()
    }

    pub(super) fn remove(&self, id: StreamId) {
        self.locked().remove(&id);
    }

    /// All of them, by tenant.
    pub(super) fn by_tenant(&self) -> HashMap<TenantId, Vec<StreamId>> {
        let mut all: HashMap<TenantId, Vec<StreamId>> = HashMap::new();
        for link in self.locked().values() {
            all.entry(link.opened.tenant).or_default().push(link.opened.id);
        }
        all
    }

    /// Whether a tenant has any here.
    pub(super) fn has(&self, tenant: TenantId) -> bool {
        self.locked().values().any(|link| link.opened.tenant == tenant)
    }

    /// Ends all of them.
    pub(super) fn end_all(&self, end: &End) {
        self.locked().values().for_each(|link| link.end(end.clone()));
    }
}

/// Why a stream ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// The code of both sides' close.
    pub(super) code: u16,
    /// A word for the viewer.
    pub(super) why: &'static str,
    /// Who ended it, where somebody watches.
    pub(super) by: WatchEnd,
}

impl End {
    pub(super) fn new(code: u16, why: &'static str) -> Self {
        Self { code, why, by: WatchEnd::Nobody }
    }

    pub(super) fn by(self, by: WatchEnd) -> Self {
        Self { by, ..self }
    }

    pub(super) fn against_the_rules() -> Self {
        Self::new(stream_close::AGAINST_THE_RULES, "what came is not allowed here")
    }

    fn reason(&self) -> CloseReason {
        CloseReason { code: CloseCode::from(self.code), description: Some(self.why.to_owned()) }
    }
}

/// One stream.
pub(super) struct Link {
    pub(super) opened: Opened,
    pub(super) browser: Browser,
    pub(super) to_browser: Sender,
    /// Where the browser's side waits for the agent's.
    screen: Mutex<Option<oneshot::Sender<Sender>>>,
    end: watch::Sender<Option<End>>,
}

impl Link {
    /// Also gives what tells the browser's side that the agent is there.
    pub(super) fn new(opened: Opened, browser: Browser, to_browser: Sender) -> (Arc<Self>, oneshot::Receiver<Sender>) {
        let (screen, waits) = oneshot::channel();
        let (end, _) = watch::channel(None);
        (Arc::new(Self { opened, browser, to_browser, screen: Mutex::new(Some(screen)), end }), waits)
    }

    /// The agent is there; `false` where nobody waits for it any more.
    pub(super) fn joined(&self, to_screen: Sender) -> bool {
        let waits = self.screen.lock().unwrap_or_else(PoisonError::into_inner).take();
        waits.is_some_and(|waits| waits.send(to_screen).is_ok())
    }

    /// Ends the stream. Only the first reason counts.
    pub(super) fn end(&self, end: End) {
        self.end.send_if_modified(|now| {
            let is_first = now.is_none();
            if is_first {
                *now = Some(end);
            }
            is_first
        });
    }

    /// Waits until it ends.
    pub(super) async fn ended(&self) -> End {
        let mut ends = self.end.subscribe();
        let end = ends.wait_for(Option::is_some).await.ok().and_then(|end| end.clone());
        end.unwrap_or_else(|| End::new(WENT_WRONG, "the server lost the stream"))
    }

    /// Does something unless the stream ends meanwhile.
    pub(super) async fn unless_ended<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            _ = self.ended() => None,
            done = work => Some(done),
        }
    }
}

/// Sends the close, if the other side takes it.
pub(super) async fn close(to: Sender, end: &End) {
    // Who does not take it is cut off.
    let _ = timeout(CLOSING, to.close(end.reason())).await;
}
