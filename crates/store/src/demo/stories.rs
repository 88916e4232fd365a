//! What happens between the start and the end of a session, kind by kind.

use deskwarden_domain::{GRACE_SECONDS, over_status};
use deskwarden_types::{CommandOutcome, DeliveryKind, EndReason, EventKind, Status, Verb};

use super::{
    institution::MAY_END,
    life::Life,
    reasons::{IN_USE, NOT_CONFIRMED, UNUSED},
};

const MINUTE: i64 = 60_000;
/// Seconds from the two warnings to the end, as a new tenant has them (003).
const WARNINGS: (i64, i64) = (120, 60);
/// How long a delivery may be used (001), in milliseconds.
pub(super) const DELIVERY_VALID: i64 = 12 * 3_600_000;

impl Life<'_> {
    /// Tells the whole life.
    pub(super) fn tell(&mut self) {
        match self.kind {
            DeliveryKind::AppStream => self.streamed(),
            DeliveryKind::CloudDelivery => self.delivered(),
            DeliveryKind::CloudDesktop => self.desktop(),
            DeliveryKind::ManagedApp => self.managed(),
            DeliveryKind::RemoteAccess => self.remote(),
        }
    }

    /// When it is there, after so many milliseconds at most.
    fn soon(&mut self, most: i64) -> i64 {
        let wait = self.dice.between(most / 5, most);
        self.start + wait.min((self.end - self.start) / 4)
    }

    fn admin(&mut self) -> u32 {
        self.dice.below(MAY_END) as u32
    }

    /// Away for a moment and back, before `until`.
    fn away(&mut self, from: i64, until: i64, away: Status, back: Status) {
        let leaves = self.between(from, until, 0.15, 0.6);
        let returns = self.between(leaves, until, 0.02, 0.3);
        self.to(away, leaves);
        self.to(back, returns);
    }

    /// The beginning of the last minutes: at most `most` milliseconds, and never before `from`.
    fn tail(&mut self, from: i64, most: i64) -> i64 {
        (self.end - most).max(from + (self.end - from) / 3)
    }

    /// Ends by the verb of an admin.
    fn ended_by(&mut self, verb: Verb) {
        let (by, why) = (self.admin(), self.dice.one_of(IN_USE, "Asked for by the user"));
        self.order(verb, by, why, (0, 0), self.end);
        self.over(EventKind::StatusChanged);
        let outcome = if self.dice.chance(0.85) { CommandOutcome::ClosedOnRequest } else { CommandOutcome::Killed };
        self.ordered(outcome);
    }

    /// No word any more, then closed by the grace or by an admin.
    fn silent(&mut self) {
        let silent = self.tail(self.start, GRACE_SECONDS * 1000);
        self.line(EventKind::WentStale, silent);
        if self.reason == EndReason::RecordClosed {
            let (by, why) = (self.admin(), self.dice.one_of(NOT_CONFIRMED, "The host is gone"));
            self.record_closed(by, why);
        } else {
            self.over(EventKind::StatusChanged);
        }
    }

    fn streamed(&mut self) {
        let there = self.soon(6_000);
        if self.reason == EndReason::LaunchFailed {
            return self.over(EventKind::StatusChanged);
        }
        self.to(Status::Active, there);
        let long = self.end - there > 10 * MINUTE;
        let (away, tail) = match self.reason {
            EndReason::IdleTimeout => (Some(Status::Disconnected), self.tail(there, 15 * MINUTE)),
            EndReason::NetworkLost => (Some(Status::PoorNetwork), self.tail(there, 3 * MINUTE)),
            _ => (None, self.tail(there, 5_000)),
        };
        if long && self.dice.chance(0.2) {
            let away = if self.dice.chance(0.6) { Status::Disconnected } else { Status::PoorNetwork };
            self.away(there, tail, away, Status::Active);
        }
        if let Some(away) = away {
            self.to(away, tail);
        }
        self.ends_like_others(Verb::Kill);
    }

    /// What streamed apps and desktops have alike.
    fn ends_like_others(&mut self, verb: Verb) {
        match self.reason {
            EndReason::AdminKill => self.ended_by(verb),
            EndReason::Lost | EndReason::RecordClosed => self.silent(),
            _ => self.over(EventKind::StatusChanged),
        }
    }

    fn delivered(&mut self) {
        let there = self.soon(20_000);
        if self.reason == EndReason::LaunchFailed {
            self.to(Status::Error, there);
            return self.over(EventKind::StatusChanged);
        }
        self.to(Status::Active, there);
        self.line(EventKind::Connected, there + 1_000);
        let closes = self.between(there, self.end, 0.3, 0.99);
        self.last_activity = Some(self.line(EventKind::ConnectionClosed, closes).at);
        if self.reason == EndReason::AdminExpire {
            return self.ended_by(Verb::Expire);
        }
        let used = self.last_activity;
        self.over(EventKind::StatusChanged);
        // That its time is over is no use of it.
        self.last_activity = used;
    }

    fn desktop(&mut self) {
        let there = self.soon(45_000);
        self.to(Status::Connected, there);
        let tail = match self.reason {
            EndReason::IdleTimeout => self.tail(there, 120 * MINUTE),
            EndReason::NetworkLost => self.tail(there, 15 * MINUTE),
            _ => self.tail(there, 5_000),
        };
        if tail - there > 30 * MINUTE && self.dice.chance(0.35) {
            self.away(there, tail, Status::Disconnected, Status::Connected);
        }
        if matches!(self.reason, EndReason::IdleTimeout | EndReason::NetworkLost) {
            self.to(Status::Disconnected, tail);
        }
        self.ends_like_others(Verb::Kill);
    }

    fn managed(&mut self) {
        let added = self.soon(5_000);
        self.to(Status::Added, added);
        let runs = added + self.dice.between(500, 4_000);
        self.to(Status::Running, runs);
        // The last part of its life it lies in the player.
        let tail = self.between(runs, self.end, 0.4, 0.9);
        if tail - runs > 60 * MINUTE && self.dice.chance(0.45) {
            self.away(runs, tail, Status::Stopped, Status::Running);
        }
        match self.reason {
            EndReason::Evicted => self.evicted(tail),
            EndReason::AdminExpire => {
                self.to(Status::Stopped, tail);
                let done = self.between(tail, self.end, 0.3, 0.9);
                let (by, why) = (self.admin(), self.dice.one_of(UNUSED, "Not needed any more"));
                self.order(Verb::Expire, by, why, (0, 0), done);
                self.to(Status::Expired, done);
                self.ordered(CommandOutcome::Recorded);
            }
            EndReason::Expired => {
                self.to(Status::Stopped, tail);
                let expired = self.between(tail, self.end, 0.4, 0.9);
                self.to(Status::Expired, expired);
            }
            _ => self.to(Status::Stopped, tail),
        }
        self.over(EventKind::StatusChanged);
    }

    /// Warned, closed, and taken out of the player later. Too short a life is only stopped.
    fn evicted(&mut self, at: i64) {
        let least = WARNINGS.0 * 1000 + 5_000;
        if at - self.lines.last().map_or(self.start, |line| line.at) < least {
            self.reason = EndReason::Removed;
            return self.to(Status::Stopped, at);
        }
        let (by, why) = (self.admin(), self.dice.one_of(IN_USE, "Asked for by the user"));
        self.order(Verb::Evict, by, why, WARNINGS, at);
        self.to(Status::Evicted, at);
        let outcome = if self.dice.chance(0.7) { CommandOutcome::ClosedOnRequest } else { CommandOutcome::AlreadyGone };
        self.ordered(outcome);
    }

    fn remote(&mut self) {
        match self.reason {
            EndReason::AdminEnd => self.ended_by(Verb::End),
            _ => self.over(EventKind::StatusChanged),
        }
    }

    /// Whether it was told to its end.
    pub(super) fn is_told(&self) -> bool {
        self.status == over_status(self.kind, self.reason)
    }
}
