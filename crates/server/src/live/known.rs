//! Which sessions an audience was told of: a session that leaves the filter is `gone` for those who had it, and no event
//! for the others.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use deskwarden_types::SessionId;

/// The most matches of one filter that are remembered. Beyond it a changed session that does not fit is told as gone
/// whether it did fit or not, unless it never can have: readers who do not show it have nothing to do.
pub const MOST_KNOWN: usize = 10_000;
/// The most of all filters of all tenants; about 10 MB.
const MOST_IN_ALL: usize = 500_000;

/// How many sessions are remembered in all.
#[derive(Debug, Clone, Default)]
pub struct Budget(Arc<AtomicUsize>);

/// What is known of the sessions that fit.
#[derive(Debug)]
pub enum Known {
    /// Those that fit always will, and no others.
    Fixed,
    /// These fit.
    Ids(HashSet<SessionId>, Budget),
    /// They are too many to remember.
    TooMany,
    /// It was not read yet, or more has changed than was read: it has to be asked.
    Lost,
}

impl Budget {
    /// Remembers the sessions that fit, of which more than [`MOST_KNOWN`] were read if there are.
    pub fn know(&self, ids: Vec<SessionId>) -> Known {
        if ids.len() > MOST_KNOWN || self.0.load(Ordering::Relaxed) + ids.len() > MOST_IN_ALL {
            return Known::TooMany;
        }
        self.0.fetch_add(ids.len(), Ordering::Relaxed);
        Known::Ids(ids.into_iter().collect(), self.clone())
    }
}

impl Known {
    /// A session fits.
    pub fn fits(&mut self, id: SessionId) {
        if let Self::Ids(ids, budget) = self
            && ids.insert(id)
        {
            let in_all = budget.0.fetch_add(1, Ordering::Relaxed);
            if ids.len() > 2 * MOST_KNOWN || in_all > 2 * MOST_IN_ALL {
                *self = Self::TooMany;
            }
        }
    }

    /// A session does not fit; whether readers may have it. `never`: it cannot have.
    pub fn leaves(&mut self, id: SessionId, never: bool) -> bool {
        match self {
            Self::Fixed => false,
            Self::Ids(ids, budget) => {
                let had = ids.remove(&id);
                if had {
                    budget.0.fetch_sub(1, Ordering::Relaxed);
                }
                had
            }
            Self::TooMany | Self::Lost => !never,
        }
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        if let Self::Ids(ids, budget) = self {
            budget.0.fetch_sub(ids.len(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: i64) -> Vec<SessionId> {
        (0..count).map(SessionId).collect()
    }

    #[test]
    fn who_had_it_is_told_once() {
        let budget = Budget::default();
        let mut known = budget.know(ids(2));
        assert!(
            !known.leaves(SessionId(7), false)
                && known.leaves(SessionId(1), false)
                && !known.leaves(SessionId(1), false)
        );
        known.fits(SessionId(7));
        known.fits(SessionId(7));
        assert!(known.leaves(SessionId(7), true));
        assert_eq!(budget.0.load(Ordering::Relaxed), 1);
        drop(known);
        assert_eq!(budget.0.load(Ordering::Relaxed), 0);
        assert!(!Known::Fixed.leaves(SessionId(1), false));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let budget = Budget::default();
        let mut many = budget.know(ids(10_001));
        assert!(matches!(many, Known::TooMany));
        assert!(many.leaves(SessionId(1), false) && !many.leaves(SessionId(1), true));
        let held: Vec<Known> = (0..50).map(|_| budget.know(ids(10_000))).collect();
        assert!(held.iter().all(|known| matches!(known, Known::Ids(..))));
        assert!(matches!(budget.know(ids(1)), Known::TooMany));
        drop(held);
        let mut grows = budget.know(ids(10_000));
        (10_000..=20_000).for_each(|id| grows.fits(SessionId(id)));
        assert!(matches!(grows, Known::TooMany));
        assert_eq!(budget.0.load(Ordering::Relaxed), 0);
    }
}
