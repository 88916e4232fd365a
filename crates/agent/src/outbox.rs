//! What the agent has to tell, in one order.
//!
//! One thread writes the spool and keeps what was last told of each session. An inventory is made by that thread,
//! at its place in the order: it can't contradict a report that stands before it.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    time::Duration,
};

use deskwarden_types::{
    CommandId, CommandOutcome, SessionId, Status,
    agent::{CommandSeen, CommandStep, Observation, StatusSeen},
};
use tokio::sync::{Notify, RwLock, oneshot};

use crate::{
    clock::{Clock, Stamp},
    files,
    spool::Spool,
};

/// How often a full disk is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What the writing thread is asked for.
enum Job {
    /// A report; the answer comes once it is durable. Without an answer it is kept until it can be written.
    Report(Stamp, Observation, Option<oneshot::Sender<io::Result<()>>>),
    /// The whole truth.
    Inventory(Stamp),
    /// A session that is over: what was told stays told, and no inventory names it.
    Forget(SessionId),
}

/// Takes what is to be told.
#[derive(Clone)]
pub struct Outbox {
    clock: Clock,
    jobs: mpsc::Sender<Job>,
    spool: Arc<Mutex<Spool>>,
    /// Something was spooled.
    pub(crate) spooled: Arc<Notify>,
    /// Held for reading while the server may know a session that the agent does not know yet: an inventory made
    /// then would call that session gone. Held too until the apps of the last agent are taken over: an inventory made
    /// before would tell what was.
    pub(crate) launching: Arc<RwLock<()>>,
}

impl Outbox {
    /// Starts the writing thread. `known` is what the library holds of each session.
    pub fn start(spool: Spool, clock: Clock, known: Vec<StatusSeen>) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let spool = Arc::new(Mutex::new(spool));
        let spooled = Arc::new(Notify::new());
        let now = clock.stamp();
        let known = known.into_iter().map(|seen| (seen.session_id, (now.clone(), seen))).collect();
        let writer = Writer { spool: spool.clone(), spooled: spooled.clone(), known, kept: VecDeque::new() };
        std::thread::Builder::new().name("outbox".into()).spawn(move || writer.run(&queue))?;
        Ok(Self { clock, jobs, spool, spooled, launching: Arc::default() })
    }

    /// The spool itself, for the courier. Hold it shortly.
    pub(crate) fn spool(&self) -> MutexGuard<'_, Spool> {
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Comes back once the report is durable; an error if the disk does not take it, and then it is not told.
    pub(crate) async fn durably(&self, what: Observation) -> io::Result<()> {
        let (reply, answer) = oneshot::channel();
        let job = Job::Report(self.clock.stamp(), what, Some(reply));
        self.jobs.send(job).map_err(|_| io::Error::other("the spool's thread is gone"))?;
        answer.await.map_err(|_| io::Error::other("the spool's thread is gone"))?
    }

    /// Tells a session's status. While the disk is full it is kept in memory.
    pub(crate) fn status(&self, seen: StatusSeen) {
        self.tell(Observation::Status(seen));
    }

    /// What was told of a session is its end: inventories name it no more.
    pub(crate) fn forget(&self, session: SessionId) {
        let _ = self.jobs.send(Job::Forget(session));
    }

    /// Tells how far a command is. While the disk is full it is kept in memory.
    pub(crate) fn command(&self, command_id: CommandId, step: CommandStep) {
        self.tell(Observation::Command(CommandSeen { command_id, step }));
    }

    /// Tells that a command can't be carried out.
    pub(crate) fn failed(&self, command_id: CommandId, outcome: CommandOutcome, detail: impl Into<String>) {
        self.command(command_id, CommandStep::Failed { outcome, detail: detail.into() });
    }

    /// Tells everything, as soon as no launch is on its way.
    pub(crate) async fn inventory(&self) {
        let _none = self.launching.write().await;
        // The thread ends with the program only.
        let _ = self.jobs.send(Job::Inventory(self.clock.stamp()));
    }

    /// Tells something. While the disk is full it is kept in memory.
    pub(crate) fn tell(&self, what: Observation) {
        let _ = self.jobs.send(Job::Report(self.clock.stamp(), what, None));
    }

    /// Waits until everything told so far is on disk, or can't be.
    pub(crate) async fn settled(&self) {
        let (reply, answer) = oneshot::channel();
        let nothing = Observation::Inventory { sessions: Vec::new() };
        // An empty inventory with an answer is never written: see `Writer::take`.
        if self.jobs.send(Job::Report(self.clock.stamp(), nothing, Some(reply))).is_ok() {
            let _ = answer.await;
        }
    }
}

