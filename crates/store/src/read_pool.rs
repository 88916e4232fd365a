//! Read connections, and on PostgreSQL the writing ones too.

use std::{
    ops::{Deref, DerefMut},
    time::{Duration, Instant},
};

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    r2d2::{ManageConnection, Pool},
    sql_types::Integer,
};

use crate::{Conn, DatabaseUrl, Durability, Result, StoreError, sessions::generation};

/// How long one waits for a connection.
const PATIENCE: Duration = Duration::from_secs(3);

/// Makes connections for a pool.
#[derive(Debug)]
pub(crate) struct Manager {
    url: DatabaseUrl,
    durability: Option<Durability>,
}

/// A connection of a pool.
pub(crate) struct Pooled {
    conn: Conn,
    /// PostgreSQL's process that works for it.
    process: Option<i32>,
    /// Of the statements that it keeps prepared.
    generation: u32,
    broken: bool,
    used: Instant,
}

#[derive(diesel::QueryableByName)]
struct Process {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// A connection that worked so lately is taken to work; others are asked first.
const TRUSTED: Duration = Duration::from_secs(1);

impl Pooled {
    /// PostgreSQL's process that works for it.
    pub(crate) fn process(&self) -> Option<i32> {
        self.process
    }

    /// It is not given out again.
    pub(crate) fn broken(&mut self) {
        self.broken = true;
    }
}

impl Deref for Pooled {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = StoreError;

    fn connect(&self) -> Result<Pooled> {
        let mut conn = match self.durability {
            Some(durability) => self.url.connect(durability)?,
            None => self.url.connect_reader()?,
        };
        let process = match &mut conn {
            Conn::Postgres(conn) => {
                Some(diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result::<Process>(conn)?.pid)
            }
            Conn::Sqlite(_) => None,
        };
        Ok(Pooled { conn, process, generation: generation(), broken: false, used: Instant::now() })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<()> {
        // A read that meets a cut connection is asked again by whoever waits for it; a write is worth the question.
        if self.durability.is_some() || pooled.used.elapsed() >= TRUSTED {
            pooled.conn.batch_execute("SELECT 1")?;
        }
        pooled.used = Instant::now();
        Ok(())
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        // Reports and lists, not whoever writes, ask for ever new statements.
        let old = self.durability.is_none() && pooled.generation != generation();
        pooled.broken || old || std::thread::panicking()
    }
}

/// A pool of connections that read, or with a durability, that write.
pub(crate) fn pool(url: &DatabaseUrl, durability: Option<Durability>, size: u32) -> Result<Pool<Manager>> {
    // A file's connections cannot break; a server's can.
    let check = matches!(url, DatabaseUrl::Postgres(_));
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(check)
        .connection_timeout(PATIENCE)
        .build(Manager { url: url.clone(), durability })
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}
