//! Chance that repeats itself: the same seed, the same throws.

use oorandom::Rand64;

/// A stream of throws.
#[derive(Debug)]
pub(super) struct Dice(Rand64);

impl Dice {
    pub(super) fn new(seed: u64, stream: usize) -> Self {
        Self(Rand64::new((u128::from(seed) << 64) | stream as u128))
    }

    /// Whether something of this probability happens.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.0.rand_float() < probability
    }

    /// From `least` to `most`.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + (self.0.rand_float() * most.saturating_sub(least) as f64) as u64
    }

    /// The wait for something that happens at any moment alike; six times the mean at most.
    pub(super) fn wait(&mut self, mean: u64) -> u64 {
        let wait = -(1.0 - self.0.rand_float()).ln() * mean as f64;
        wait.min(mean as f64 * 6.0) as u64
    }

    /// One of them; the first ones more often.
    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let x = self.0.rand_float();
        all.get((x * x * all.len() as f64) as usize)
    }
}
