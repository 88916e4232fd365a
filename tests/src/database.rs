//! A database for each test.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use tempfile::TempDir;

use crate::{
    SmallDisk,
    postgres::{Cluster, Survives},
};

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
    /// Its server, and its name where others have theirs beside it.
    cluster: Option<(Arc<Cluster>, Option<String>)>,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// An empty one.
    pub fn new(kind: Database) -> Self {
        match kind {
            Database::Sqlite => {
                let folder = tempfile::Builder::new().prefix("deskwarden-db-").tempdir().expect("a folder");
                let url = format!("sqlite:{}/test.db", folder.path().display());
                Self { kind, url, cluster: None, _folder: Some(folder) }
            }
            Database::Postgres => {
                static COUNT: AtomicU32 = AtomicU32::new(0);
                let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
                let cluster = Cluster::shared();
                cluster.admin(&format!("CREATE DATABASE {name}"));
                let url = cluster.url(&name);
                Self { kind, url, cluster: Some((cluster, Some(name))), _folder: None }
            }
        }
    }

    /// Lets nobody in, and puts those out who are: as if PostgreSQL were not there.
    pub fn shut(&self) {
        self.admin(|name| {
            format!(
                "ALTER DATABASE {name} ALLOW_CONNECTIONS false; \
                 SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            )
        });
    }

    /// Lets them in again.
    pub fn open_again(&self) {
        self.admin(|name| format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
    }

    fn admin(&self, sql: impl FnOnce(&str) -> String) {
        if let Some((cluster, Some(name))) = &self.cluster {
            cluster.admin(&sql(name));
        }
    }

    /// An empty one that keeps what was acknowledged through a power cut, as that of an installation does.
    pub fn durable(kind: Database) -> Self {
        match kind {
            Database::Sqlite => Self::new(kind),
            Database::Postgres => Self::alone(Survives::PowerCut, |_| String::new()),
        }
    }

    /// An empty one whose tables and indexes are on this disk. PostgreSQL's log of what it writes is not; its server is
    /// this test's alone: without room it makes no checkpoint for anybody.
    pub fn on(disk: &SmallDisk, kind: Database) -> Self {
        match kind {
            Database::Sqlite => {
                let url = format!("sqlite:{}/test.db", disk.path().display());
                Self { kind, url, cluster: None, _folder: None }
            }
            Database::Postgres => {
                Self::alone(Survives::Nothing, |cluster| format!(" TABLESPACE {}", cluster.tablespace(disk.path())))
            }
        }
    }

    fn alone(survives: Survives, place: impl FnOnce(&Cluster) -> String) -> Self {
        let cluster = Cluster::new(survives);
        let place = place(&cluster);
        cluster.admin(&format!("CREATE DATABASE test{place}"));
        let url = cluster.url("test");
        Self { kind: Database::Postgres, url, cluster: Some((Arc::new(cluster), None)), _folder: None }
    }

    /// Its address, for `--database-url`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((cluster, Some(name))) = &self.cluster
            && !std::thread::panicking()
        {
            cluster.admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
