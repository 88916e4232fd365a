//! How the connection is, for `status`.

use std::sync::{Mutex, PoisonError};

use deskwarden_types::Timestamp;

use crate::clock::Clock;

/// How the connection is.
pub(crate) struct Line {
    clock: Clock,
    state: Mutex<(String, Option<Timestamp>)>,
}

impl Line {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, state: Mutex::new(("not connected yet".to_owned(), None)) }
    }

    /// The server said something.
    pub(crate) fn heard(&self) {
        let now = self.clock.wall();
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(now);
    }

    /// It is like this now.
    pub(crate) fn is(&self, text: impl Into<String>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0 = text.into();
    }

    /// In words, and when the server was last heard of.
    pub(crate) fn read(&self) -> (String, Option<Timestamp>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