struct Writer {
    spool: Arc<Mutex<Spool>>,
    spooled: Arc<Notify>,
    /// What was last told of each session, and when.
    known: BTreeMap<SessionId, (Stamp, StatusSeen)>,
    /// What the disk did not take yet, in order.
    kept: VecDeque<(Stamp, Observation)>,
}

impl Writer {
    fn run(mut self, queue: &mpsc::Receiver<Job>) {
        loop {
            let job = if self.kept.is_empty() {
                queue.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected)
            } else {
                queue.recv_timeout(RETRY)
            };
            match job {
                Ok(job) => self.take(job),
                Err(mpsc::RecvTimeoutError::Timeout) => self.retry(),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Report(_, Observation::Inventory { sessions }, Some(reply)) if sessions.is_empty() => {
                let _ = reply.send(Ok(()));
            }
            Job::Report(at, what, Some(reply)) => {
                self.retry();
                let written =
                    if self.kept.is_empty() { self.write(at, what) } else { Err(io::ErrorKind::StorageFull.into()) };
                let _ = reply.send(written);
            }
            Job::Report(at, what, None) => self.keep(at, what),
            Job::Forget(session) => drop(self.known.remove(&session)),
            Job::Inventory(at) => {
                let sessions = self.known.values().map(|(told, seen)| by_now(seen, told.age_ms(&at))).collect();
                self.keep(at, Observation::Inventory { sessions });
            }
        }
    }

    fn keep(&mut self, at: Stamp, what: Observation) {
        self.retry();
        if self.kept.is_empty() {
            let Err(error) = self.write(at.clone(), what.clone()) else { return };
            tracing::error!(%error, full = files::is_full(&error), "a report is kept in memory: the disk does not take it");
        }
        self.remember(&at, &what);
        self.kept.push_back((at, what));
    }

    fn retry(&mut self) {
        while let Some((at, what)) = self.kept.front().cloned() {
            if self.write(at, what).is_err() {
                return;
            }
            self.kept.pop_front();
        }
    }

    fn write(&mut self, at: Stamp, what: Observation) -> io::Result<()> {
        self.spool.lock().unwrap_or_else(PoisonError::into_inner).append(at.clone(), what.clone())?;
        self.remember(&at, &what);
        self.spooled.notify_one();
        Ok(())
    }

    fn remember(&mut self, at: &Stamp, what: &Observation) {
        if let Observation::Status(seen) = what {
            if seen.status == Status::Removed {
                self.known.remove(&seen.session_id);
            } else {
                // The rest says what changed, which is told once; an inventory says what is.
                let known = StatusSeen { adopted: false, detail: None, ..seen.clone() };
                self.known.insert(seen.session_id, (at.clone(), known));
            }
        }
    }
}

/// What was told so long ago, as it is now: time has gone by.
fn by_now(seen: &StatusSeen, age_ms: u64) -> StatusSeen {
    StatusSeen { closes_in_ms: seen.closes_in_ms.map(|ms| ms.saturating_sub(age_ms)), ..seen.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inventory_has_the_time_that_is_left_and_not_what_was_told() {
        let told = StatusSeen {
            session_id: SessionId(1),
            status: Status::Running,
            end_reason: None,
            adopted: false,
            connected: None,
            closes_in_ms: Some(120_000),
            detail: None,
        };
        assert_eq!(by_now(&told, 50_000).closes_in_ms, Some(70_000));
        assert_eq!(by_now(&told, 500_000).closes_in_ms, Some(0));
        let authorised = StatusSeen { closes_in_ms: None, ..told };
        assert_eq!(by_now(&authorised, 5), authorised);
    }
}
