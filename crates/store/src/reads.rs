//! Reads: off the async workers, within a time limit, and no longer than somebody waits for them.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    r2d2::{Pool, PooledConnection},
};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, oneshot},
};

use crate::{Conn, DatabaseUrl, Result, StoreError, answers::Answers, read_pool::Manager, turns::Turns, watch};

/// How long statements of a read may take together on SQLite, and each on PostgreSQL.
pub(crate) const USUAL: Duration = Duration::from_secs(10);
/// How long those may take that somebody asked for although they take long.
const LONG: Duration = Duration::from_secs(60);

/// A read whose caller has gone is stopped after so long.
const SOON: Duration = Duration::from_millis(100);

/// How long a read waits for a connection.
const TURN: Duration = Duration::from_secs(5);

/// How a read sees the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// All statements see the same state.
    Same,
    /// On PostgreSQL each statement sees the newest state, and no statement is spent on anything else.
    Newest,
    /// As `Same`, and may take long.
    Long,
}

/// Connections that read.
pub(crate) struct Reads {
    pool: Pool<Manager>,
    gate: Semaphore,
    /// One for each connection: who waits for one waits without a thread.
    turns: Arc<Turns>,
    /// For what may take long. It never has all connections: lists are read beside it.
    long: Semaphore,
    /// Where threads are kept. Each of actix's workers has a runtime of its own: with theirs, there would be many more.
    runtime: Handle,
    url: DatabaseUrl,
    answers: Arc<Answers>,
}

/// A read that somebody waits for.
#[derive(Default)]
struct Waited {
    gone: Arc<AtomicBool>,
    /// The process of PostgreSQL that works on it.
    process: Mutex<Option<i32>>,
}

impl Reads {
    /// `waiting`: how many reads may wait for a connection.
    pub(crate) fn new(
        url: DatabaseUrl,
        pool: Pool<Manager>,
        waiting: usize,
        runtime: Handle,
        answers: Arc<Answers>,
    ) -> Self {
        let all = pool.max_size() as usize;
        let (turns, long) = (Arc::new(Turns::new(all)), Semaphore::new((all / 2).max(1)));
        Self { pool, gate: Semaphore::new(waiting), turns, long, runtime, url, answers }
    }

    /// Reads. Who drops the future stops the statement.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        view: View,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _probe = self.answers.gate()?;
        let _place = self.gate.try_acquire().map_err(|_| StoreError::Busy)?;
        let waited = Arc::new(Waited::default());
        let _waits = Waits { waited: waited.clone(), url: self.url.clone(), runtime: self.runtime.clone() };
        let too_late = || match self.answers.is_reached() {
            true => StoreError::Busy,
            false => StoreError::Unavailable("it could not be reached a moment ago".to_owned()),
        };
        let mut turn = pin!(tokio::time::sleep(TURN));
        let _long = match view {
            View::Long => Some(tokio::select! {
                () = &mut turn => return Err(too_late()),
                place = self.long.acquire() => place.map_err(|_| StoreError::Closed)?,
            }),
            _ => None,
        };
        let (pool, answers, asked) = (self.pool.clone(), self.answers.clone(), waited.clone());
        let (tell, mut told) = oneshot::channel();
        let job = move || {
            let result = read(&pool, view, &asked, work);
            answers.read(&result);
            // Nobody listens any more: nobody needs it.
            let _ = tell.send(result);
        };
        let waiting = self.turns.take(&self.runtime, Box::new(job));
        tokio::select! {
            biased;
            result = &mut told => return result.map_err(|_| StoreError::Closed)?,
            () = &mut turn => {}
        }
        if waiting.give_up() {
            return Err(too_late());
        }
        told.await.map_err(|_| StoreError::Closed)?
    }
}

type Reader = PooledConnection<Manager>;

fn read<T>(pool: &Pool<Manager>, view: View, waited: &Waited, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let mut conn = begin(pool, view)?;
    let time = if view == View::Long { LONG } else { USUAL };
    let process = conn.process();
    let done = watch::limited(time, &waited.gone, || waited.within(process, || work(&mut conn)));
    let ended = end(&mut conn, view);
    if done.as_ref().is_err_and(StoreError::is_fatal) || ended.is_err() {
        conn.broken();
    }
    let value = done?;
    ended?;
    Ok(value)
}

/// A connection that has begun. One that was cut meanwhile is replaced.
fn begin(pool: &Pool<Manager>, view: View) -> Result<Reader> {
    let mut tries = pool.max_size() + 1;
    loop {
        // There is one for each turn: where none is given, none could be made.
        let mut conn = pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let text = match (&**conn, view) {
            (Conn::Sqlite(_), _) => "BEGIN",
            (Conn::Postgres(_), View::Same) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            (Conn::Postgres(_), View::Long) => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '60s'"
            }
            (Conn::Postgres(_), View::Newest) => return Ok(conn),
        };
        match conn.batch_execute(text).map_err(StoreError::from) {
            Ok(()) => return Ok(conn),
            Err(error) => {
                conn.broken();
                tries -= 1;
                if tries == 0 || !error.is_fatal() {
                    return Err(error);
                }
            }
        }
    }
}

fn end(conn: &mut Reader, view: View) -> Result<()> {
    match (&***conn, view) {
        (Conn::Postgres(_), View::Newest) => Ok(()),
        _ => Ok(conn.batch_execute("ROLLBACK")?),
    }
}

impl Waited {
    /// Works, and lets the caller's going stop PostgreSQL.
    fn within<T>(&self, process: Option<i32>, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let set = |process| *self.process.lock().unwrap_or_else(PoisonError::into_inner) = process;
        set(process);
        // Nobody hears of it where the caller has gone before his turn.
        let done = if self.gone.load(Ordering::Relaxed) { Err(StoreError::Busy) } else { work() };
        // Waits for one who is about to stop it: what comes after is another's.
        set(None);
        done
    }
}

/// Somebody waits, as long as it is not dropped.
struct Waits {
    waited: Arc<Waited>,
    url: DatabaseUrl,
    runtime: Handle,
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.waited.gone.store(true, Ordering::Relaxed);
        if self.waited.process.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return;
        }
        let (waited, url) = (self.waited.clone(), self.url.clone());
        self.runtime.spawn(async move {
            // Most are over by themselves before anybody could stop them.
            tokio::time::sleep(SOON).await;
            tokio::task::spawn_blocking(move || stop(&waited, &url)).await
        });
    }
}

/// Stops the statement, unless it has come to its end. Over a connection of its own: the pool's may all be busy with what
/// is to be stopped.
fn stop(waited: &Waited, url: &DatabaseUrl) {
    if waited.process.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
        return;
    }
    let mut conn = match url.connect_reader() {
        Ok(conn) => conn,
        Err(error) => {
            tracing::warn!(%error, "a statement that nobody waits for could not be stopped");
            return;
        }
    };
    let process = waited.process.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pid) = *process
        && let Err(error) = diesel::sql_query(format!("SELECT pg_cancel_backend({pid})")).execute(&mut conn)
    {
        tracing::warn!(%error, "a statement that nobody waits for could not be stopped");
    }
}
