//! Who waits at the gate: so many in all, and of each address so few that none can keep the others out.

use std::{
    collections::{HashMap, VecDeque},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The most that wait.
const MOST: usize = 256;
/// The most that wait from one address.
const MOST_EACH: usize = 8;
/// Wrong passwords that an address may send in a time, and that time in milliseconds.
const WRONG: usize = 10;
const WRONG_MS: u64 = 60_000;

/// Those who wait, by address.
#[derive(Default)]
pub(super) struct Crowd(Mutex<HashMap<IpAddr, Address>>);

#[derive(Default)]
struct Address {
    waiting: usize,
    /// When it sent wrong passwords.
    wrong: VecDeque<u64>,
}

/// A place among those who wait, until it is dropped.
pub(super) struct Place {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Crowd {
    /// A place, if there is one.
    pub(super) fn enter(self: &Arc<Self>, ip: IpAddr) -> Option<Place> {
        let (address, mut addresses) = (whose(ip), self.lock());
        let all: usize = addresses.values().map(|address| address.waiting).sum();
        let own = addresses.get(&address).map_or(0, |address| address.waiting);
        if all >= MOST || own >= MOST_EACH {
            return None;
        }
        addresses.entry(address).or_default().waiting += 1;
        Some(Place { crowd: self.clone(), address })
    }

    /// A wrong password came.
    pub(super) fn guessed_wrong(&self, ip: IpAddr, now_ms: u64) {
        let mut addresses = self.lock();
        addresses.retain(|_, address| {
            address.wrong.retain(|at| at + WRONG_MS > now_ms);
            address.waiting > 0 || !address.wrong.is_empty()
        });
        let wrong = &mut addresses.entry(whose(ip)).or_default().wrong;
        wrong.push_back(now_ms);
        if wrong.len() > WRONG {
            wrong.pop_front();
        }
    }

    /// Whether it must wait.
    pub(super) fn has_guessed_too_often(&self, ip: IpAddr, now_ms: u64) -> bool {
        let addresses = self.lock();
        let recent = |address: &Address| address.wrong.iter().filter(|at| *at + WRONG_MS > now_ms).count();
        addresses.get(&whose(ip)).map_or(0, recent) >= WRONG
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Address>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut addresses = self.crowd.lock();
        let Some(address) = addresses.get_mut(&self.address) else { return };
        address.waiting = address.waiting.saturating_sub(1);
        if address.waiting == 0 && address.wrong.is_empty() {
            addresses.remove(&self.address);
        }
    }
}

/// Of IPv6 everybody has a whole network.
fn whose(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_cannot_keep_the_others_out() {
        let crowd = Arc::<Crowd>::default();
        let mut places: Vec<_> = (0..MOST_EACH).map(|_| crowd.enter(ip("192.0.2.1")).unwrap()).collect();
        assert!(crowd.enter(ip("192.0.2.1")).is_none());
        let six: Vec<_> = (1..=MOST_EACH).map(|n| crowd.enter(ip(&format!("2001:db8::{n}"))).unwrap()).collect();
        assert!(crowd.enter(ip("2001:db8::ffff")).is_none() && crowd.enter(ip("2001:db8:0:1::1")).is_some());
        places.pop();
        assert!(crowd.enter(ip("192.0.2.1")).is_some());
        drop((places, six));
        assert!(crowd.lock().is_empty());
        let all: Vec<_> =
            (0..MOST).map(|n| crowd.enter(ip(&format!("10.0.{}.{}", n / 250, n % 250))).unwrap()).collect();
        assert!(crowd.enter(ip("192.0.2.1")).is_none());
        drop(all);
    }

    #[test]
    fn who_guesses_waits_a_minute() {
        let crowd = Arc::<Crowd>::default();
        let guess = |n: usize| (0..n).for_each(|_| crowd.guessed_wrong(ip("192.0.2.1"), 1_000));
        guess(WRONG - 1);
        assert!(!crowd.has_guessed_too_often(ip("192.0.2.1"), 1_000));
        guess(1);
        assert!(crowd.has_guessed_too_often(ip("192.0.2.1"), 1_000));
        assert!(!crowd.has_guessed_too_often(ip("192.0.2.2"), 1_000));
        assert!(!crowd.has_guessed_too_often(ip("192.0.2.1"), 1_000 + WRONG_MS));
        crowd.guessed_wrong(ip("192.0.2.9"), 1_000 + WRONG_MS);
        assert_eq!(crowd.lock().len(), 1, "what is old is forgotten");
    }
}
