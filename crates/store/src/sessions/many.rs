//! What is known to lead to many sessions: counting up to many costs as much as a page, and many stay many for a while.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::question::Arm;

/// How long it is believed.
const BELIEVED: Duration = Duration::from_secs(600);
/// Leads that are remembered; with more of them, all are forgotten.
const MOST: usize = 10_000;

/// What is remembered of all tenants: how many sessions a lead had at least, and since when.
#[derive(Debug, Default)]
pub(crate) struct Many(Mutex<HashMap<u64, (i64, Instant)>>);

fn key(tenant: i64, lead: &[Arm]) -> u64 {
    let mut hasher = DefaultHasher::new();
    tenant.hash(&mut hasher);
    lead.iter().for_each(|arm| arm.reach.hash(&mut hasher));
    hasher.finish()
}

impl Many {
    /// Whether the lead is known to lead to more than so many.
    pub(super) fn more_than(&self, tenant: i64, lead: &[Arm], count: i64) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |(least, since): &(i64, Instant)| *least > count && since.elapsed() < BELIEVED;
        known.get(&key(tenant, lead)).is_some_and(fits)
    }

    /// Remembers that it leads to at least so many.
    pub(super) fn remember(&self, tenant: i64, lead: &[Arm], least: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key(tenant, lead), (least, Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use super::{super::question::Reach, *};

    #[test]
    fn many_are_known_by_tenant_and_lead() {
        let many = Many::default();
        let lead = |word: i64| {
            let reach = Reach::Values { column: "status", index: "sessions_status", values: vec![word] };
            vec![Arm { reach, share: 0.05, whole: true }]
        };
        many.remember(1, &lead(6), 3_001);
        assert!(many.more_than(1, &lead(6), 3_000));
        for (tenant, word, count) in [(1, 6, 3_001), (2, 6, 3_000), (1, 7, 3_000)] {
            assert!(!many.more_than(tenant, &lead(word), count), "{tenant} {word} {count}");
        }
    }
}
