//! Read connections, and on PostgreSQL the writing ones too.

use diesel::r2d2::{ManageConnection, Pool};

use crate::{Conn, DatabaseUrl, Durability, Result, StoreError};

/// Makes connections for a pool.
#[derive(Debug)]
pub(crate) struct Manager {
    url: DatabaseUrl,
    durability: Option<Durability>,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> Result<Conn> {
        match self.durability {
            Some(durability) => self.url.connect(durability),
            None => self.url.connect_reader(),
        }
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<()> {
        use diesel::connection::SimpleConnection;
        Ok(conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, _conn: &mut Conn) -> bool {
        std::thread::panicking()
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
        .connection_timeout(std::time::Duration::from_secs(5))
        .build(Manager { url: url.clone(), durability })
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}
