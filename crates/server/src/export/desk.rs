//! Where pages become chunks of the file.

use bytes::Bytes;
use deskwarden_store::{
    Scope, StoreError,
    exports::{Rows, Sent, Sheet},
};
use sha2::{Digest, Sha256};

use super::Table;

/// Bytes of a chunk.
const CHUNK: usize = 64 << 10;

/// What makes the file; goes to and fro between the task and the threads that may block.
pub struct Desk {
    sheet: Sheet,
    table: Table,
    hash: Sha256,
    sent: Sent,
    out: Vec<u8>,
    waiting: Option<Rows>,
    spare: Option<Rows>,
}

impl Desk {
    /// Begins with the table's head.
    pub fn new(sheet: Sheet, table: Table) -> Self {
        let out = table.head().to_vec();
        Self { sheet, table, hash: Sha256::new(), sent: Sent::default(), out, waiting: None, spare: None }
    }

    /// Lays rows down. They wait here, so that they are not lost when the database is busy.
    pub fn lay(&mut self, rows: Rows) {
        self.waiting = Some(rows);
    }

    /// Rows that are done with.
    pub fn spare(&mut self) -> Option<Rows> {
        self.spare.take()
    }

    /// What was written so far.
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// The SHA-256 of what was written so far.
    pub fn hash(&self) -> Vec<u8> {
        self.hash.clone().finalize().to_vec()
    }

    /// Makes chunks of the rows that wait.
    pub fn write(&mut self, scope: &mut Scope<'_>) -> Result<Vec<Bytes>, StoreError> {
        let mut chunks = Vec::new();
        let Some(rows) = &mut self.waiting else { return Ok(chunks) };
        self.sheet.fill(scope, rows)?;
        self.spare = self.waiting.take();
        self.out.reserve(CHUNK);
        self.table.write(&self.sheet, &mut self.out, |out| {
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
        self.sent.rows += i64::try_from(self.sheet.len()).unwrap_or(0);
        Ok(chunks)
    }
}
