//! The agents' orders: open commands first, then each at once.

use std::{collections::HashSet, sync::Arc, time::Duration};

use actix_web::web;
use deskwarden_store::{
    Change, StoreError,
    agents::{self, AgentIdentity},
    commands, refreshes, streams,
};
use deskwarden_types::{
    CommandId, SessionId, StreamId, Timestamp,
    agent::{AgentSettings, CommandOrder, FollowOrders, Order, StartOrder, StreamOrder},
};
use tokio::{
    sync::{Notify, broadcast, mpsc},
    time::{MissedTickBehavior, interval},
};
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    http::{ApiError, Call, Item},
    state::State,
};

/// After so long without an order, that is told.
const PING: Duration = Duration::from_secs(10);
/// For so long the channel is held for open after its last sign of life.
const OPEN_SECONDS: i64 = 25;
/// Commands that are sent at once; the rest follows.
const PORTION: i64 = 500;
/// Orders that a slow agent may be behind.
const BEHIND: usize = 64;

type Orders = mpsc::Sender<Item<Order>>;

/// Follows an agent's orders.
pub async fn follow_orders(
    call: Call<FollowOrders>,
    state: web::Data<State>,
) -> Result<ReceiverStream<Item<Order>>, ApiError> {
    let agent = call.agent()?.clone();
    // Before anything is read, so that nothing falls in between.
    let changes = state.store.changes();
    let id = agent.agent;
    let (until, tenant) = (call.now.plus_seconds(OPEN_SECONDS), agent.tenant);
    state.store.write(tenant, call.now, move |scope| agents::mark_connected(scope, id, until)).await?;
    let settings = state.store.read(tenant, call.now, agents::settings).await?;
    let (runtime, state) = (state.runtime.clone(), state.into_inner());
    let replaced = state.channels.open(id);
    let channel = Channel {
        state,
        agent,
        settings,
        asked: None,
        sent: HashSet::new(),
        started: HashSet::new(),
        streamed: HashSet::new(),
    };
    let (orders, stream) = mpsc::channel(BEHIND);
    runtime.spawn(channel.run(orders, changes, replaced));
    Ok(ReceiverStream::new(stream))
}

/// One agent's open channel.
struct Channel {
    state: Arc<State>,
    agent: AgentIdentity,
    settings: AgentSettings,
    /// The refresh whose asking went down this channel.
    asked: Option<i64>,
    /// Commands that went down this channel and that the agent has not acknowledged yet.
    sent: HashSet<CommandId>,
    /// Sessions whose start went down this channel and that the agent has not spoken of yet.
    started: HashSet<SessionId>,
    /// Streams that it was told of and has not joined yet.
    streamed: HashSet<StreamId>,
}

/// Why a channel ends; the agent comes back by itself.
struct Over;

impl From<StoreError> for Over {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "an agent's channel ends: the database did not answer");
        Self
    }
}

