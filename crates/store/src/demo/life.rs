//! One session's life, told line by line.

use deskwarden_domain::{CLOSING_SECONDS, DELIVERY_SECONDS, rules};
use deskwarden_types::{CommandOutcome, DeliveryKind, EndReason, EventKind, Phase, Status, Verb};

use super::dice::Dice;

/// A line of a timeline. Times in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it tells.
    pub kind: EventKind,
    /// When it was so.
    pub at: i64,
    /// When the server learned of it.
    pub recorded_at: i64,
    /// From which status to which.
    pub statuses: Option<(Status, Status)>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Whether it belongs to the session's command.
    pub of_command: bool,
    /// Who did it.
    pub actor: Option<u32>,
    /// What more there is to say.
    pub detail: Option<&'static str>,
}

/// A command that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What was asked.
    pub verb: Verb,
    /// By whom.
    pub by: u32,
    /// Why.
    pub reason: &'static str,
    /// Seconds of the two warnings; 0 without.
    pub warnings: (i64, i64),
    /// When it was asked for.
    pub created_at: i64,
    /// The latest moment at which it takes effect.
    pub effective_by: i64,
    /// When the agent's channel had it.
    pub delivered_at: Option<i64>,
    /// When the agent took it on.
    pub acknowledged_at: Option<i64>,
    /// When the user was first warned.
    pub warned_at: Option<i64>,
    /// When the app was to be closed.
    pub closes_at: Option<i64>,
    /// When it was done.
    pub finished_at: i64,
    /// How it went.
    pub outcome: CommandOutcome,
}

/// A life while it is told.
#[derive(Debug)]
pub(super) struct Life<'d> {
    pub(super) kind: DeliveryKind,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) reason: EndReason,
    pub(super) dice: &'d mut Dice,
    pub(super) status: Status,
    pub(super) lines: Vec<Line>,
    pub(super) order: Option<Order>,
    pub(super) last_activity: Option<i64>,
}

impl<'d> Life<'d> {
    pub(super) fn new(kind: DeliveryKind, start: i64, end: i64, reason: EndReason, dice: &'d mut Dice) -> Self {
        let status = rules(kind).initial();
        let mut life = Self {
            kind,
            start,
            end,
            reason,
            dice,
            status,
            lines: Vec::with_capacity(8),
            order: None,
            last_activity: None,
        };
        life.line(EventKind::Created, start);
        if rules(kind).phase(status) == Some(Phase::Live) {
            life.last_activity = Some(start);
        }
        life
    }

    /// Writes a line; never after the end.
    pub(super) fn line(&mut self, kind: EventKind, at: i64) -> &mut Line {
        let at = at.clamp(self.lines.last().map_or(self.start, |line| line.at), self.end);
        let recorded_at = at + self.dice.between(20, 400);
        self.lines.push(Line {
            kind,
            at,
            recorded_at,
            statuses: None,
            end_reason: None,
            of_command: false,
            actor: None,
            detail: None,
        });
        let last = self.lines.len() - 1;
        // The vector holds the line that was just pushed.
        #[expect(clippy::indexing_slicing, reason = "the line that was pushed the line before")]
        &mut self.lines[last]
    }

    /// The status changes.
    pub(super) fn to(&mut self, status: Status, at: i64) {
        self.change(EventKind::StatusChanged, status, at, None);
    }

    /// The session is over.
    pub(super) fn over(&mut self, kind: EventKind) {
        let (status, reason) = (deskwarden_domain::over_status(self.kind, self.reason), self.reason);
        self.change(kind, status, self.end, Some(reason));
    }

    fn change(&mut self, kind: EventKind, status: Status, at: i64, reason: Option<EndReason>) {
        let from = self.status;
        if from == status {
            return;
        }
        let line = self.line(kind, at);
        line.statuses = Some((from, status));
        line.end_reason = reason;
        let at = line.at;
        let live = |status| rules(self.kind).phase(status) == Some(Phase::Live);
        if live(from) || live(status) {
            self.last_activity = Some(at);
        }
        self.status = status;
    }

    /// A moment between two shares (0 to 1) of the time from one moment to another.
    pub(super) fn between(&mut self, from: i64, to: i64, least: f64, most: f64) -> i64 {
        let length = (to - from).max(0) as f64;
        from + (length * (least + (most - least) * self.dice.unit())) as i64
    }

    /// A command that takes effect at `done_at`. Lines that come between delivery and end are written by the caller
    /// before [`Self::ordered`].
    pub(super) fn order(&mut self, verb: Verb, by: u32, reason: &'static str, warnings: (i64, i64), done_at: i64) {
        let way = self.dice.between(300, 2_500);
        let created_at = (done_at - warnings.0 * 1000 - way).max(self.lines.last().map_or(self.start, |line| line.at));
        let delivered_at = (created_at + way / 10).min(done_at);
        let acknowledged_at = (created_at + way / 4).min(done_at);
        let line = self.line(EventKind::CommandQueued, created_at);
        (line.of_command, line.actor, line.detail) = (true, Some(by), Some(reason));
        self.line(EventKind::CommandDelivered, delivered_at).of_command = true;
        self.line(EventKind::CommandAcknowledged, acknowledged_at).of_command = true;
        let (mut warned_at, mut closes_at) = (None, None);
        if warnings.0 > 0 {
            let first = acknowledged_at + 100;
            self.line(EventKind::Warned, first).of_command = true;
            self.line(EventKind::Warned, first + (warnings.0 - warnings.1) * 1000).of_command = true;
            (warned_at, closes_at) = (Some(first), Some(first + warnings.0 * 1000));
        }
        self.order = Some(Order {
            verb,
            by,
            reason,
            warnings,
            created_at,
            effective_by: created_at + (DELIVERY_SECONDS + warnings.0 + CLOSING_SECONDS) * 1000,
            delivered_at: Some(delivered_at),
            acknowledged_at: Some(acknowledged_at),
            warned_at,
            closes_at,
            finished_at: done_at,
            outcome: CommandOutcome::ClosedOnRequest,
        });
    }

    /// The command is done.
    pub(super) fn ordered(&mut self, outcome: CommandOutcome) {
        let at = self.lines.last().map_or(self.end, |line| line.at);
        self.line(EventKind::CommandDone, at).of_command = true;
        if let Some(order) = &mut self.order {
            (order.outcome, order.finished_at) = (outcome, at);
        }
    }

    /// A record that an admin closed: nobody confirms it.
    pub(super) fn record_closed(&mut self, by: u32, reason: &'static str) {
        let end = self.end;
        let line = self.line(EventKind::CommandDone, end);
        (line.of_command, line.actor, line.detail) = (true, Some(by), Some(reason));
        self.order = Some(Order {
            verb: Verb::CloseRecord,
            by,
            reason,
            warnings: (0, 0),
            created_at: end,
            effective_by: end,
            delivered_at: None,
            acknowledged_at: None,
            warned_at: None,
            closes_at: None,
            finished_at: end,
            outcome: CommandOutcome::RecordedOnly,
        });
        self.over(EventKind::RecordClosed);
    }
}
