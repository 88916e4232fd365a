//! A database for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::{SmallDisk, postgres};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A database of the tests' own PostgreSQL server.
    Postgres,
}

/// A test's own database; gone when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    /// Which.
    pub kind: Database,
    url: String,
    name: Option<String>,
    space: Option<String>,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// An empty one.
    pub fn new(kind: Database) -> Self {
        match kind {
            Database::Sqlite => {
                let folder = tempfile::Builder::new().prefix("deskwarden-db-").tempdir().expect("a folder");
                let url = format!("sqlite:{}/test.db", folder.path().display());
                Self { kind, url, name: None, space: None, _folder: Some(folder) }
            }
            Database::Postgres => Self::on_postgres(None),
        }
    }

    /// An empty one whose tables and indexes are on this disk. PostgreSQL's log of what it writes is not.
    pub fn on(disk: &SmallDisk, kind: Database) -> Self {
        match kind {
            Database::Sqlite => {
                let url = format!("sqlite:{}/test.db", disk.path().display());
                Self { kind, url, name: None, space: None, _folder: None }
            }
            Database::Postgres => Self::on_postgres(Some(postgres::tablespace(disk.path()))),
        }
    }

    fn on_postgres(space: Option<String>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let place = space.as_ref().map(|space| format!(" TABLESPACE {space}")).unwrap_or_default();
        postgres::admin(&format!("CREATE DATABASE {name}{place}"));
        let url = postgres::url(&name);
        Self { kind: Database::Postgres, url, name: Some(name), space, _folder: None }
    }

    /// Its address, for `--database-url`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(name) = &self.name else { return };
        let gone = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        if let Some(space) = &self.space {
            // Even after a failure: PostgreSQL would go on writing to a disk that is gone, to the harm of other tests.
            let _ = postgres::attempt(&gone);
            let _ = postgres::attempt(&format!("DROP TABLESPACE {space}"));
        } else if !std::thread::panicking() {
            postgres::admin(&gone);
        }
    }
}
