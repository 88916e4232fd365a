//! Sending a file: page after page is read, written into chunks and handed to the connection as fast as that takes them.
//!
//! The end of the file is sent only when its number of rows and its hash are durable. Whatever goes wrong before breaks
//! the transfer off, so that no half file looks like a whole one.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use deskwarden_store::{
    Scope, StoreError, WriteScope,
    exports::{self, Rows, Scan, Sent, Sheet, Taken},
};
use deskwarden_types::{SessionField, Timestamp};
use futures_util::future::try_join;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};

use super::{
    Table,
    desk::Desk,
    file::{File, Part},
    zone,
};
use crate::state::State;

/// Pages that are read at the same time, over all exports of a server: lists come first.
pub const PAGES_AT_ONCE: usize = 2;

/// Chunks that may wait for a connection.
const WAITING: usize = 24;
/// How often it is noted how far an export is.
const NOTE: Duration = Duration::from_secs(2);
/// A reader that takes nothing for so long has gone, even if nobody said so.
const STALLED: Duration = Duration::from_secs(120);
/// How often something is tried when the database is busy, and how long is waited in between.
const TRIES: u32 = 60;
const PAUSE: Duration = Duration::from_millis(250);
/// When the server stops, exports may go on for so long: short ones are sent to their end.
const LAST: Duration = Duration::from_secs(3);

/// Why a transfer is broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Broken {
    #[error("the transfer was broken off")]
    Gone,
    #[error("the transfer was broken off: nothing was taken for two minutes")]
    Stalled,
    #[error("the database could not be read; the server's log says more")]
    Unreadable,
    #[error("the end could not be noted; the server's log says more")]
    Unwritable,
    #[error("the server was stopped")]
    Stopped,
}

/// One export on its way.
struct Sending {
    state: Arc<State>,
    taken: Taken,
    /// When it began: all durations of a file have one end.
    began: Timestamp,
    scan: Arc<Mutex<Scan>>,
    desk: Arc<Mutex<Desk>>,
    parts: mpsc::Sender<Part>,
    noted: Instant,
}

/// Begins to send what a ticket was taken for.
pub fn send(state: Arc<State>, taken: Taken, now: Timestamp) -> File {
    let table = Table::new(&taken.asked, zone(&taken.time_zone));
    let mut fields = taken.asked.columns.clone();
    if !taken.show_ad_username {
        // Switched off since it was asked for: the column stays, with nothing in it (000).
        fields.iter_mut().filter(|field| **field == SessionField::AdUsername).for_each(|f| *f = SessionField::Group);
    }
    let desk = Desk::new(Sheet::new(&fields, table.write_text()), table);
    let scan = Scan::new(&fields, taken.viewer, taken.selection.clone());
    let (scan, desk) = (Arc::new(Mutex::new(scan)), Arc::new(Mutex::new(desk)));
    let (parts, file) = mpsc::channel(WAITING);
    let runtime = state.runtime.clone();
    runtime.spawn(Sending { state, taken, began: now, scan, desk, parts, noted: Instant::now() }.run());
    File::new(file)
}

impl Sending {
    async fn run(mut self) {
        let mut stopping = self.state.stopping.clone();
        let stopped = async {
            // An error says that the server is gone, which is the same.
            let _ = stopping.wait_for(|stopping| *stopping).await;
            sleep(LAST).await;
        };
        let done = tokio::select! {
            done = self.all() => done,
            () = stopped => Err(Broken::Stopped),
        };
        let (export, rows) = (self.taken.id, self.sent().rows);
        match done {
            Ok(()) => tracing::info!(%export, rows, "an export was sent"),
            Err(why) => {
                tracing::info!(%export, rows, %why, "an export was broken off");
                self.give_up(why).await;
            }
        }
    }

    /// Sends the file to its end.
    async fn all(&mut self) -> Result<(), Broken> {
        let first = self.read();
        let mut rows = self.noting(first).await?;
        loop {
            let is_last = rows.is_last();
            lock(&self.desk).lay(rows);
            // One page is written while the next one is read. Behind the last there is none: that is told at once.
            let both = try_join(self.write(), self.read());
            let (chunks, next) = self.noting(both).await?;
            lock(&self.scan).reuse(lock(&self.desk).spare());
            for chunk in chunks {
                self.put(chunk).await?;
            }
            if is_last {
                break;
            }
            rows = next;
            if self.noted.elapsed() >= NOTE {
                self.note().await;
            }
        }
        self.all_taken().await?;
        let (sent, hash) = {
            let desk = lock(&self.desk);
            (desk.sent(), desk.hash())
        };
        let taken = self.taken.clone();
        let finish = move |scope: &mut WriteScope<'_>| exports::finished(scope, &taken.actor, taken.id, sent, &hash);
        let done = self.state.store.write(self.taken.tenant, self.state.clock.now(), finish).await;
        done.map_err(|error| {
            tracing::warn!(%error, export = %self.taken.id, "the end of an export could not be noted");
            Broken::Unwritable
        })?;
        self.parts.send(Part::End).await.map_err(|_| Broken::Gone)
    }

