//! The store: opens the database and runs reads and writes off the async workers.

use std::{sync::Arc, thread::JoinHandle};

use deskwarden_types::{TenantId, Timestamp};
use diesel::r2d2::{Pool, PoolError};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, broadcast},
};

use crate::{
    Change, Conn, DatabaseUrl, Durability, Result, Scope, StoreError, WriteScope,
    answers::Answers,
    head,
    identity::KnownKeys,
    migrate, notify,
    read_pool::{self, Manager},
    reads::{Reads, View},
    reports::Gathered,
    sessions::{Ground, names::Names},
    writer::Writer,
};

/// How to open the database.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it is.
    pub url: DatabaseUrl,
    /// What an acknowledged write survives.
    pub durability: Durability,
    /// Connections that read (on PostgreSQL as many again that write).
    pub connections: u32,
}

/// The database, open. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    answers: Arc<Answers>,
    reads: Reads,
    writes: Writes,
    changes: broadcast::Sender<Change>,
    gathered: Gathered,
    keys: Arc<KnownKeys>,
    names: Arc<Names>,
    /// Closing it ends the listener.
    stop_listening: Option<crossbeam_channel::Sender<()>>,
    listener: Option<JoinHandle<()>>,
}

enum Writes {
    Sqlite(Writer),
    Postgres { pool: Pool<Manager>, gate: Semaphore },
}

/// Changes that a slow listener may be behind before it must reload.
const CHANGES_KEPT: usize = 1024;
/// Reads that may wait for a connection, for each connection.
const WAITING_PER_CONNECTION: u32 = 64;
/// How often a transaction that lost against another is tried.
const TRIES: usize = 5;

impl Store {
    /// Opens the database and brings it to the newest form.
    pub async fn open(options: Options) -> Result<Self> {
        let runtime = Handle::current();
        blocking(move || Self::open_now(&options, runtime)).await
    }

    fn open_now(options: &Options, runtime: Handle) -> Result<Self> {
        migrate::to_newest(&mut options.url.connect(Durability::Full)?)?;
        let connections = options.connections.max(1);
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let keys = Arc::new(KnownKeys::default());
        let waiting = (connections * WAITING_PER_CONNECTION) as usize;
        let mut listener = None;
        let mut stop_listening = None;
        let writes = match &options.url {
            DatabaseUrl::Sqlite(_) => Writes::Sqlite(Writer::start(options.url.connect(options.durability)?)?),
            DatabaseUrl::Postgres(_) => {
                let (stop, stopped) = crossbeam_channel::bounded(0);
                let (url, heard, known) = (options.url.clone(), changes.clone(), keys.clone());
                stop_listening = Some(stop);
                listener = Some(
                    std::thread::Builder::new()
                        .name("listener".to_owned())
                        .spawn(move || {
                            notify::listen(&url, &stopped, |change| {
                                known.forget(&change);
                                // Nobody listens: nobody needs to know.
                                let _ = heard.send(change);
                            });
                        })
                        .map_err(|error| StoreError::Unavailable(error.to_string()))?,
                );
                let pool = read_pool::pool(&options.url, Some(options.durability), connections)?;
                Writes::Postgres { pool, gate: Semaphore::new(waiting) }
            }
        };
        let answers = Arc::new(Answers::new());
        let pool = read_pool::pool(&options.url, None, connections)?;
        let reads = Reads::new(options.url.clone(), pool, waiting, runtime, answers.clone());
        let gathered = Gathered::default();
        let names = Arc::default();
        let inner = Inner { answers, reads, writes, changes, gathered, keys, names, stop_listening, listener };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Whether the database answers, as the last that was asked of it tells. At least every few seconds something is.
    pub fn answers(&self) -> bool {
        self.inner.answers.yes()
    }

    /// Beats on their way to the database.
    pub(crate) fn gathered(&self) -> &Gathered {
        &self.inner.gathered
    }

    /// Agents' keys that were looked up.
    pub(crate) fn keys(&self) -> &KnownKeys {
        &self.inner.keys
    }

    /// What is committed from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// Reads within one tenant. All statements see the same state of the database.
    pub async fn read<T: Send + 'static>(
        &self,
        tenant: TenantId,
        now: Timestamp,
        work: impl FnOnce(&mut Scope<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.view(View::Same, tenant, now, work).await
    }

    /// Reads within one tenant what need not be of one state: on PostgreSQL each statement sees the newest, and none is
    /// spent on a transaction. For pages of lists, whose changes are told by the feed that goes on from their revision.
    pub async fn look<T: Send + 'static>(
        &self,
        tenant: TenantId,
        now: Timestamp,
        work: impl FnOnce(&mut Scope<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.view(View::Newest, tenant, now, work).await
    }

    /// As [`Self::look`], for somebody who is found out first, on the same connection: `who` tells his tenant as it is, and
    /// him, or why he may not look.
    pub async fn look_as<W: 'static, E: Send + 'static, T: Send + 'static>(
        &self,
        now: Timestamp,
        who: impl FnOnce(&mut Conn) -> Result<std::result::Result<(TenantId, Ground, W), E>> + Send + 'static,
        work: impl FnOnce(&mut Scope<'_>, W) -> Result<T> + Send + 'static,
    ) -> Result<std::result::Result<T, E>> {
        let names = self.inner.names.clone();
        let both = move |conn: &mut Conn| match who(conn)? {
            Ok((tenant, ground, who)) => {
                let mut scope = Scope { ground: Some(ground), ..Scope::new(conn, tenant, now, names) };
                Ok(Ok(work(&mut scope, who)?))
            }
            Err(error) => Ok(Err(error)),
        };
        self.inner.reads.run(View::Newest, both).await
    }

    /// Reads within one tenant what may take up to a minute, such as an exact count of millions. It stops when the
    /// caller drops the future.
    pub async fn read_long<T: Send + 'static>(
        &self,
        tenant: TenantId,
        now: Timestamp,
        work: impl FnOnce(&mut Scope<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.view(View::Long, tenant, now, work).await
    }

    async fn view<T: Send + 'static>(
        &self,
        view: View,
        tenant: TenantId,
        now: Timestamp,
        work: impl FnOnce(&mut Scope<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let names = self.inner.names.clone();
        let work = move |conn: &mut Conn| work(&mut Scope::new(conn, tenant, now, names));
        self.inner.reads.run(view, work).await
    }

    /// Reads across tenants: signing in, looking up a token or an agent, jobs.
    pub async fn read_all<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.inner.reads.run(View::Same, work).await
    }

