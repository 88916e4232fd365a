//! What a host has to tell, numbered, until the server has taken it.

use std::collections::VecDeque;

use deskwarden_types::agent::{Observation, Report};

/// The most reports that one call takes.
const AT_ONCE: usize = 500;

/// Reports in order. In memory: what a fleet that was killed had not told is told anew, as its inventory.
#[derive(Debug, Default)]
pub(super) struct Notes {
    last_seq: i64,
    waiting: VecDeque<(i64, u64, Observation)>,
}

impl Notes {
    /// Notes what is so at this moment.
    pub(super) fn tell(&mut self, now: u64, what: Observation) {
        self.last_seq += 1;
        self.waiting.push_back((self.last_seq, now, what));
    }

    pub(super) fn last_seq(&self) -> i64 {
        self.last_seq
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// The next to send, with their ages as of now.
    pub(super) fn batch(&self, now: u64) -> Vec<Report> {
        let report = |(seq, at, what): &(i64, u64, Observation)| Report {
            seq: *seq,
            age_ms: now.saturating_sub(*at),
            what: what.clone(),
        };
        self.waiting.iter().take(AT_ONCE).map(report).collect()
    }

    /// The server has these.
    pub(super) fn taken(&mut self, through: i64) {
        while self.waiting.front().is_some_and(|(seq, ..)| *seq <= through) {
            self.waiting.pop_front();
        }
    }

    /// Brings the numbers in line with the server's, at each hello: after a start of the fleet it knows none, and a
    /// server's database may be an older one.
    pub(super) fn align(&mut self, taken_through: i64) {
        self.taken(taken_through);
        self.last_seq = taken_through;
        for (seq, ..) in &mut self.waiting {
            self.last_seq += 1;
            *seq = self.last_seq;
        }
    }
}
