//! Chance that repeats itself: the same seed, the same throws.

use oorandom::Rand64;

/// A stream of throws.
#[derive(Debug, Clone)]
pub(super) struct Dice(Rand64);

impl Dice {
    /// Streams with different names are independent of each other.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        Self(Rand64::new((u128::from(seed) << 64) | u128::from(stream)))
    }

    /// From 0 to below 1.
    pub(super) fn unit(&mut self) -> f64 {
        self.0.rand_float()
    }

    /// From 0 to below `n`; 0 for 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// From `least` to `most`; `least` where there is nothing between.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + (self.unit() * (most - least).max(0) as f64) as i64
    }

    /// Whether something of this probability happens.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of them.
    pub(super) fn one_of<T: Copy>(&mut self, all: &[T], otherwise: T) -> T {
        all.get(self.below(all.len())).copied().unwrap_or(otherwise)
    }

    /// Log-normal: half of them are below the median.
    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let (a, b) = (1.0 - self.unit(), self.unit());
        let normal = (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos();
        median * (sigma * normal).exp()
    }

    /// In another order.
    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        for i in (1..all.len()).rev() {
            let j = self.below(i + 1);
            all.swap(i, j);
        }
    }
}

/// A distribution as a table of equal shares: one throw, one look.
#[derive(Debug, Clone)]
pub(super) struct Table<T> {
    shares: Vec<T>,
    otherwise: T,
}

impl<T: Copy> Table<T> {
    /// Each with its weight, rounded to `size` shares. `otherwise` is given where there is nothing.
    pub(super) fn new(weighted: impl Iterator<Item = (T, f64)> + Clone, size: usize, otherwise: T) -> Self {
        let total: f64 = weighted.clone().map(|(_, weight)| weight).sum();
        let mut shares = Vec::with_capacity(size);
        let mut sum = 0.0;
        for (what, weight) in weighted {
            sum += weight;
            while shares.len() < size && (shares.len() as f64 + 0.5) / size as f64 * total <= sum {
                shares.push(what);
            }
        }
        Self { shares, otherwise }
    }

    /// One of them.
    pub(super) fn pick(&self, dice: &mut Dice) -> T {
        dice.one_of(&self.shares, self.otherwise)
    }
}

/// Weights 1, 1/2^s, 1/3^s, …: few are used much, many a little.
pub(super) fn zipf(n: usize, s: f64) -> impl Iterator<Item = f64> + Clone {
    (1..=n).map(move |k| (k as f64).powf(-s))
}
