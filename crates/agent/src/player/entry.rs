//! One entry of the player's library, as it is on disk.

use std::path::PathBuf;

use deskwarden_types::{
    CommandId, EndReason, SessionId, Status,
    agent::{CommandOrder, StatusSeen},
};

use crate::{
    clock::Stamp,
    display::text::Cause,
    exec::{Account, Environment},
};

/// What to run, for whom, and where from.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Program {
    /// An absolute path.
    pub path: PathBuf,
    pub args: Vec<String>,
    pub directory: PathBuf,
    pub env: Environment,
    pub account: Account,
}

/// A launch whose fate is not known: the server may or may not have made a session for it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Pending {
    pub launch_key: String,
    pub at: Stamp,
    /// As it was asked of the server.
    pub program: String,
    pub account: String,
}

/// One session in the player.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Entry {
    pub session_id: SessionId,
    pub launch_key: String,
    /// What the app is called on screen.
    pub name: String,
    pub added: Stamp,
    pub program: Program,
    /// `added`, `running`, `stopped`, `evicted`, `expired` or `removed`.
    pub status: Status,
    /// The right to run is gone: a start is warned and closed (003).
    #[serde(default)]
    pub expired: bool,
    /// The app is on its way out.
    #[serde(default)]
    pub closing: Option<Closing>,
}

/// An app on its way out. On disk, so that a restarted agent goes on where the last one stopped.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Closing {
    /// The commands that wait for the end; none where an expired session was started again.
    pub commands: Vec<CommandId>,
    pub cause: Cause,
    /// The boot that the times below count from.
    pub boot_id: String,
    /// When the second warning is due, if there is one.
    pub second_warning_ms: Option<u64>,
    /// When the app is asked to close.
    pub close_ms: u64,
    pub step: Step,
    /// What the session is afterwards.
    pub then: Then,
    /// Whether the last warning could be shown; none before the first.
    #[serde(default)]
    pub shown: Option<bool>,
}

/// How far a closing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// The first warning is due.
    Begun,
    /// The first warning was given.
    Warned,
    /// The second warning was given.
    WarnedTwice,
    /// The app was asked to close (SIGTERM).
    Asked { kill_ms: u64 },
    /// The app was killed.
    Killed { again_ms: u64 },
}

/// What a session is after it was closed; the later the stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Then {
    /// Killed: stopped.
    Stopped,
    /// May be launched again.
    Evicted,
    /// May not.
    Expired,
}

impl Closing {
    /// The closing that an order asks for. No warning means at once.
    pub(crate) fn of(order: &CommandOrder, then: Then, now: &Stamp) -> Self {
        let close_ms = now.boot_ms + u64::from(order.first_warning_seconds) * 1000;
        Self {
            commands: vec![order.id],
            cause: Cause { who: order.requested_by.clone(), reason: order.reason.clone(), expired: false },
            boot_id: now.boot_id.clone(),
            second_warning_ms: second(close_ms, order.first_warning_seconds, order.second_warning_seconds),
            close_ms,
            step: Step::Begun,
            then,
            shown: None,
        }
    }

    /// The closing of an expired session that was started again (003).
    pub(crate) fn of_expired(first_seconds: u32, second_seconds: u32, now: &Stamp) -> Self {
        let close_ms = now.boot_ms + u64::from(first_seconds) * 1000;
        Self {
            commands: Vec::new(),
            cause: Cause { who: None, reason: None, expired: true },
            boot_id: now.boot_id.clone(),
            second_warning_ms: second(close_ms, first_seconds, second_seconds),
            close_ms,
            step: Step::Begun,
            then: Then::Expired,
            shown: None,
        }
    }

    /// Takes a further order in: the earlier end and the stronger outcome win.
    pub(crate) fn join(&mut self, other: Self) {
        self.commands.extend(other.commands);
        self.then = self.then.max(other.then);
        if other.close_ms < self.close_ms {
            self.close_ms = other.close_ms;
            self.second_warning_ms = other.second_warning_ms;
            self.cause = other.cause;
        }
    }

    /// When something is due next.
    pub(crate) fn due_ms(&self) -> u64 {
        match self.step {
            Step::Begun => 0,
            Step::Warned => self.second_warning_ms.unwrap_or(u64::MAX).min(self.close_ms),
            Step::WarnedTwice => self.close_ms,
            Step::Asked { kill_ms } => kill_ms,
            Step::Killed { again_ms } => again_ms,
        }
    }
}

/// A second warning makes sense between the first and the end only.
fn second(close_ms: u64, first_seconds: u32, second_seconds: u32) -> Option<u64> {
    (second_seconds > 0 && second_seconds < first_seconds).then(|| close_ms - u64::from(second_seconds) * 1000)
}

impl Entry {
    /// The session as it is to be told now.
    pub(crate) fn seen(&self, now: &Stamp) -> StatusSeen {
        let end_reason = match self.status {
            Status::Evicted => Some(EndReason::Evicted),
            Status::Expired => Some(EndReason::AdminExpire),
            Status::Removed => Some(EndReason::Removed),
            _ => None,
        };
        StatusSeen {
            session_id: self.session_id,
            status: self.status,
            end_reason,
            adopted: false,
            connected: None,
            closes_in_ms: self.closes_in_ms(now),
            detail: None,
        }
    }

    /// How long an app is left that runs though its session has expired (003).
    fn closes_in_ms(&self, now: &Stamp) -> Option<u64> {
        let closing = self.closing.as_ref().filter(|_| self.expired && self.status == Status::Running)?;
        // Nothing outlives its boot.
        let same_boot = closing.boot_id == now.boot_id;
        Some(if same_boot { closing.close_ms.saturating_sub(now.boot_ms) } else { 0 })
    }

    /// What it is while its app does not run.
    pub(crate) fn at_rest(&self) -> Status {
        if self.expired { Status::Expired } else { Status::Stopped }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: i64, first: u32, second: u32) -> CommandOrder {
        CommandOrder {
            id: CommandId(id),
            session_id: SessionId(1),
            verb: "evict".into(),
            requested_by: None,
            reason: None,
            message: None,
            consent_id: None,
            first_warning_seconds: first,
            second_warning_seconds: second,
        }
    }

    fn now() -> Stamp {
        Stamp { boot_id: "b".into(), boot_ms: 10_000, wall_ms: 0 }
    }

    #[test]
    fn warnings_fall_due_before_the_end_only() {
        let closing = |first, second| Closing::of(&order(1, first, second), Then::Evicted, &now());
        assert_eq!((closing(120, 60).close_ms, closing(120, 60).second_warning_ms), (130_000, Some(70_000)));
        for (first, second) in [(60, 60), (60, 90), (60, 0), (0, 60), (0, 0)] {
            assert_eq!(closing(first, second).second_warning_ms, None, "{first} {second}");
        }
        assert_eq!(closing(0, 0).close_ms, 10_000);
        assert!(Closing::of(&order(1, u32::MAX, 1), Then::Evicted, &now()).close_ms > 4_000_000_000_000);
    }

    #[test]
    fn the_earlier_end_and_the_stronger_outcome_win() {
        let mut closing = Closing::of(&order(1, 120, 60), Then::Evicted, &now());
        closing.join(Closing::of(&order(2, 300, 60), Then::Expired, &now()));
        assert_eq!((closing.close_ms, closing.then), (130_000, Then::Expired));
        closing.join(Closing::of(&order(3, 0, 0), Then::Stopped, &now()));
        assert_eq!((closing.close_ms, closing.then), (10_000, Then::Expired));
        assert_eq!(closing.commands, [CommandId(1), CommandId(2), CommandId(3)]);
    }
}
