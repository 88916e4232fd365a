//! The store: opens the database and runs reads and writes off the async workers.

use std::{sync::Arc, thread::JoinHandle};

use deskwarden_types::{TenantId, Timestamp};
use diesel::r2d2::Pool;
use tokio::sync::{Semaphore, broadcast};

use crate::{
    Change, Conn, DatabaseUrl, Durability, Result, Scope, StoreError, WriteScope, head, migrate, notify,
    read_pool::{self, Manager},
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
    readers: Pool<Manager>,
    read_gate: Semaphore,
    writes: Writes,
    changes: broadcast::Sender<Change>,
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
        blocking(move || Self::open_now(&options)).await
    }

    fn open_now(options: &Options) -> Result<Self> {
        migrate::to_newest(&mut options.url.connect(Durability::Full)?)?;
        let connections = options.connections.max(1);
        let readers = read_pool::pool(&options.url, None, connections)?;
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let waiting = (connections * WAITING_PER_CONNECTION) as usize;
        let mut listener = None;
        let mut stop_listening = None;
        let writes = match &options.url {
            DatabaseUrl::Sqlite(_) => Writes::Sqlite(Writer::start(options.url.connect(options.durability)?)?),
            DatabaseUrl::Postgres(_) => {
                let (stop, stopped) = crossbeam_channel::bounded(0);
                let (url, heard) = (options.url.clone(), changes.clone());
                stop_listening = Some(stop);
                listener = Some(
                    std::thread::Builder::new()
                        .name("listener".to_owned())
                        .spawn(move || {
                            notify::listen(&url, &stopped, |change| {
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
        let read_gate = Semaphore::new(waiting);
        Ok(Self { inner: Arc::new(Inner { readers, read_gate, writes, changes, stop_listening, listener }) })
    }

    /// What is committed from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// Reads within one tenant.
    pub async fn read<T: Send + 'static>(
        &self,
        tenant: TenantId,
        now: Timestamp,
        work: impl FnOnce(&mut Scope<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.read_all(move |conn| work(&mut Scope::new(conn, tenant, now))).await
    }

    /// Reads across tenants: signing in, looking up a token or an agent, jobs.
    pub async fn read_all<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self.inner.read_gate.try_acquire().map_err(|_| StoreError::Busy)?;
        let pool = self.inner.readers.clone();
        blocking(move || pool.get().map_err(|_| StoreError::Busy)?.in_snapshot(work)).await
    }

    /// Writes within one tenant, in one transaction. `work` may run more than once; only its last
    /// run counts.
    pub async fn write<T: Send + 'static>(
        &self,
        tenant: TenantId,
        now: Timestamp,
        work: impl Fn(&mut WriteScope<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let changes = self.inner.changes.clone();
        let announce = move |(_, change): &(T, Option<Change>)| {
            if let Some(change) = change {
                let _ = changes.send(change.clone());
            }
        };
        let whole = move |conn: &mut Conn| {
            let mut scope = WriteScope::new(conn, tenant, now);
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
        match &self.inner.writes {
            Writes::Sqlite(writer) => writer.submit(work, done)?.await.map_err(|_| StoreError::Closed)?,
            Writes::Postgres { pool, gate } => {
                let _place = gate.try_acquire().map_err(|_| StoreError::Busy)?;
                let pool = pool.clone();
                let value = blocking(move || {
                    let mut conn = pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))?;
                    let mut tried = 1;
                    loop {
                        match conn.in_transaction(&work) {
                            Err(error) if error.is_transient() && tried < TRIES => tried += 1,
                            result => return result,
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

/// Runs blocking work where blocking is allowed.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Closed)?
}
