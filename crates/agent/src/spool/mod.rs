//! Reports on disk until the server has taken them.
//!
//! An append-only file. A report counts as spooled when it is synced; its number rises by one, for ever. After a
//! crash, a torn end is cut off (it was never counted), and damage in the middle is kept aside and reported.

mod record;
#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use deskwarden_types::agent::Observation;
use record::Record;
pub use record::Spooled;

use crate::{clock::Stamp, files};

/// The file is written anew when everything in it is done with and it is longer than this.
const COMPACT_AT: u64 = 256 * 1024;

/// The reports that the server has not taken.
#[derive(Debug)]
pub struct Spool {
    path: PathBuf,
    file: File,
    /// How much of the file is whole. More may stand there after a write that failed.
    length: u64,
    last_seq: i64,
    pending: VecDeque<Spooled>,
}

/// What was found wrong when the spool was opened.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Bytes of a write that was cut off.
    pub torn: usize,
    /// Where a copy of the file is, if something in its middle was damaged.
    pub damaged_copy: Option<PathBuf>,
}

impl Spool {
    /// Opens or makes it, repairing what a crash or the disk did.
    pub fn open(path: &Path) -> io::Result<(Self, Found)> {
        let bytes = match fs::read(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other?,
        };
        let scan = record::scan(&bytes);
        let mut found = Found { torn: scan.torn, damaged_copy: None };
        if scan.damaged > 0 {
            let copy = path.with_extension("damaged");
            files::replace(&copy, &bytes)?;
            found.damaged_copy = Some(copy);
        }
        let mut last_seq = 0;
        let mut pending = VecDeque::new();
        for record in scan.records {
            match record {
                Record::Base { through } => last_seq = last_seq.max(through),
                Record::Report(report) => {
                    last_seq = last_seq.max(report.seq);
                    pending.push_back(report);
                }
            }
        }
        let mut spool = Self { path: path.to_owned(), file: open_file(path)?, length: 0, last_seq, pending };
        spool.length = (bytes.len() - scan.torn) as u64;
        if bytes.is_empty() || found != Found::default() {
            spool.rewrite()?;
        }
        Ok((spool, found))
    }

    /// The highest number given out.
    pub fn last_seq(&self) -> i64 {
        self.last_seq
    }

    /// The reports not yet taken, in order.
    pub fn pending(&self) -> impl ExactSizeIterator<Item = &Spooled> {
        self.pending.iter()
    }

    /// Writes a report and syncs it. When it fails, nothing was spooled and no number is used up.
    pub fn append(&mut self, at: Stamp, what: Observation) -> io::Result<i64> {
        let report = Spooled { seq: self.last_seq + 1, at, what };
        let bytes = record::encode(&Record::Report(report.clone()))?;
        let written = (|| {
            self.file.set_len(self.length)?;
            self.file.seek(io::SeekFrom::Start(self.length))?;
            self.file.write_all(&bytes)?;
            self.file.sync_data()
        })();
        if let Err(error) = written {
            // If this fails too, the next append cuts the rest off; so does the next start.
            let _ = self.file.set_len(self.length);
            return Err(error);
        }
        self.length += bytes.len() as u64;
        self.last_seq = report.seq;
        self.pending.push_back(report);
        Ok(self.last_seq)
    }

    /// Forgets what the server has taken. The file is made shorter now and then.
    pub fn taken(&mut self, through: i64) {
        while self.pending.front().is_some_and(|report| report.seq <= through) {
            self.pending.pop_front();
        }
        if self.pending.is_empty() && self.length > COMPACT_AT {
            // What is on disk is only longer than need be; the next time will do.
            if let Err(error) = self.rewrite() {
                tracing::warn!(%error, "the spool could not be made shorter");
            }
        }
    }

    /// Brings the numbers in line with what the server says it has taken, at each hello. Says whether reports got
    /// new numbers: then either side had lost something (a backup was restored, a disk was damaged), and the
    /// inventory that follows tells the truth again.
    pub fn align(&mut self, taken_through: i64) -> io::Result<bool> {
        self.taken(taken_through);
        let contiguous = self.pending.iter().map(|r| r.seq).eq(taken_through + 1..=self.last_seq);
        if contiguous && self.last_seq >= taken_through {
            return Ok(false);
        }
        let (old_last, old) = (self.last_seq, self.pending.clone());
        self.last_seq = taken_through;
        for report in &mut self.pending {
            self.last_seq += 1;
            report.seq = self.last_seq;
        }
        if let Err(error) = self.rewrite() {
            (self.last_seq, self.pending) = (old_last, old);
            return Err(error);
        }
        Ok(true)
    }

    /// Writes the file anew with what is not taken.
    fn rewrite(&mut self) -> io::Result<()> {
        let through = self.pending.front().map_or(self.last_seq, |first| first.seq - 1);
        let mut bytes = record::encode(&Record::Base { through })?;
        for report in &self.pending {
            bytes.extend(record::encode(&Record::Report(report.clone()))?);
        }
        files::replace(&self.path, &bytes)?;
        self.file = open_file(&self.path)?;
        self.length = bytes.len() as u64;
        Ok(())
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    // The rest of the file is read before; a first write makes its name durable by `rewrite`.
    File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}
