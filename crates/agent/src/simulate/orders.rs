//! What commands do to an app, and when.

use deskwarden_domain::MESSAGE_SECONDS;
use deskwarden_types::{
    CommandId, CommandOutcome, EndReason, SessionId, Status, Verb,
    agent::{AgentSettings, CommandOrder, CommandStep},
};

use super::host::Host;

/// How long a message stays where nobody reads it, in milliseconds.
const MESSAGE_MS: u64 = MESSAGE_SECONDS.unsigned_abs() * 1_000;
/// How long an app that ignores the request to close is left, in milliseconds.
const GRACE: u64 = 5_000;

/// An app on its way out.
#[derive(Debug)]
pub(super) struct Closing {
    commands: Vec<CommandId>,
    then: Status,
    /// The next warning; none left after the second.
    warning: Option<u64>,
    second_warning: Option<u64>,
    /// When it is asked to close, as its user was told.
    pub(super) close: u64,
    /// When it is gone.
    gone: u64,
    outcome: CommandOutcome,
}

impl Closing {
    /// Of an expired app that its user has started again: warned as the tenant's settings say (003).
    pub(super) fn of_expired(settings: &AgentSettings, now: u64) -> Self {
        let close = now + u64::from(settings.first_warning_seconds) * 1000;
        Self {
            commands: Vec::new(),
            then: Status::Expired,
            warning: None,
            second_warning: None,
            close,
            gone: close + 500,
            outcome: CommandOutcome::ClosedOnRequest,
        }
    }

    /// When something happens next.
    pub(super) fn due(&self) -> u64 {
        self.warning.unwrap_or(self.gone).min(self.gone)
    }
}

impl Host {
    /// Carries out a command that is new here; its acknowledgement was told.
    pub(super) fn carry_out(&mut self, order: &CommandOrder, now: u64) {
        let done = |outcome| CommandStep::Done { outcome };
        let failed = |outcome, detail: &str| CommandStep::Failed { outcome, detail: detail.to_owned() };
        let Some(app) = self.apps.get_mut(&order.session_id) else {
            let step = failed(CommandOutcome::UnknownSession, "this host has no such session");
            return self.command(order.id, step, now);
        };
        let runs = app.status == Status::Running;
        match order.known_verb() {
            Some(Verb::Evict) if runs => self.close(order, Status::Evicted, now),
            Some(Verb::Evict) => {
                if !app.expired && app.status != Status::Evicted {
                    self.becomes(order.session_id, Status::Evicted, now, Some(EndReason::Evicted));
                }
                self.command(order.id, done(CommandOutcome::AlreadyGone), now);
            }
            Some(Verb::Expire) => {
                app.expired = true;
                if runs {
                    return self.close(order, Status::Expired, now);
                }
                if app.status != Status::Expired {
                    self.becomes(order.session_id, Status::Expired, now, Some(EndReason::AdminExpire));
                }
                self.command(order.id, done(CommandOutcome::Recorded), now);
            }
            Some(Verb::Message) if runs => {
                let read = self.dice.chance(0.8);
                let outcome = if read { CommandOutcome::Read } else { CommandOutcome::Shown };
                let wait = if read { self.dice.between(2_000, 45_000) } else { MESSAGE_MS };
                self.deeds.push((now + wait, order.id, done(outcome)));
            }
            Some(Verb::Message) => {
                self.command(order.id, failed(CommandOutcome::HostError, "the app does not run"), now);
            }
            _ => self.command(order.id, failed(CommandOutcome::Unsupported, "apps have no such verb"), now),
        }
    }

    fn close(&mut self, order: &CommandOrder, then: Status, now: u64) {
        let (first, second) =
            (u64::from(order.first_warning_seconds) * 1000, u64::from(order.second_warning_seconds) * 1000);
        let shows = self.dice.between(150, 900);
        let close = now + shows + first;
        let (early, obeys) = (first > 0 && self.dice.chance(0.3), self.dice.chance(0.92));
        let (gone, outcome) = match (early, obeys) {
            // Its user saves and closes it.
            (true, _) => (self.dice.between(now + shows + first / 5, close), CommandOutcome::AlreadyGone),
            (false, true) => (close + self.dice.between(100, 1_500), CommandOutcome::ClosedOnRequest),
            (false, false) => (close + GRACE, CommandOutcome::Killed),
        };
        let Some(app) = self.apps.get_mut(&order.session_id) else { return };
        if let Some(closing) = &mut app.closing {
            // It joins what is under way; expiring is more than evicting.
            closing.commands.push(order.id);
            if then == Status::Expired {
                closing.then = then;
            }
            let closes_in_ms = closing.close.saturating_sub(now);
            return self.command(order.id, CommandStep::Warned { closes_in_ms, shown: true }, now);
        }
        let warning = (first > 0).then_some(now + shows);
        let second_warning = (second > 0 && second < first).then_some(close.saturating_sub(second));
        app.closing = Some(Closing { commands: vec![order.id], then, warning, second_warning, close, gone, outcome });
    }

    /// Warns, and closes.
    pub(super) fn close_what_is_due(&mut self, now: u64) {
        let is_due = |closing: &Closing| closing.due() <= now;
        let due: Vec<SessionId> =
            self.apps.iter().filter(|(_, app)| app.closing.as_ref().is_some_and(is_due)).map(|(id, _)| *id).collect();
        for id in due {
            let Some(closing) = self.apps.get_mut(&id).and_then(|app| app.closing.as_mut()) else { continue };
            if closing.gone <= now {
                self.gone(id, now);
                continue;
            }
            closing.warning = closing.second_warning.take();
            let closes_in_ms = closing.close.saturating_sub(now);
            for command in closing.commands.clone() {
                self.command(command, CommandStep::Warned { closes_in_ms, shown: true }, now);
            }
        }
    }

    /// An app that was being closed is gone.
    pub(super) fn gone(&mut self, id: SessionId, now: u64) {
        let Some(app) = self.apps.get_mut(&id) else { return };
        let Some(closing) = app.closing.take() else { return };
        let then = if app.expired { Status::Expired } else { closing.then };
        let why = match (closing.commands.is_empty(), then) {
            (true, _) => EndReason::Expired,
            (false, Status::Expired) => EndReason::AdminExpire,
            (false, _) => EndReason::Evicted,
        };
        // Gone before its time: by its user's hand.
        let outcome = if now < closing.close { CommandOutcome::AlreadyGone } else { closing.outcome };
        self.becomes(id, then, now, Some(why));
        for command in closing.commands {
            self.command(command, CommandStep::Done { outcome }, now);
        }
    }
}
