//! The store on SQLite, without a server. What both databases must do alike is tested over the API.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails is to stop")]

mod audit;
mod schema;
mod writer;

use deskwarden_store::{DatabaseUrl, Durability, Options, Store};
use deskwarden_types::Timestamp;

/// A database that is gone when the test is.
pub struct Scratch {
    pub url: DatabaseUrl,
    _dir: tempfile::TempDir,
}

pub fn scratch() -> Scratch {
    let dir = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(dir.path().join("test.db").to_str().unwrap().to_owned());
    Scratch { url, _dir: dir }
}

pub async fn open(scratch: &Scratch) -> Store {
    let options = Options { url: scratch.url.clone(), durability: Durability::Full, connections: 2 };
    Store::open(options).await.unwrap()
}

pub const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);
