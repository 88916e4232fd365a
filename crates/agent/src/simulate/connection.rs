//! One host's connection to the server, for ever: hello, orders, reports, beats, launches. A host lives on while it has
//! no contact; what it has to tell waits.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use deskwarden_client::{Client, ClientError};
use deskwarden_types::{
    CommandOutcome, ErrorCode, NoArgs, Verb,
    agent::{
        AskLaunch, Beats, CommandOrder, CommandStep, FollowOrders, Hello, Order, PROTOCOL, Reports, SayHello,
        SendBeats, SendReports,
    },
};
use futures_util::StreamExt;

use super::{host::Host, memory::Memory};
use crate::{clock::Clock, link::Backoff};

/// The server speaks every 10 s; three times that is a dead connection.
const SILENCE: Duration = Duration::from_secs(30);
/// Sessions in one request of beats.
const BEATS: usize = 1_000;

/// How a host is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gauge {
    pub connected: bool,
    pub running: usize,
    pub in_player: usize,
    pub unsent: usize,
}

/// A host with its way to the server.
pub(super) struct Connection {
    pub client: Client,
    pub clock: Clock,
    pub host: Host,
    pub memory: Memory,
    pub name: String,
    /// How wrong the host's clock is.
    pub clock_ahead_ms: i64,
    pub number: usize,
    pub gauges: Arc<Mutex<Vec<Gauge>>>,
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("{0}")]
    Server(#[from] ClientError),
    #[error("the disk: {0}")]
    Disk(#[from] std::io::Error),
    #[error("the server closed the order stream, or is silent")]
    Closed,
    #[error("the host is out of contact for {0} ms")]
    Silence(u64),
    #[error("the agent was revoked")]
    Revoked,
}

impl Connection {
    /// Keeps it until the agent is revoked.
    pub(super) async fn keep(mut self) {
        let mut backoff = Backoff::new();
        let mut first = true;
        loop {
            let lost = self.connection(&mut first, &mut backoff).await;
            self.gauge(false);
            let wait = match &lost {
                Lost::Revoked => return tracing::warn!(host = self.name, "revoked"),
                Lost::Server(error) if error.code() == Some(ErrorCode::TokenRevoked) => {
                    return tracing::warn!(host = self.name, "revoked");
                }
                Lost::Server(error) => backoff.next(error.retry_after()),
                Lost::Silence(ms) => Duration::from_millis(*ms),
                Lost::Disk(_) | Lost::Closed => backoff.next(None),
            };
            tracing::debug!(host = self.name, %lost, "not connected");
            self.live_alone(wait).await;
        }
    }

    /// Without contact: apps come and go all the same.
    async fn live_alone(&mut self, wait: Duration) {
        let until = self.clock.boot_ms() + u64::try_from(wait.as_millis()).unwrap_or(0);
        loop {
            self.clock.until(self.host.due().min(until)).await;
            let now = self.clock.boot_ms();
            if now >= until {
                return;
            }
            self.host.step(now);
        }
    }

    async fn connection(&mut self, first: &mut bool, backoff: &mut Backoff) -> Lost {
        match self.connected(first, backoff).await {
            Err(lost) => lost,
            // It has no other way out.
            Ok(never) => match never {},
        }
    }

    async fn connected(&mut self, first: &mut bool, backoff: &mut Backoff) -> Result<std::convert::Infallible, Lost> {
        self.hello(*first).await?;
        // A session whose launch was not answered must be known before the truth is told.
        self.launch().await?;
        self.host.tell_everything(self.clock.boot_ms());
        if std::mem::take(first) {
            self.go_on();
        }
        self.report().await?;
        backoff.reset();
        let mut stream = self.client.stream::<FollowOrders>(NoArgs {}, NoArgs {}, None);
        let mut beat_at = self.clock.boot_ms();
        let mut heard = tokio::time::Instant::now();
        loop {
            let now = self.clock.boot_ms();
            self.host.step(now);
            self.memory.end(&self.host.take_ended())?;
            if now >= self.host.next_silence() {
                return Err(Lost::Silence(self.host.begin_silence(now)));
            }
            self.report().await?;
            if now >= beat_at {
                self.beat().await?;
                beat_at = now + u64::from(self.host.settings.heartbeat_seconds.clamp(1, 3_600)) * 1000;
            }
            self.launch().await?;
            self.gauge(true);
            let now = self.clock.boot_ms();
            let due = self.host.due().min(beat_at).min(self.host.next_silence()).min(self.host.next_wish(now));
            tokio::select! {
                order = tokio::time::timeout_at(heard + SILENCE, stream.next()) => {
                    heard = tokio::time::Instant::now();
                    match order {
                        Err(_) | Ok(None) => return Err(Lost::Closed),
                        // An order of a later version. If it was the connection instead, the stream ends next.
                        Ok(Some(Err(ClientError::Decode(_)))) => {}
                        Ok(Some(Err(error))) => return Err(error.into()),
                        Ok(Some(Ok(order))) => self.take(order, &mut beat_at)?,
                    }
                }
                () = self.clock.until(due) => {}
            }
        }
    }

    async fn hello(&mut self, first: bool) -> Result<(), Lost> {
        let hello = Hello {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            host_name: self.name.clone(),
            boot_id: format!("{}-{}", self.clock.boot_id(), self.name),
            clock: self.clock.wall().plus_millis(self.clock_ahead_ms),
            verbs: vec![Verb::Message, Verb::Evict, Verb::Expire],
            abilities: Vec::new(),
            gate: None,
            last_seq: self.host.notes.last_seq(),
        };
        let welcome = self.client.send::<SayHello>(hello).await?;
        self.host.settings = welcome.settings;
        self.host.notes.align(welcome.taken_through);
        if first {
            self.host.adopt_all(&welcome.sessions, self.clock.boot_ms());
        }
        Ok(())
    }

    /// After a start: ends that may not have been told, and commands that are not at their end.
    fn go_on(&mut self) {
        let now = self.clock.boot_ms();
        let (open, ended) = self.memory.after_a_start();
        for (command, step) in ended {
            self.host.command(command, step, now);
        }
        for order in open {
            self.host.command(order.id, CommandStep::Acknowledged {}, now);
            self.host.carry_out(&order, now);
        }
    }

    fn take(&mut self, order: Order, beat_at: &mut u64) -> Result<(), Lost> {
        let now = self.clock.boot_ms();
        match order {
            Order::Command(order) => self.command(&order, now),
            Order::Settings(settings) => {
                self.host.settings = settings;
                *beat_at = now;
            }
            Order::ReportNow {} => {
                self.host.tell_everything(now);
                *beat_at = now;
            }
            Order::Revoked {} => return Err(Lost::Revoked),
            // It says that it can do neither of the last two.
            Order::Ping {} | Order::Start(_) | Order::Stream(_) => {}
        }
        Ok(())
    }

    fn command(&mut self, order: &CommandOrder, now: u64) {
        match self.memory.take(order) {
            Ok(true) => {
                self.host.command(order.id, CommandStep::Acknowledged {}, now);
                self.host.carry_out(order, now);
            }
            // Its steps wait to be sent, or were told.
            Ok(false) => {}
            Err(error) => {
                let detail = format!("the host cannot write to its disk: {error}");
                let step = CommandStep::Failed { outcome: CommandOutcome::HostError, detail };
                self.host.command(order.id, step, now);
            }
        }
    }

    /// Sends all that waits.
    async fn report(&mut self) -> Result<(), Lost> {
        while self.host.notes.len() > 0 {
            let reports = self.host.notes.batch(self.clock.boot_ms());
            // A gap ends the connection; the next hello brings the numbers in line.
            let taken = self.client.send::<SendReports>(Reports { reports }).await?;
            self.host.notes.taken(taken.taken_through);
            self.host.forget(&taken.unknown_sessions);
        }
        Ok(())
    }

    async fn beat(&mut self) -> Result<(), Lost> {
        let beats = self.host.beats();
        let mut rest = beats.as_slice();
        loop {
            let (now, later) = rest.split_at(rest.len().min(BEATS));
            let taken = self.client.send::<SendBeats>(Beats { sessions: now.to_vec() }).await?;
            self.host.forget(&taken.unknown_sessions);
            rest = later;
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    async fn launch(&mut self) -> Result<(), Lost> {
        let now = self.clock.boot_ms();
        let Some(wish) = self.host.wish(now) else { return Ok(()) };
        match self.client.send::<AskLaunch>(wish.launch).await {
            Ok(launch) => self.host.launched(launch.session_id, self.clock.boot_ms()),
            Err(ClientError::Problem(refusal)) if is_final(refusal.problem.code) => {
                tracing::debug!(host = self.name, detail = refusal.problem.detail, "a launch was refused");
                self.host.refused(self.clock.boot_ms());
            }
            // Whether it was made is not known: the same key is asked for again.
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn gauge(&self, connected: bool) {
        let mut gauges = self.gauges.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gauge) = gauges.get_mut(self.number) {
            *gauge = Gauge {
                connected,
                running: self.host.running(),
                in_player: self.host.apps.len(),
                unsent: self.host.notes.len(),
            };
        }
    }
}

/// A refusal of this launch, not of the moment.
fn is_final(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::UnknownAccount
            | ErrorCode::NotProvisioned
            | ErrorCode::LaunchHeld
            | ErrorCode::SessionConflict
            | ErrorCode::InvalidField
            | ErrorCode::UnknownProgram
    )
}
