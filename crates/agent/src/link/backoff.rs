//! How long to wait before the server is tried again.

use std::time::Duration;

/// The first wait; later ones double.
const FIRST: Duration = Duration::from_millis(400);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(15);

/// Waits that grow, each with half of it left to chance: a thousand agents must not come back in one moment.
#[derive(Debug)]
pub(crate) struct Backoff(Duration);

impl Backoff {
    pub(crate) fn new() -> Self {
        Self(FIRST)
    }

    /// The connection was good.
    pub(crate) fn reset(&mut self) {
        self.0 = FIRST;
    }

    /// The next wait, at least `asked` where the server asked for it.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Duration {
        let wait = self.0 / 2 + (self.0 / 2).mul_f64(chance());
        self.0 = (self.0 * 2).min(LONGEST);
        asked.map_or(wait, |asked| wait.max(asked.min(Duration::from_secs(300))))
    }
}

/// From 0 to 1. Without a source of chance, the middle.
fn chance() -> f64 {
    getrandom::u32().map_or(0.5, |n| f64::from(n) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_heed_the_server() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..12).map(|_| backoff.next(None)).collect();
        assert!(waits[0] >= FIRST / 2 && waits[0] <= FIRST);
        assert!(waits[11] >= LONGEST / 2 && waits[11] <= LONGEST);
        assert_eq!(backoff.next(Some(Duration::from_secs(60))), Duration::from_secs(60));
        backoff.reset();
        assert!(backoff.next(None) <= FIRST);
    }
}
