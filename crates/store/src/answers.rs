//! Whether the database answers, as the last that was asked of it tells.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Result, StoreError};

/// What the last reads and writes met.
pub(crate) struct Answers {
    unreachable: AtomicBool,
    full: AtomicBool,
    /// While it cannot be reached, one at a time finds out whether it can be again.
    probe: Semaphore,
}

impl Answers {
    pub(crate) fn new() -> Self {
        Self { unreachable: AtomicBool::new(false), full: AtomicBool::new(false), probe: Semaphore::new(1) }
    }

    /// Whether work can be done, as far as is known.
    pub(crate) fn yes(&self) -> bool {
        self.is_reached() && !self.full.load(Ordering::Relaxed)
    }

    /// Whether it can be reached, as far as is known.
    pub(crate) fn is_reached(&self) -> bool {
        !self.unreachable.load(Ordering::Relaxed)
    }

    /// Lets one at a time through while it cannot be reached; all others are told at once instead of waiting for
    /// connections that are not to be had.
    pub(crate) fn gate(&self) -> Result<Option<SemaphorePermit<'_>>> {
        if self.is_reached() {
            return Ok(None);
        }
        let none = |_| StoreError::Unavailable("it could not be reached a moment ago".to_owned());
        self.probe.try_acquire().map(Some).map_err(none)
    }

    /// How a read went.
    pub(crate) fn read<T>(&self, result: &Result<T>) {
        match result {
            Ok(_) => self.unreachable.store(false, Ordering::Relaxed),
            Err(StoreError::Unavailable(_)) => self.unreachable.store(true, Ordering::Relaxed),
            Err(_) => {}
        }
    }

    /// How a write went.
    pub(crate) fn wrote<T>(&self, result: &Result<T>) {
        self.read(result);
        match result {
            Ok(_) => self.full.store(false, Ordering::Relaxed),
            Err(StoreError::Full) => self.full.store(true, Ordering::Relaxed),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unreachable() -> Result<()> {
        Err(StoreError::Unavailable("gone".to_owned()))
    }

    #[test]
    fn one_at_a_time_finds_out_whether_it_is_back() {
        let answers = Answers::new();
        assert!(answers.yes() && answers.gate().unwrap().is_none());
        answers.read(&unreachable());
        let probe = answers.gate().unwrap();
        assert!(probe.is_some() && matches!(answers.gate(), Err(StoreError::Unavailable(_))));
        drop(probe);
        assert!(answers.gate().unwrap().is_some());
        // That there is too much to do says nothing of it.
        answers.read::<()>(&Err(StoreError::Busy));
        assert!(!answers.yes());
        answers.read(&Ok(()));
        assert!(answers.yes() && answers.gate().unwrap().is_none());
    }

    #[test]
    fn a_full_disk_can_be_read() {
        let answers = Answers::new();
        answers.wrote::<()>(&Err(StoreError::Full));
        answers.read(&Ok(()));
        assert!(!answers.yes() && answers.is_reached() && answers.gate().unwrap().is_none());
        answers.wrote(&Ok(()));
        assert!(answers.yes());
    }
}
