//! What commands do to an app.

use deskwarden_types::{
    CommandOutcome, EndReason, Status, Verb,
    agent::{CommandOrder, CommandStep},
};

use super::{
    app::{App, Ask},
    entry::{Closing, Step, Then},
};
use crate::display::{Look, MESSAGE, text};

/// How long to wait before what was killed is killed again, in milliseconds.
const AGAIN_MS: u64 = 5_000;

impl App {
    /// Carries out a command.
    pub(super) async fn order(&mut self, order: CommandOrder) {
        let runs = self.life.is_some();
        match order.known_verb() {
            Some(Verb::Evict) if runs => self.close(&order, Then::Evicted),
            Some(Verb::Evict) => {
                if !self.entry.expired {
                    self.rest(Status::Evicted, EndReason::Evicted);
                }
                self.done(&order, CommandOutcome::AlreadyGone).await;
            }
            Some(Verb::Expire) => {
                self.entry.expired = true;
                if runs {
                    self.close(&order, Then::Expired);
                } else {
                    self.rest(Status::Expired, EndReason::AdminExpire);
                    self.done(&order, CommandOutcome::Recorded).await;
                }
            }
            Some(Verb::Kill) if runs => {
                self.close(&order, Then::Stopped);
                self.kill();
            }
            Some(Verb::Kill) => self.done(&order, CommandOutcome::AlreadyGone).await,
            Some(Verb::Message) => self.message(order).await,
            Some(Verb::View | Verb::Disconnect | Verb::End | Verb::CloseRecord) | None => {
                let detail = format!("apps have no verb {:?}", order.verb);
                self.failed(&order, CommandOutcome::Unsupported, detail).await;
            }
        }
    }

    async fn done(&self, order: &CommandOrder, outcome: CommandOutcome) {
        self.host.journal.end(&self.host.outbox, order.id, CommandStep::Done { outcome }).await;
    }

    pub(super) async fn failed(&self, order: &CommandOrder, outcome: CommandOutcome, detail: String) {
        self.host.journal.end(&self.host.outbox, order.id, CommandStep::Failed { outcome, detail }).await;
    }

    /// The status of an app that does not run changes.
    fn rest(&mut self, status: Status, reason: EndReason) {
        self.entry.status = status;
        self.save();
        let mut seen = self.seen();
        seen.end_reason = Some(reason);
        self.host.outbox.status(seen);
    }

    /// Starts to close the app, or joins the closing that is under way.
    fn close(&mut self, order: &CommandOrder, then: Then) {
        let now = self.host.clock.stamp();
        let new = Closing::of(order, then, &now);
        match &mut self.entry.closing {
            Some(closing) => {
                closing.join(new);
                if let Some(shown) = closing.shown {
                    let closes_in_ms = closing.close_ms.saturating_sub(now.boot_ms);
                    self.host.outbox.command(order.id, CommandStep::Warned { closes_in_ms, shown });
                }
            }
            None => self.entry.closing = Some(new),
        }
        self.save();
    }

    /// What an expired session that is started again has before it (003).
    pub(super) fn expired_closing(&self) -> Option<Closing> {
        let settings = self.host.settings();
        self.entry.expired.then(|| {
            let (first, second) = (settings.first_warning_seconds, settings.second_warning_seconds);
            Closing::of_expired(first, second, &self.host.clock.stamp())
        })
    }

    /// Does what is due.
    pub(super) fn next_step(&mut self) {
        let now = self.host.clock.boot_ms();
        let Some(closing) = &mut self.entry.closing else { return };
        match closing.step {
            Step::Killed { .. } => return self.kill(),
            Step::Asked { kill_ms } if now >= kill_ms => return self.kill(),
            Step::Asked { .. } => return,
            _ if now >= closing.close_ms => {
                let warning = matches!(closing.step, Step::Warned | Step::WarnedTwice);
                closing.step = Step::Asked { kill_ms: now + self.host.grace_ms };
                self.group.terminate();
                if warning && closing.shown.is_none() {
                    // The display has not answered in time: nobody was warned.
                    closing.shown = Some(false);
                    for command in &closing.commands {
                        self.host.outbox.command(*command, CommandStep::Warned { closes_in_ms: 0, shown: false });
                    }
                }
            }
            Step::Begun => {
                closing.step = Step::Warned;
                self.warn(now);
            }
            Step::Warned => {
                closing.step = Step::WarnedTwice;
                self.warn(now);
            }
            Step::WarnedTwice => return,
        }
        self.save();
    }

