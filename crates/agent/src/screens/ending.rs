//! How sessions end: nothing of them stays.

use std::time::Duration;

use deskwarden_types::{
    CommandId, CommandOutcome, DeliveryKind, Status,
    agent::{CommandStep, Observation, StatusSeen, stream_close},
};

use super::{
    desktop::{Desktop, Left},
    entry::{Closing, Stage},
    kind::{self, How},
    place,
};
use crate::{cgroup::Group, streams::Close};

/// How long what was killed may take to be gone before it is killed again.
const AGAIN: Duration = Duration::from_secs(5);

/// Ends within this time are one.
const SAME_END: Duration = Duration::from_millis(200);

impl Desktop {
    /// The program has ended, or its user has logged out.
    pub(super) async fn left(&mut self, left: Left) {
        // Whatever ends an X server ends what runs on it, and that may be seen first.
        if tokio::time::timeout(SAME_END, self.groups.server.emptied()).await.is_ok() {
            return self.end(How::Broken, Some("its X server has ended".to_owned()), None).await;
        }
        if self.entry.order.kind != DeliveryKind::CloudDelivery {
            return self.end(How::Left, left.detail, None).await;
        }
        // The delivery goes on until its time is over (001): who opens it again gets the program anew.
        let Stage::Living(living) = &mut self.entry.stage else { return };
        living.program_ended = true;
        self.close_streams(Close { code: stream_close::NORMAL, why: "the program has ended" });
        self.control = None;
        self.alone_since = Some(self.shared.host.clock.boot_ms());
        self.entry.status = if left.well { Status::Active } else { Status::Error };
        self.entry.detail = left.detail.map(|how| format!("the program {how}"));
        self.save();
        self.tell(false);
    }

    /// Ends the session, or joins the end that is under way.
    pub(super) async fn end(&mut self, how: How, detail: Option<String>, command: Option<CommandId>) {
        let commands = command.into_iter().collect();
        // On disk first: the next agent goes on from here.
        self.entry.closing = Some(Closing { commands, how, detail });
        self.save();
        self.finish().await;
    }

    /// Goes through with the end that is written down.
    pub(super) async fn finish(&mut self) {
        let Some(closing) = self.entry.closing.clone() else { return };
        self.close_streams(Close { code: stream_close::SESSION_OVER, why: "the session is over" });
        (self.control, self.question, self.alone_since) = (None, None, None);
        self.close_connections(Close { code: stream_close::SESSION_OVER, why: "the desktop has ended" });
        self.grants.clear();
        self.life = None;
        let lived = self.groups.whole.populated();
        self.sweep().await;
        self.entry.stage = Stage::Over { at: self.shared.host.clock.stamp() };
        self.entry.status = kind::over(self.entry.order.kind, closing.how);
        self.entry.detail = closing.detail;
        if self.entry.is_behind_gate() {
            for session in std::mem::take(&mut self.entry.connections) {
                self.tell_end(session, closing.how.reason(), self.entry.detail.clone()).await;
            }
        } else {
            self.tell_durably(self.entry.seen(false)).await;
        }
        let host = &self.shared.host;
        for command in closing.commands {
            let outcome = match closing.how {
                _ if !lived => CommandOutcome::AlreadyGone,
                How::Killed | How::Ended | How::Expired => CommandOutcome::Killed,
                _ => CommandOutcome::AlreadyGone,
            };
            host.journal.end(&host.outbox, command, CommandStep::Done { outcome }).await;
        }
        if self.entry.is_final() && !self.entry.is_behind_gate() {
            host.outbox.forget(self.id());
        }
        // Last: until then a crash brings us here again.
        self.save();
    }

    /// Tells a status that must not be lost.
    pub(super) async fn tell_durably(&self, seen: StatusSeen) {
        let outbox = &self.shared.host.outbox;
        if let Err(error) = outbox.durably(Observation::Status(seen.clone())).await {
            tracing::error!(%error, session = %seen.session_id, "an end is kept in memory: the disk does not take it");
            outbox.status(seen);
        }
    }

    /// Ends what lives of it and removes what it has on disk.
    pub(super) async fn sweep(&mut self) {
        self.empty(&self.groups.whole.clone()).await;
        if let Some(living) = self.entry.living() {
            place::clear_display(living.display);
        }
        if let Err(error) = self.place.remove() {
            tracing::error!(%error, session = %self.id(), "what a session left could not be removed");
        }
        self.shared.accounts.give_back(self.id());
    }

    /// Kills a group until it is empty.
    pub(super) async fn empty(&self, group: &Group) {
        loop {
            if let Err(error) = group.kill() {
                tracing::error!(%error, session = %self.id(), "a session could not be killed; trying again");
            }
            if tokio::time::timeout(AGAIN, group.emptied()).await.is_ok() {
                return group.remove();
            }
        }
    }
}
