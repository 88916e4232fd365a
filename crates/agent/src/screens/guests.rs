//! Native viewers that the gate has let in. Each connection is a session; the desktop behind them is their user's, and
//! stays for a while when the last has left.

use std::sync::Arc;

use deskwarden_types::{
    CommandOutcome, EndReason, SessionId, Status,
    agent::{CommandOrder, StatusSeen, stream_close},
};
use tokio::sync::oneshot;

use super::{desktop::Desktop, kind::How};
use crate::streams::{Close, Ending, InputClock, Source};

/// Connections that have ended and are remembered.
const REMEMBERED: usize = 100;

/// A viewer that is connected.
pub(crate) struct Guest {
    pub close: oneshot::Sender<Close>,
    pub input: Arc<InputClock>,
}

/// What the gate needs to show the desktop.
pub(crate) struct Admitted {
    pub source: Source,
    /// When to close, and why.
    pub told: oneshot::Receiver<Close>,
    pub input: Arc<InputClock>,
}

impl Desktop {
    /// Takes a viewer in, or says why not.
    pub(super) async fn connect(&mut self, session: SessionId, answer: oneshot::Sender<Result<Admitted, String>>) {
        if self.life.is_none() || self.entry.closing.is_some() {
            let why = self.entry.detail.clone().unwrap_or_else(|| "the desktop has ended".to_owned());
            let _ = answer.send(Err(why));
            return;
        }
        let (close, told) = oneshot::channel();
        let input = Arc::new(InputClock::default());
        input.touch(self.shared.host.clock.boot_ms());
        let admitted = Admitted { source: self.source(), told, input: input.clone() };
        self.guests.insert(session, Guest { close, input });
        self.entry.connections.insert(session);
        self.alone_since = None;
        self.save();
        self.shared.host.outbox.status(seen(session, Status::Active, None, None));
        if answer.send(Ok(admitted)).is_err() {
            self.departed(session, &Ending::broken("the viewer was gone")).await;
        }
    }

    /// A viewer has left, or was lost.
    pub(super) async fn departed(&mut self, session: SessionId, ending: &Ending) {
        let reason = if ending.code.is_some() { EndReason::Logout } else { EndReason::NetworkLost };
        if self.guests.remove(&session).is_some() {
            tracing::info!(%session, %ending, "a connection has ended");
            self.tell_end(session, reason, Some(ending.why.clone())).await;
            self.less_guests(session);
        }
    }

    /// Ends one connection. Where nobody else is connected, nothing of the desktop stays.
    pub(super) async fn end_connection(&mut self, order: &CommandOrder) {
        if self.guests.len() <= 1 {
            return self.end(How::Ended, None, Some(order.id)).await;
        }
        let session = order.session_id;
        if let Some(guest) = self.guests.remove(&session) {
            let _ = guest.close.send(Close { code: stream_close::DISCONNECTED, why: "an admin ended the connection" });
            self.tell_end(session, EndReason::AdminEnd, None).await;
            self.less_guests(session);
        }
        self.done(order, CommandOutcome::ClosedOnRequest).await;
    }

    /// The agent ends, and its gate with it. The desktop stays.
    pub(super) async fn gate_closes(&mut self, done: oneshot::Sender<()>) {
        self.close_connections(Close { code: stream_close::NORMAL, why: "the gate has closed" });
        for session in self.entry.connections.clone() {
            self.tell_end(session, EndReason::NetworkLost, Some("the host's agent was ended".to_owned())).await;
            self.less_guests(session);
        }
        let _ = done.send(());
    }

    /// Connections go through the agent: those of the last one are gone.
    pub(super) async fn lose_connections(&mut self) {
        for session in self.entry.connections.clone() {
            let why = "the host's agent was started anew".to_owned();
            self.tell_end(session, EndReason::NetworkLost, Some(why)).await;
        }
        if !self.entry.connections.is_empty() {
            self.entry.connections.clear();
            self.save();
        }
    }

    /// Closes every viewer at once; each is told of by who calls.
    pub(super) fn close_connections(&mut self, close: Close) {
        for (_, guest) in std::mem::take(&mut self.guests) {
            let _ = guest.close.send(close);
        }
    }

    /// Tells that a connection is over; its seat is free from then on.
    pub(super) async fn tell_end(&mut self, session: SessionId, reason: EndReason, detail: Option<String>) {
        self.tell_durably(seen(session, Status::Ended, Some(reason), detail)).await;
        self.shared.host.outbox.forget(session);
        self.entry.departed.push_back(session);
        if self.entry.departed.len() > REMEMBERED {
            self.entry.departed.pop_front();
        }
    }

    fn less_guests(&mut self, session: SessionId) {
        self.entry.connections.remove(&session);
        self.close_views_of(session, Close { code: stream_close::SESSION_OVER, why: "the session is over" });
        if self.guests.is_empty() {
            self.alone_since = Some(self.shared.host.clock.boot_ms());
            self.nobody_there();
        }
        self.save();
    }
}

/// A connection as it is to be told.
pub(super) fn seen(
    session_id: SessionId,
    status: Status,
    end_reason: Option<EndReason>,
    detail: Option<String>,
) -> StatusSeen {
    let connected = Some(status == Status::Active);
    StatusSeen { session_id, status, end_reason, adopted: false, connected, closes_in_ms: None, detail }
}