    /// Reads the next page.
    fn read(&self) -> impl Future<Output = Result<Rows, Broken>> + use<> {
        let scan = self.scan.clone();
        self.in_database(move |scope| lock(&scan).read(scope))
    }

    /// Makes chunks of the page that lies on the desk.
    fn write(&self) -> impl Future<Output = Result<Vec<Bytes>, Broken>> + use<> {
        let desk = self.desk.clone();
        self.in_database(move |scope| lock(&desk).write(scope))
    }

    /// Works with the database, again where it is busy.
    fn in_database<T, W>(&self, work: W) -> impl Future<Output = Result<T, Broken>> + use<T, W>
    where
        T: Send + 'static,
        W: Fn(&mut Scope<'_>) -> Result<T, StoreError> + Clone + Send + 'static,
    {
        let (state, tenant, export, began) = (self.state.clone(), self.taken.tenant, self.taken.id, self.began);
        async move {
            for _ in 0..TRIES {
                let done = {
                    // It is never closed.
                    let _place = state.export_pages.acquire().await;
                    state.store.read(tenant, began, work.clone()).await
                };
                match done {
                    Ok(value) => return Ok(value),
                    Err(StoreError::Busy) => sleep(PAUSE).await,
                    Err(error) => {
                        tracing::warn!(%error, %export, "an export's rows could not be read");
                        return Err(Broken::Unreadable);
                    }
                }
            }
            Err(Broken::Unreadable)
        }
    }

    /// Waits for work, and notes meanwhile that the export lives.
    async fn noting<T>(&mut self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            match timeout(NOTE, &mut work).await {
                Ok(value) => return value,
                Err(_) => self.note().await,
            }
        }
    }

    /// Hands a chunk to the connection, as soon as that has taken enough of those before.
    async fn put(&mut self, chunk: Bytes) -> Result<(), Broken> {
        let (since, parts) = (Instant::now(), self.parts.clone());
        loop {
            match timeout(NOTE, parts.reserve()).await {
                Ok(place) => {
                    place.map_err(|_| Broken::Gone)?.send(Part::Chunk(chunk));
                    return Ok(());
                }
                Err(_) if since.elapsed() >= STALLED => return Err(Broken::Stalled),
                Err(_) => self.note().await,
            }
        }
    }

    /// Waits until the connection has taken every chunk.
    async fn all_taken(&mut self) -> Result<(), Broken> {
        let (since, parts) = (Instant::now(), self.parts.clone());
        loop {
            match timeout(NOTE, parts.reserve_many(WAITING)).await {
                Ok(places) => return places.map(drop).map_err(|_| Broken::Gone),
                Err(_) if since.elapsed() >= STALLED => return Err(Broken::Stalled),
                Err(_) => self.note().await,
            }
        }
    }

    /// Notes how far it is, and that it lives.
    async fn note(&mut self) {
        self.noted = Instant::now();
        let (sent, id) = (self.sent(), self.taken.id);
        let note = move |scope: &mut WriteScope<'_>| exports::progress(scope, id, sent);
        if let Err(error) = self.state.store.write(self.taken.tenant, self.state.clock.now(), note).await {
            tracing::warn!(%error, export = %id, "how far an export is could not be noted");
        }
    }

    /// Breaks the connection, then notes it: what is broken does not wait for the database.
    async fn give_up(self, why: Broken) {
        let sent = self.sent();
        let Self { state, taken, parts, .. } = self;
        drop(parts);
        let (tenant, now) = (taken.tenant, state.clock.now());
        let end = move |scope: &mut WriteScope<'_>| {
            exports::broken_off(scope, &taken.actor, taken.id, sent, &why.to_string())
        };
        if let Err(error) = state.store.write(tenant, now, end).await {
            tracing::warn!(%error, "a broken export could not be noted; a job will do it");
        }
    }

    fn sent(&self) -> Sent {
        // While a page is being made the lock is held for milliseconds.
        lock(&self.desk).sent()
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
