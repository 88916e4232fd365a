//! The host's clocks, read in this file alone.
//!
//! Ages and deadlines go by `CLOCK_BOOTTIME`: it counts while the machine sleeps, and nobody sets it. The wall clock
//! is for people, and for ages across a reboot.

use std::{io, sync::Arc, time::Duration};

use deskwarden_types::Timestamp;
use nix::time::{ClockId, clock_gettime};

/// A moment on this host.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stamp {
    /// The boot that `boot_ms` counts from.
    pub boot_id: String,
    /// Milliseconds since the boot, sleep included.
    pub boot_ms: u64,
    /// What the wall clock said, in milliseconds since 1970.
    pub wall_ms: i64,
}

impl Stamp {
    /// Milliseconds from this moment to `now`; never below 0. Across a reboot by the wall clock, which may have
    /// been set in between: the best that is left.
    pub fn age_ms(&self, now: &Self) -> u64 {
        if self.boot_id == now.boot_id {
            now.boot_ms.saturating_sub(self.boot_ms)
        } else {
            u64::try_from(now.wall_ms.saturating_sub(self.wall_ms)).unwrap_or(0)
        }
    }
}

/// Reads the clocks.
#[derive(Debug, Clone)]
pub struct Clock {
    boot_id: Arc<str>,
}

impl Clock {
    /// Fails where the kernel does not tell its boot id.
    pub fn new() -> io::Result<Self> {
        let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")?;
        Ok(Self { boot_id: boot_id.trim().into() })
    }

    /// Which boot this is.
    pub fn boot_id(&self) -> &str {
        &self.boot_id
    }

    /// Milliseconds since the boot.
    pub fn boot_ms(&self) -> u64 {
        u64::try_from(millis(ClockId::CLOCK_BOOTTIME)).unwrap_or(0)
    }

    /// The wall clock.
    pub fn wall(&self) -> Timestamp {
        Timestamp::from_millis(millis(ClockId::CLOCK_REALTIME))
    }

    /// Now.
    pub fn stamp(&self) -> Stamp {
        Stamp { boot_id: self.boot_id.to_string(), boot_ms: self.boot_ms(), wall_ms: self.wall().millis() }
    }

    /// Waits until so many milliseconds after the boot. Looks again every two seconds: timers stop while the
    /// machine sleeps, this clock does not.
    pub async fn until(&self, boot_ms: u64) {
        loop {
            let left = boot_ms.saturating_sub(self.boot_ms());
            if left == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(left.min(2_000))).await;
        }
    }
}

fn millis(clock: ClockId) -> i64 {
    // Neither clock can fail on Linux.
    let now = clock_gettime(clock).unwrap_or_else(|_| nix::sys::time::TimeSpec::new(0, 0));
    now.tv_sec().saturating_mul(1000).saturating_add(now.tv_nsec() / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(boot_id: &str, boot_ms: u64, wall_ms: i64) -> Stamp {
        Stamp { boot_id: boot_id.into(), boot_ms, wall_ms }
    }

    #[test]
    fn age_goes_by_boot_time_and_ignores_a_wall_clock_that_jumps() {
        assert_eq!(at("a", 1_000, 9_000_000).age_ms(&at("a", 3_500, 0)), 2_500);
    }

    #[test]
    fn across_a_reboot_age_goes_by_the_wall_and_is_never_negative() {
        assert_eq!(at("a", 90_000, 10_000).age_ms(&at("b", 5, 70_000)), 60_000);
        assert_eq!(at("a", 90_000, 70_000).age_ms(&at("b", 5, 10_000)), 0);
    }

    #[tokio::test]
    async fn waiting_ends_at_the_moment() {
        let clock = Clock::new().unwrap();
        let start = clock.boot_ms();
        clock.until(start + 30).await;
        assert!(clock.boot_ms() >= start + 30);
        clock.until(0).await;
    }
}