    /// Writes within one tenant, in one transaction. `work` may run more than once; only its last
    /// run counts.
    pub async fn write<T: Send + 'static>(
        &self,
        tenant: TenantId,
        now: Timestamp,
        work: impl Fn(&mut WriteScope<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (changes, keys) = (self.inner.changes.clone(), self.inner.keys.clone());
        let names = self.inner.names.clone();
        let announce = move |(_, change): &(T, Option<Change>)| {
            if let Some(change) = change {
                keys.forget(change);
                let _ = changes.send(change.clone());
            }
        };
        let whole = move |conn: &mut Conn| {
            let mut scope = WriteScope::new(conn, tenant, now, names.clone());
            let value = work(&mut scope)?;
            Ok((value, head::finish(scope)?))
        };
        Ok(self.commit(whole, announce).await?.0)
    }

    /// Writes across tenants: making one, throttles, locks of jobs.
    pub async fn write_all<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.commit(work, |_| ()).await
    }

    async fn commit<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
        done: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T> {
        let result = self.commit_now(work, done).await;
        self.inner.answers.wrote(&result);
        result
    }

    async fn commit_now<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
        done: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T> {
        match &self.inner.writes {
            Writes::Sqlite(writer) => writer.submit(work, done)?.await.map_err(|_| StoreError::Closed)?,
            Writes::Postgres { pool, gate } => {
                let _place = gate.try_acquire().map_err(|_| StoreError::Busy)?;
                let (pool, answers) = (pool.clone(), self.inner.answers.clone());
                let value = blocking(move || {
                    let mut conn = pool.get().map_err(|error| none_given(&error, &answers))?;
                    let mut tried = 1;
                    loop {
                        match conn.in_transaction(&work) {
                            Err(error) if error.is_transient() && tried < TRIES => tried += 1,
                            result => {
                                if result.as_ref().is_err_and(StoreError::is_fatal) {
                                    conn.broken();
                                }
                                return result;
                            }
                        }
                    }
                })
                .await?;
                done(&value);
                Ok(value)
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop_listening = None;
        if let Some(listener) = self.listener.take()
            && listener.join().is_err()
        {
            tracing::error!("the listener thread had panicked");
        }
    }
}

/// Why a pool gave no connection: none could be made, or all of them are at work.
fn none_given(error: &PoolError, answers: &Answers) -> StoreError {
    // r2d2 tells the difference by its text alone, and only to the first who waits: what went wrong comes after a colon.
    match error.to_string().split_once(": ") {
        Some((_, why)) => StoreError::Unavailable(why.to_owned()),
        None if !answers.is_reached() => StoreError::Unavailable(error.to_string()),
        None => StoreError::Busy,
    }
}

/// Runs blocking work where blocking is allowed.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Closed)?
}
