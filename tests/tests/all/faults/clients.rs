//! Clients that keep a record of what was acknowledged, and repeat what was not.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::Rc,
    time::Duration,
};

use deskwarden_client::ClientError;
use deskwarden_tests::{FakeAgent, Person, seen};
use deskwarden_types::{
    CommandId, NoArgs, SessionId, Status, Verb,
    agent::{Observation, Report, StatusSeen},
    api::{NewBulkAction, StartBulkAction},
};

/// Sessions that the host has launched and the admin has not yet evicted.
pub type Sessions = Rc<RefCell<VecDeque<SessionId>>>;

/// How often each session changes its status.
pub const CHANGES: usize = 3;

/// Repeats until the server answers.
pub async fn until_answered<T>(mut ask: impl AsyncFnMut() -> Result<T, ClientError>) -> T {
    loop {
        match ask().await {
            Ok(value) => return value,
            Err(error) => {
                // A server that is going or coming; anything else it says would be wrong.
                let may_repeat = error.problem().is_none_or(|problem| problem.status >= 500);
                assert!(may_repeat, "{error:?}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

/// An agent: launches, reports, and spools what is not acknowledged.
pub struct Host<'a> {
    agent: &'a FakeAgent,
    user: &'a str,
    sessions: Sessions,
    launched: Vec<SessionId>,
    spool: Vec<Report>,
    acknowledged: i64,
}

impl<'a> Host<'a> {
    pub fn new(agent: &'a FakeAgent, user: &'a str, sessions: Sessions) -> Self {
        Self { agent, user, sessions, launched: Vec::new(), spool: Vec::new(), acknowledged: 0 }
    }

    /// Works without end. May be dropped at any point: what is not acknowledged is repeated.
    pub async fn work(&mut self) {
        loop {
            self.empty_spool().await;
            let key = format!("launch {}", self.launched.len());
            let launch = until_answered(async || self.agent.ask_as(self.user, "xterm", &key).await).await;
            let session = launch.session_id;
            self.launched.push(session);
            let seen = |status| {
                Observation::Status(StatusSeen {
                    session_id: session,
                    status,
                    end_reason: None,
                    adopted: false,
                    connected: None,
                    closes_in_ms: None,
                    detail: None,
                })
            };
            let observed = [Status::Running, Status::Stopped, Status::Running];
            assert_eq!(observed.len(), CHANGES);
            self.spool = self.agent.number(observed.map(seen).to_vec());
        }
    }

    async fn empty_spool(&mut self) {
        if self.spool.is_empty() {
            return;
        }
        let taken = until_answered(async || self.agent.send(self.spool.clone()).await).await;
        let last = self.spool.last().map_or(0, |report| report.seq);
        assert_eq!(taken.taken_through, last);
        assert!(taken.unknown_sessions.is_empty(), "{taken:?}");
        self.acknowledged = last;
        self.spool.clear();
        self.sessions.borrow_mut().extend(self.launched.last().copied());
    }

    /// Brings what is on its way to its end. A launch that was not acknowledged is asked for once more.
    pub async fn finish(&mut self) {
        self.empty_spool().await;
        let key = format!("launch {}", self.launched.len());
        let launch = until_answered(async || self.agent.ask_as(self.user, "xterm", &key).await).await;
        self.launched.push(launch.session_id);
        let seen = |status| seen(launch.session_id, status);
        self.spool = self.agent.number([Status::Running, Status::Stopped, Status::Running].map(seen).to_vec());
        self.empty_spool().await;
    }

    pub fn launched(&self) -> &[SessionId] {
        &self.launched
    }

    pub fn acknowledged(&self) -> i64 {
        self.acknowledged
    }
}

/// An admin's script: evicts each session once, by a key of its own.
pub struct Admin<'a> {
    person: &'a Person,
    sessions: Sessions,
    evicted: BTreeMap<SessionId, CommandId>,
}

impl<'a> Admin<'a> {
    pub fn new(person: &'a Person, sessions: Sessions) -> Self {
        Self { person, sessions, evicted: BTreeMap::new() }
    }

    /// Works without end; may be dropped at any point.
    pub async fn work(&mut self) {
        loop {
            if !self.evict_next().await {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    }

    /// Evicts the oldest session that is left; `false` when none is.
    async fn evict_next(&mut self) -> bool {
        // It stays in the queue until it is acknowledged.
        let Some(session) = self.sessions.borrow().front().copied() else { return false };
        let asked = NewBulkAction {
            plan_id: None,
            verb: Some(Verb::Evict),
            ids: vec![session],
            reason: "a fault test".parse().ok(),
            message: None,
            hold_minutes: None,
        };
        let key = format!("evict {session}");
        let done = until_answered(async || {
            self.person
                .prepare::<StartBulkAction>(NoArgs {}, NoArgs {}, asked.clone())
                .idempotency_key(&key)
                .send()
                .await
        })
        .await;
        let command = done.results.first().and_then(|result| result.command_id);
        self.evicted.insert(session, command.unwrap_or_else(|| panic!("{done:?}")));
        self.sessions.borrow_mut().pop_front();
        true
    }

    pub async fn finish(&mut self) {
        while self.evict_next().await {}
    }

    pub fn evicted(&self) -> &BTreeMap<SessionId, CommandId> {
        &self.evicted
    }
}
