//! Connections: one type for both databases.

use std::{fmt, str::FromStr, sync::Once, time::Duration};

use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_types::BigInt,
};

use crate::{Result, language, reads::USUAL, watch};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

/// Where the database is: `sqlite:PATH` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(String),
    /// A server.
    Postgres(String),
}

/// The URL names no database that we can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the database URL must be sqlite:PATH or postgres://USER@HOST/NAME")]
pub struct BadUrl;

impl FromStr for DatabaseUrl {
    type Err = BadUrl;

    fn from_str(text: &str) -> std::result::Result<Self, BadUrl> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            // An in-memory database would be another one for each connection.
            return if path.is_empty() || path.contains(":memory:") {
                Err(BadUrl)
            } else {
                Ok(Self::Sqlite(path.to_owned()))
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(BadUrl)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{path}"),
            // The URL may hold a password.
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// What an acknowledged write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Power loss (SQLite `synchronous=FULL`).
    #[default]
    Full,
    /// A crash of the process (SQLite `synchronous=NORMAL`).
    Normal,
}

/// How long a connection waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);

/// PostgreSQL's limits. A lock is given up sooner than others give up waiting for a connection, so that work that needs
/// other rows goes on. A server that stands still in the middle of a transaction (a paused machine) loses it soon: its
/// locks keep the others from their work.
const LIMITS: &str = "SET statement_timeout = '30s'; SET lock_timeout = '4s'; \
    SET idle_in_transaction_session_timeout = '15s'";

impl DatabaseUrl {
    /// How many connections that read are right, unless somebody knows better. SQLite's work is this process's: more of
    /// them than processors, and a few for what takes long, would only take memory.
    pub fn usual_connections(&self) -> u32 {
        match self {
            Self::Sqlite(_) => {
                std::thread::available_parallelism().ok().and_then(|n| u32::try_from(n.get()).ok()).unwrap_or(2) + 2
            }
            Self::Postgres(_) => 8,
        }
    }

    /// Opens a connection that may write.
    pub(crate) fn connect(&self, durability: Durability) -> Result<Conn> {
        match self {
            Self::Sqlite(path) => {
                watch::install();
                let mut conn = SqliteConnection::establish(path)?;
                let synchronous = if durability == Durability::Full { "FULL" } else { "NORMAL" };
                conn.batch_execute(&format!(
                    "PRAGMA busy_timeout={}; PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; \
                     PRAGMA foreign_keys=ON; PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;",
                    BUSY_TIMEOUT.as_millis()
                ))?;
                Ok(Conn::Sqlite(conn))
            }
            Self::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                conn.batch_execute(LIMITS)?;
                if !language::english(&mut conn)? {
                    static TOLD: Once = Once::new();
                    TOLD.call_once(language::warn);
                }
                Ok(Conn::Postgres(conn))
            }
        }
    }

    /// Opens a connection that only reads.
    pub(crate) fn connect_reader(&self) -> Result<Conn> {
        let mut conn = self.connect(Durability::Normal)?;
        match &mut conn {
            Conn::Sqlite(conn) => conn.batch_execute("PRAGMA query_only=ON; PRAGMA cache_size=-4096")?,
            // A plan of a prepared statement that knows no values is the same each time: what is chosen by values is
            // chosen by the statement's text.
            Conn::Postgres(conn) => conn.batch_execute(&format!(
                "SET default_transaction_read_only=on; SET statement_timeout='{}s'; \
                 SET plan_cache_mode=force_generic_plan; SET jit=off; SET random_page_cost=1.1",
                USUAL.as_secs()
            ))?,
        }
        Ok(conn)
    }
}

#[derive(diesel::QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

impl Conn {
    /// The id that the last insert on this connection was given.
    pub(crate) fn last_id(&mut self) -> Result<i64> {
        let text = match self {
            Self::Sqlite(_) => "SELECT last_insert_rowid() AS id",
            Self::Postgres(_) => "SELECT lastval() AS id",
        };
        Ok(diesel::sql_query(text).get_result::<IdRow>(self)?.id)
    }

    /// Runs `work` in a transaction; an error undoes it.
    pub(crate) fn in_transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.batch_execute(match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN",
        })?;
        let done = work(self).and_then(|value| Ok(self.batch_execute("COMMIT").map(|()| value)?));
        if done.is_err() {
            // The error that counts is the first one; SQLite may have rolled back by itself already.
            let _ = self.batch_execute("ROLLBACK");
        }
        done
    }

    /// Runs `work` behind a savepoint; an error undoes its part of the transaction.
    pub(crate) fn in_savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.batch_execute("SAVEPOINT part")?;
        match work(self) {
            Ok(value) => {
                self.batch_execute("RELEASE SAVEPOINT part")?;
                Ok(value)
            }
            Err(error) => {
                self.undo_savepoint()?;
                Err(error)
            }
        }
    }

    /// Undoes what was done behind the savepoint.
    pub(crate) fn undo_savepoint(&mut self) -> Result<()> {
        Ok(self.batch_execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_choose_the_database() {
        assert_eq!("sqlite:data/x.db".parse(), Ok(DatabaseUrl::Sqlite("data/x.db".into())));
        assert_eq!("sqlite:///a/x.db".parse(), Ok(DatabaseUrl::Sqlite("/a/x.db".into())));
        assert!(matches!("postgres://u:p@h/d".parse(), Ok(DatabaseUrl::Postgres(_))));
        for bad in ["", "x.db", "sqlite:", "sqlite::memory:", "mysql://h/d"] {
            assert_eq!(bad.parse::<DatabaseUrl>(), Err(BadUrl), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        assert!(!format!("{:?}", "postgres://u:secret@h/d".parse::<DatabaseUrl>().unwrap()).contains("secret"));
    }
}
