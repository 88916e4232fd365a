//! SQLite has one writer: a thread that takes jobs from a bounded queue and commits them in groups.
//!
//! Whoever waits while a commit is on its way to the disk shares the next one. An answer is given
//! only after the commit: acknowledged means durable.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, TrySendError};
use diesel::connection::SimpleConnection;
use tokio::sync::oneshot;

use crate::{Conn, Result, StoreError};

/// Jobs that may wait; beyond it `Busy`.
const QUEUE: usize = 4096;
/// Jobs in one commit.
const GROUP: usize = 500;

/// Large transactions change pages all over the indexes: room for them, so that none is written twice, and fewer
/// checkpoints, each of which writes such pages back to their places (16 MiB of log between two).
const SETTINGS: &str = "PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000";

/// A job: run (again, where its group failed), then told how it went.
trait Job: Send {
    /// Runs it; tells whether the whole group is lost.
    fn run(&mut self, conn: &mut Conn) -> Fate;
    /// The group is durable, or not.
    fn finish(self: Box<Self>, committed: Result<()>);
}

#[derive(PartialEq)]
enum Fate {
    /// The job did its part or undid it.
    Settled,
    /// The transaction is lost.
    GroupLost,
}

struct Task<T, W, D> {
    work: W,
    done: D,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, W, D> Job for Task<T, W, D>
where
    T: Send,
    W: Fn(&mut Conn) -> Result<T> + Send,
    D: FnOnce(&T) + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Fate {
        // Whoever panics is alone in it: others are written as if he had not come.
        let work = || conn.in_savepoint(|conn| (self.work)(conn));
        let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(undone(conn)));
        let lost = result.as_ref().is_err_and(StoreError::is_fatal);
        self.result = Some(result);
        if lost { Fate::GroupLost } else { Fate::Settled }
    }

    fn finish(self: Box<Self>, committed: Result<()>) {
        let result = match (self.result, committed) {
            (Some(Ok(value)), Ok(())) => {
                (self.done)(&value);
                Ok(value)
            }
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // Nobody waits any more: the work stands all the same.
        let _ = self.answer.send(result);
    }
}

/// The writing thread.
pub(crate) struct Writer {
    queue: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(mut conn: Conn) -> Result<Self> {
        conn.batch_execute(SETTINGS)?;
        let (queue, jobs) = crossbeam_channel::bounded(QUEUE);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(conn, &jobs))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues work; `done` is called when it is durable, before the answer arrives.
    pub(crate) fn submit<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
        done: impl FnOnce(&T) + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T>>> {
        let (answer, receiver) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        match queue.try_send(Box::new(Task { work, done, result: None, answer })) {
            Ok(()) => Ok(receiver),
            Err(TrySendError::Full(_)) => Err(StoreError::Busy),
            Err(TrySendError::Disconnected(_)) => Err(StoreError::Closed),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Closing the queue lets the thread finish what waits.
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer thread had panicked");
        }
    }
}

fn run(mut conn: Conn, jobs: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = jobs.recv() {
        let group: Vec<_> = std::iter::once(first).chain(jobs.try_iter().take(GROUP - 1)).collect();
        commit(&mut conn, group);
    }
}

fn commit(conn: &mut Conn, mut group: Vec<Box<dyn Job>>) {
    let mut lost = false;
    let result = conn.in_transaction(|conn| {
        for job in &mut group {
            if job.run(conn) == Fate::GroupLost {
                lost = true;
                return Err(StoreError::Closed);
            }
        }
        Ok(())
    });
    if (lost || result.is_err()) && group.len() > 1 {
        // One job (a full disk, too large a write) must not take the others with it.
        for job in group {
            commit(conn, vec![job]);
        }
        return;
    }
    let mut result = Some(result);
    for job in group {
        let committed = result.take().unwrap_or(Ok(()));
        if catch_unwind(AssertUnwindSafe(|| job.finish(committed))).is_err() {
            tracing::error!("what had to be done after a write panicked");
        }
    }
}

/// Undoes what a job that panicked has written; the error that it is told as.
fn undone(conn: &mut Conn) -> StoreError {
    match conn.undo_savepoint() {
        Ok(()) => StoreError::Corrupt("a write panicked".to_owned()),
        Err(error) => StoreError::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use diesel::{RunQueryDsl, sql_types::BigInt};

    use super::*;
    use crate::{DatabaseUrl, Durability};

    #[derive(diesel::QueryableByName)]
    struct N {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }

    #[tokio::test]
    async fn a_job_that_panics_takes_nobody_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let url: DatabaseUrl = format!("sqlite:{}/x.db", folder.path().display()).parse().unwrap();
        let mut conn = url.connect(Durability::Normal).unwrap();
        conn.batch_execute("CREATE TABLE t (n BIGINT NOT NULL)").unwrap();
        let writer = Writer::start(conn).unwrap();
        let add = |n: i64| {
            move |conn: &mut Conn| {
                diesel::sql_query(format!("INSERT INTO t VALUES ({n})")).execute(conn)?;
                assert!(n != 2, "a job that goes wrong");
                Ok(())
            }
        };
        // The first one keeps the thread, so that the others are one group.
        let (go, wait) = crossbeam_channel::bounded::<()>(1);
        let kept = move |_: &mut Conn| wait.recv().map_err(|_| StoreError::Closed);
        let first = writer.submit(kept, |()| ()).unwrap();
        let jobs: Vec<_> = (1..=3).map(|n| writer.submit(add(n), |()| ()).unwrap()).collect();
        let after = writer.submit(|_| Ok(()), |()| panic!("what comes after goes wrong")).unwrap();
        go.send(()).unwrap();
        first.await.unwrap().unwrap();
        let mut told = Vec::new();
        for job in jobs {
            told.push(job.await.unwrap().is_ok());
        }
        assert_eq!(told, [true, false, true]);
        assert!(after.await.is_err());
        let sum = |conn: &mut Conn| Ok(diesel::sql_query("SELECT SUM(n) AS n FROM t").get_result::<N>(conn)?.n);
        assert_eq!(writer.submit(sum, |_| ()).unwrap().await.unwrap().unwrap(), 4);
    }
}