impl Channel {
    async fn run(mut self, orders: Orders, mut changes: broadcast::Receiver<Change>, replaced: Arc<Notify>) {
        let mut stopping = self.state.stopping.clone();
        let (state, agent) = (self.state.clone(), self.agent.clone());
        let work = async {
            self.look(&orders).await?;
            let mut ping = interval(PING);
            ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ping.tick().await;
            loop {
                tokio::select! {
                    change = changes.recv() => {
                        if self.concerns(change)? {
                            self.look(&orders).await?;
                        }
                    }
                    _ = ping.tick() => {
                        self.mark_open().await?;
                        // Looks too: a message of the database that got lost costs ten seconds, not a command.
                        self.look(&orders).await?;
                        self.send(&orders, Order::Ping {}).await?;
                    }
                }
            }
        };
        let _: Result<(), Over> = tokio::select! {
            over = work => over,
            () = orders.closed() => Ok(()),
            () = replaced.notified() => Ok(()),
            // An error says that the server is gone, which is the same.
            _ = stopping.wait_for(|stopping| *stopping) => Ok(()),
        };
        if state.channels.close(agent.agent, &replaced) {
            let now = state.clock.now();
            let closed = move |scope: &mut deskwarden_store::WriteScope<'_>| {
                agents::mark_connected(scope, agent.agent, now.plus_millis(-1))
            };
            if let Err(error) = state.store.write(agent.tenant, now, closed).await {
                tracing::warn!(%error, "an agent's channel could not be marked as closed");
            }
        }
    }

    fn concerns(&self, change: Result<Change, broadcast::error::RecvError>) -> Result<bool, Over> {
        match change {
            Ok(change) => Ok(change.tenant == self.agent.tenant && change.wakes(self.agent.agent)),
            Err(broadcast::error::RecvError::Lagged(_)) => Ok(true),
            Err(broadcast::error::RecvError::Closed) => Err(Over),
        }
    }

    /// Sends what is new: settings, commands, that a report is awaited, or that the agent was revoked.
    async fn look(&mut self, orders: &Orders) -> Result<(), Over> {
        let agent = self.agent.agent;
        let read = move |scope: &mut deskwarden_store::Scope<'_>| {
            let open = agents::orders(scope, agent, None, PORTION)?;
            let asked = refreshes::is_asked(scope, agent)?;
            let starts = agents::starts(scope, agent)?;
            let waiting = streams::waiting(scope, agent)?;
            Ok((agents::is_revoked(scope, agent)?, agents::settings(scope)?, asked, open, starts, waiting))
        };
        let (revoked, settings, asked, open, starts, waiting) =
            self.state.store.read(self.agent.tenant, self.now(), read).await?;
        if revoked {
            self.send(orders, Order::Revoked {}).await?;
            return Err(Over);
        }
        if settings != self.settings {
            self.settings = settings;
            self.send(orders, Order::Settings(settings)).await?;
        }
        self.send_starts(orders, starts).await?;
        self.send_streams(orders, waiting).await?;
        // Last: what the agent does with the commands is in its report.
        self.send_commands(orders, open).await?;
        if asked.is_some() && asked != self.asked {
            self.asked = asked;
            self.send(orders, Order::ReportNow {}).await?;
        }
        Ok(())
    }

    /// What the agent has not reported on comes again when it comes back.
    async fn send_starts(&mut self, orders: &Orders, starts: Vec<StartOrder>) -> Result<(), Over> {
        self.started.retain(|id| starts.iter().any(|start| start.session_id == *id));
        for start in starts {
            if self.started.insert(start.session_id) {
                self.send(orders, Order::Start(start)).await?;
            }
        }
        Ok(())
    }

    async fn send_streams(&mut self, orders: &Orders, waiting: Vec<StreamOrder>) -> Result<(), Over> {
        self.streamed.retain(|id| waiting.iter().any(|stream| stream.stream_id == *id));
        for stream in waiting {
            if self.streamed.insert(stream.stream_id) {
                self.send(orders, Order::Stream(stream)).await?;
            }
        }
        Ok(())
    }

    /// Ids rise in order of creation, not of commit: what is new is what this channel has not sent.
    async fn send_commands(&mut self, orders: &Orders, open: Vec<CommandOrder>) -> Result<(), Over> {
        let ids: HashSet<CommandId> = open.iter().map(|order| order.id).collect();
        self.sent.retain(|id| ids.contains(id));
        let mut delivered = Vec::new();
        for order in open {
            if self.sent.insert(order.id) {
                delivered.push(order.id);
                self.send(orders, Order::Command(order)).await?;
            }
        }
        if delivered.is_empty() {
            return Ok(());
        }
        let agent = self.agent.agent;
        let deliver = move |scope: &mut deskwarden_store::WriteScope<'_>| commands::deliver(scope, agent, &delivered);
        Ok(self.state.store.write(self.agent.tenant, self.now(), deliver).await?)
    }

    async fn mark_open(&self) -> Result<(), Over> {
        let (agent, now) = (self.agent.agent, self.now());
        let until = now.plus_seconds(OPEN_SECONDS);
        let mark = move |scope: &mut deskwarden_store::WriteScope<'_>| agents::mark_connected(scope, agent, until);
        Ok(self.state.store.write(self.agent.tenant, now, mark).await?)
    }

    async fn send(&self, orders: &Orders, order: Order) -> Result<(), Over> {
        orders.send(Item::plain(order)).await.map_err(|_| Over)
    }

    fn now(&self) -> Timestamp {
        self.state.clock.now()
    }
}
