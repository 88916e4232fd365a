//! What commands do to a session on a screen.

use deskwarden_types::{
    CommandOutcome, DeliveryKind, Status, Verb,
    agent::{CommandOrder, CommandStep, stream_close},
};

use super::{desktop::Desktop, kind::How};
use crate::{
    display::{Look, MESSAGE, Screen, text},
    streams::Close,
};

impl Desktop {
    /// Carries out a command.
    pub(super) async fn order(&mut self, order: CommandOrder) {
        if self.entry.is_over() {
            return self.too_late(&order).await;
        }
        let behind_gate = self.entry.is_behind_gate();
        if behind_gate && !self.guests.contains_key(&order.session_id) {
            return self.too_late(&order).await;
        }
        match order.known_verb() {
            Some(Verb::End) if behind_gate => self.end_connection(&order).await,
            Some(Verb::Kill | Verb::Expire | Verb::Disconnect) if behind_gate => {
                let detail = format!("connections have no verb {:?}", order.verb);
                self.failed(&order, CommandOutcome::Unsupported, detail).await;
            }
            Some(Verb::Kill | Verb::End) => self.end(How::Killed, None, Some(order.id)).await,
            Some(Verb::Expire) => self.end(How::Expired, None, Some(order.id)).await,
            Some(Verb::Disconnect) => self.disconnect(&order).await,
            Some(Verb::Message) => self.message(order).await,
            Some(Verb::View) => self.ask_consent(order).await,
            Some(Verb::Evict | Verb::CloseRecord) | None => {
                let detail = format!("screens have no verb {:?}", order.verb);
                self.failed(&order, CommandOutcome::Unsupported, detail).await;
            }
        }
    }

    /// Nothing lives any more.
    async fn too_late(&mut self, order: &CommandOrder) {
        match order.known_verb() {
            // A delivery that went wrong is expired all the same (001).
            Some(Verb::Expire) if !self.entry.is_final() && !self.entry.is_behind_gate() => {
                self.end(How::Expired, None, None).await;
                self.done(order, CommandOutcome::Recorded).await;
            }
            Some(Verb::Kill | Verb::End | Verb::Expire | Verb::Disconnect) => {
                self.done(order, CommandOutcome::AlreadyGone).await;
            }
            _ => self.failed(order, CommandOutcome::HostError, "the session is over".to_owned()).await,
        }
    }

    pub(super) async fn done(&self, order: &CommandOrder, outcome: CommandOutcome) {
        let host = &self.shared.host;
        host.journal.end(&host.outbox, order.id, CommandStep::Done { outcome }).await;
    }

    pub(super) async fn failed(&self, order: &CommandOrder, outcome: CommandOutcome, detail: String) {
        let host = &self.shared.host;
        host.journal.end(&host.outbox, order.id, CommandStep::Failed { outcome, detail }).await;
    }

    /// Closes the user's stream; the session lives on (002).
    async fn disconnect(&mut self, order: &CommandOrder) {
        let Some(control) = self.control.take() else {
            return self.done(order, CommandOutcome::Recorded).await;
        };
        let _ = control.close.send(Close { code: stream_close::DISCONNECTED, why: "an admin disconnected you" });
        self.alone("disconnected by an admin", None);
        self.done(order, CommandOutcome::ClosedOnRequest).await;
    }

    /// The session's display.
    pub(super) fn screen(&self) -> Option<Screen> {
        let living = self.entry.living()?;
        let env = self.place.environment(&living.owner, Some(living.display));
        Some(Screen { account: living.owner.account.clone(), env, group: self.groups.dialogs.clone() })
    }

    async fn message(&mut self, order: CommandOrder) {
        let Some(screen) = self.screen() else {
            return self.failed(&order, CommandOutcome::NoDisplay, "the session has no display".to_owned()).await;
        };
        let words = order.message.as_deref().unwrap_or_default();
        let words = text::message(&self.entry.order.name, order.requested_by.as_deref(), words);
        if let Err(error) = self.shared.host.journal.begin(order.id) {
            let detail = format!("the agent cannot write to its disk: {error}");
            return self.failed(&order, CommandOutcome::HostError, detail).await;
        }
        let host = self.shared.host.clone();
        tokio::spawn(async move {
            let end = match screen.show(Look::Message, &words, MESSAGE).await {
                Ok(dialog) => {
                    let read = dialog.closed().await;
                    CommandStep::Done { outcome: if read { CommandOutcome::Read } else { CommandOutcome::Shown } }
                }
                Err(error) => CommandStep::Failed { outcome: CommandOutcome::NoDisplay, detail: error.to_string() },
            };
            host.journal.end(&host.outbox, order.id, end).await;
        });
    }

    /// Nobody has it open any more.
    pub(super) fn alone(&mut self, detail: &str, status: Option<Status>) {
        self.alone_since = Some(self.shared.host.clock.boot_ms());
        self.entry.status = status.unwrap_or_else(|| super::kind::at_rest(self.entry.order.kind));
        self.entry.detail = Some(detail.to_owned());
        self.nobody_there();
        self.save();
        self.tell(false);
    }

    /// Whether its user has it open right now.
    pub(super) fn is_open(&self) -> bool {
        self.control.as_ref().is_some_and(|control| control.opened) || !self.guests.is_empty()
    }

    /// Whether a poor network has a status of its own (000).
    pub(super) fn tells_poor_network(&self) -> bool {
        self.entry.order.kind == DeliveryKind::AppStream
    }
}