    fn kill(&mut self) {
        if let Err(error) = self.group.kill() {
            tracing::error!(%error, session = %self.entry.session_id, "the app could not be killed; trying again");
        }
        let again_ms = self.host.clock.boot_ms() + AGAIN_MS;
        if let Some(closing) = &mut self.entry.closing {
            closing.step = Step::Killed { again_ms };
        }
        self.save();
    }

    /// Puts a warning on the screen. The schedule goes on, whatever becomes of it.
    fn warn(&self, now: u64) {
        let Some(closing) = &self.entry.closing else { return };
        let left = std::time::Duration::from_millis(closing.close_ms.saturating_sub(now));
        // The first closes itself when the second comes.
        let until = closing.second_warning_ms.filter(|ms| *ms > now).unwrap_or(closing.close_ms);
        let close_after = std::time::Duration::from_millis(until.saturating_sub(now));
        let words = text::warning(&self.entry.name, left.as_millis().div_ceil(1000) as u64, &closing.cause);
        let (screen, myself) = (self.screen(), self.myself.clone());
        tokio::spawn(async move {
            let dialog = screen.show(Look::Warning, &words, close_after).await;
            if let Err(error) = &dialog {
                tracing::warn!(%error, "the user could not be warned");
            }
            if let Some(myself) = myself.upgrade() {
                let _ = myself.send(Ask::Warned { shown: dialog.is_ok() });
            }
            if let Ok(dialog) = dialog {
                // Pressing its button changes nothing (003).
                dialog.closed().await;
            }
        });
    }

    /// Tells that the user was warned.
    pub(super) async fn warned(&mut self, shown: bool) {
        let now = self.host.clock.boot_ms();
        let Some(closing) = &mut self.entry.closing else {
            // The app went while the display was asked.
            return self.close_dialogs().await;
        };
        closing.shown = Some(shown);
        let closes_in_ms = closing.close_ms.saturating_sub(now);
        for command in &closing.commands {
            self.host.outbox.command(*command, CommandStep::Warned { closes_in_ms, shown });
        }
    }

    async fn message(&mut self, order: CommandOrder) {
        if self.life.is_none() {
            return self.failed(&order, CommandOutcome::HostError, "the app does not run".to_owned()).await;
        }
        let words = order.message.as_deref().unwrap_or_default();
        let words = text::message(&self.entry.name, order.requested_by.as_deref(), words);
        if let Err(error) = self.host.journal.begin(order.id) {
            let detail = format!("the player cannot write to its disk: {error}");
            return self.failed(&order, CommandOutcome::HostError, detail).await;
        }
        let (screen, host) = (self.screen(), self.host.clone());
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

    /// What a session is after its app was closed.
    pub(super) fn closed_status(&self, then: Then) -> Status {
        match then {
            _ if self.entry.expired => Status::Expired,
            Then::Stopped => Status::Stopped,
            Then::Evicted => Status::Evicted,
            Then::Expired => Status::Expired,
        }
    }
}

impl Closing {
    /// How its commands went, once nothing lives any more.
    pub(super) fn outcome(&self) -> CommandOutcome {
        match self.step {
            Step::Begun | Step::Warned | Step::WarnedTwice => CommandOutcome::AlreadyGone,
            Step::Asked { .. } => CommandOutcome::ClosedOnRequest,
            Step::Killed { .. } => CommandOutcome::Killed,
        }
    }

    /// Why the app ended.
    pub(super) fn end_reason(&self, expired: bool) -> Option<EndReason> {
        Some(match self.then {
            _ if self.commands.is_empty() => EndReason::Expired,
            _ if expired => EndReason::AdminExpire,
            Then::Stopped => EndReason::AdminKill,
            Then::Evicted => EndReason::Evicted,
            Then::Expired => EndReason::AdminExpire,
        })
    }
}
