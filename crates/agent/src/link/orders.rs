//! Orders, from the server's stream to the sources.

use std::time::Duration;

use deskwarden_client::ClientError;
use deskwarden_types::{
    CommandOutcome, NoArgs,
    agent::{CommandOrder, CommandStep, FollowOrders, Order, StartOrder, StreamOrder},
};
use futures_util::StreamExt;

use super::{Link, Lost, within};
use crate::journal::News;

/// The server speaks every 10 s; three times that is a dead connection.
pub(super) const SILENCE: Duration = Duration::from_secs(30);

impl Link {
    /// Follows the order stream until it ends.
    pub(super) async fn orders(&self) -> Lost {
        let mut stream = self.client.stream::<FollowOrders>(NoArgs {}, NoArgs {}, None);
        loop {
            let order = match within(SILENCE, stream.next()).await {
                Ok(order) => order,
                Err(lost) => return lost,
            };
            self.line.heard();
            match order {
                Ok(Order::Command(order)) => self.command(order).await,
                Ok(Order::Settings(settings)) => self.take_settings(settings),
                Ok(Order::ReportNow {}) => {
                    let outbox = self.outbox.clone();
                    tokio::spawn(async move { outbox.inventory().await });
                    if let Err(lost) = self.beat().await {
                        return lost;
                    }
                }
                Ok(Order::Revoked {}) => return Lost::Revoked,
                Ok(Order::Start(order)) => self.start(&order),
                Ok(Order::Stream(order)) => self.stream(order),
                Ok(Order::Ping {}) => {}
                // An order of a later version. If it was the connection instead, the stream ends next.
                Err(ClientError::Decode(error)) => tracing::info!(error, "an order was passed over"),
                Err(error) => return error.into(),
            }
        }
    }

    fn start(&self, order: &StartOrder) {
        if !self.sources.iter().any(|source| source.start(order)) {
            tracing::warn!(session = %order.session_id, kind = %order.kind, "nothing of this agent starts such a session");
        }
    }

    fn stream(&self, order: StreamOrder) {
        match self.source_of(order.session_id) {
            Some(source) => source.stream(order),
            None => tracing::warn!(session = %order.session_id, "this host has no such session to stream"),
        }
    }

    async fn command(&self, order: CommandOrder) {
        let (id, journal) = (order.id, &self.host.journal);
        tracing::info!(command = %id, session = %order.session_id, verb = order.verb, "a command has come");
        match journal.take(&order) {
            // Not taken on: it comes again with the next connection, when there may be room.
            Err(error) => {
                let detail = format!("the agent cannot write to its disk: {error}");
                self.outbox.failed(id, CommandOutcome::HostError, detail);
            }
            Ok(News::Known(end)) => self.repeat(&order, end),
            Ok(News::New) => {
                self.outbox.command(id, CommandStep::Acknowledged {});
                if self.source_of(order.session_id).is_none() {
                    // It may belong to a launch that is just under way.
                    drop(self.outbox.launching.write().await);
                }
                let (outcome, detail) = match self.source_of(order.session_id) {
                    _ if order.known_verb().is_none() => {
                        (CommandOutcome::Unsupported, format!("this agent knows no verb {:?}", order.verb))
                    }
                    Some(source) => return source.carry_out(order),
                    None => {
                        let detail = format!("this host has no session {}", order.session_id);
                        (CommandOutcome::UnknownSession, detail)
                    }
                };
                journal.end(&self.outbox, id, CommandStep::Failed { outcome, detail }).await;
            }
        }
    }

    /// A command that was taken on before is not carried out again. Where all that was told of it has arrived and the
    /// server asks all the same, it is told again.
    fn repeat(&self, order: &CommandOrder, end: Option<CommandStep>) {
        if self.outbox.spool().pending().len() > 0 {
            return;
        }
        self.outbox.command(order.id, CommandStep::Acknowledged {});
        if let Some(end) = end {
            self.outbox.command(order.id, end);
        }
    }
}
