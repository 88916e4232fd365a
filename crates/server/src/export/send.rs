//! Sending a file: page after page is read, written into chunks and handed to the connection as fast as that takes them.
//!
//! The end of the file is sent only when its number of rows and its hash are durable. Whatever goes wrong before breaks
//! the transfer off, so that no half file looks like a whole one.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use deskwarden_domain::list::Selection;
use deskwarden_store::{
    Scope, StoreError, WriteScope,
    exports::{self, Reader, Sent, Taken},
    tenants,
};
use deskwarden_types::{SessionField, Timestamp};
use sha2::{Digest, Sha256};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};

use super::{
    Table,
    file::{File, Part},
    zone,
};
use crate::{http::ApiError, state::State};

/// Pages that are read at the same time, over all exports of a server: lists come first.
pub const PAGES_AT_ONCE: usize = 2;

/// Bytes of a chunk.
const CHUNK: usize = 64 << 10;
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

/// What makes the file; goes to and fro between the task and the threads that may block.
struct Work {
    reader: Reader,
    table: Table,
    hash: Sha256,
    sent: Sent,
    out: Vec<u8>,
}

/// One export on its way.
struct Sending {
    state: Arc<State>,
    taken: Taken,
    /// When it began: all durations of a file have one end.
    began: Timestamp,
    work: Arc<Mutex<Work>>,
    parts: mpsc::Sender<Part>,
    noted: Instant,
}

/// Begins to send what a ticket was taken for.
pub async fn send(state: Arc<State>, taken: Taken, now: Timestamp) -> Result<File, ApiError> {
    let settings = state.store.read(taken.tenant, now, tenants::settings).await?;
    let table = Table::new(&taken.asked, zone(&settings.time_zone));
    let mut fields = taken.asked.columns.clone();
    if !settings.show_ad_username {
        // Switched off since it was asked for: the column stays, with nothing in it (000).
        fields.iter_mut().filter(|field| **field == SessionField::AdUsername).for_each(|f| *f = SessionField::Group);
    }
    let selection = Selection::read(&taken.asked.selection)?;
    let reader = Reader::new(&fields, taken.viewer, selection, table.write_text());
    let out = table.head().to_vec();
    let work = Work { reader, table, hash: Sha256::new(), sent: Sent::default(), out };
    let (parts, file) = mpsc::channel(WAITING);
    let runtime = state.runtime.clone();
    let work = Arc::new(Mutex::new(work));
    runtime.spawn(Sending { state, taken, began: now, work, parts, noted: Instant::now() }.run());
    Ok(File::new(file))
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
        loop {
            let (rows, chunks) = self.page().await?;
            for chunk in chunks {
                self.put(chunk).await?;
            }
            if rows == 0 {
                break;
            }
            if self.noted.elapsed() >= NOTE {
                self.note().await;
            }
        }
        self.all_taken().await?;
        let (sent, hash) = {
            let work = lock(&self.work);
            (work.sent, work.hash.clone().finalize().to_vec())
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

    /// Reads and writes the next page; no rows: that was all.
    async fn page(&mut self) -> Result<(usize, Vec<Bytes>), Broken> {
        let (store, state) = (self.state.store.clone(), self.state.clone());
        for _ in 0..TRIES {
            let work = self.work.clone();
            let read = move |scope: &mut Scope<'_>| lock(&work).page(scope);
            let (tenant, began) = (self.taken.tenant, self.began);
            let reading = async {
                // It is never closed.
                let _place = state.export_pages.acquire().await;
                store.read(tenant, began, read).await
            };
            tokio::pin!(reading);
            let done = loop {
                match timeout(NOTE, &mut reading).await {
                    Ok(done) => break done,
                    Err(_) => self.note().await,
                }
            };
            match done {
                Ok(page) => return Ok(page),
                Err(StoreError::Busy) => sleep(PAUSE).await,
                Err(error) => {
                    tracing::warn!(%error, export = %self.taken.id, "an export's rows could not be read");
                    return Err(Broken::Unreadable);
                }
            }
        }
        Err(Broken::Unreadable)
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
        lock(&self.work).sent
    }
}

fn lock(work: &Mutex<Work>) -> std::sync::MutexGuard<'_, Work> {
    work.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Work {
    /// The next page, in chunks.
    fn page(&mut self, scope: &mut Scope<'_>) -> Result<(usize, Vec<Bytes>), StoreError> {
        let rows = self.reader.read(scope)?;
        let mut chunks = Vec::new();
        self.out.reserve(CHUNK);
        self.table.write(&self.reader, rows, &mut self.out, |out| {
            if out.len() >= CHUNK {
                chunks.push(Bytes::from(std::mem::replace(out, Vec::with_capacity(CHUNK + CHUNK / 8))));
            }
        });
        if !self.out.is_empty() {
            chunks.push(Bytes::from(std::mem::take(&mut self.out)));
        }
        for chunk in &chunks {
            self.hash.update(chunk);
            self.sent.bytes += i64::try_from(chunk.len()).unwrap_or(0);
        }
        self.sent.rows += i64::try_from(rows).unwrap_or(0);
        Ok((rows, chunks))
    }
}
