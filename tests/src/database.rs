//! A database for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::postgres;

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
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// An empty one.
    pub fn new(kind: Database) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        match kind {
            Database::Sqlite => {
                let folder = tempfile::Builder::new().prefix("deskwarden-db-").tempdir().expect("a folder");
                let url = format!("sqlite:{}/test.db", folder.path().display());
                Self { kind, url, name: None, _folder: Some(folder) }
            }
            Database::Postgres => {
                let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
                postgres::admin(&format!("CREATE DATABASE {name}"));
                Self { kind, url: postgres::url(&name), name: Some(name), _folder: None }
            }
        }
    }

    /// An SQLite file at this place, which somebody else takes away.
    pub fn sqlite_at(path: &std::path::Path) -> Self {
        Self { kind: Database::Sqlite, url: format!("sqlite:{}", path.display()), name: None, _folder: None }
    }

    /// Its address, for `--database-url`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(name) = &self.name
            && !std::thread::panicking()
        {
            postgres::admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
