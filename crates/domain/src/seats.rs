//! How near to its end a number of seats is (004).

use deskwarden_types::{SeatLevel, api::SeatCount};

/// What is told of seats. The tenant is warned from a part of them on, rounded up, and when none is left.
pub fn seat_count(capacity: u32, in_use: u32, warn_percent: u32) -> SeatCount {
    let warn_from = (u64::from(capacity) * u64::from(warn_percent)).div_ceil(100);
    let warn_from = u32::try_from(warn_from).unwrap_or(capacity);
    let level = if in_use > capacity {
        SeatLevel::Over
    } else if in_use == capacity {
        SeatLevel::Full
    } else if in_use >= warn_from {
        SeatLevel::Scarce
    } else {
        SeatLevel::Free
    };
    SeatCount { capacity, in_use, warn_from, level }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_seats_are_warned_of() {
        for (capacity, in_use, percent, warn_from, level) in [
            (5, 3, 80, 4, SeatLevel::Free),
            (5, 4, 80, 4, SeatLevel::Scarce),
            (5, 5, 80, 4, SeatLevel::Full),
            (5, 6, 80, 4, SeatLevel::Over),
            (0, 0, 80, 0, SeatLevel::Full),
            (1, 0, 80, 1, SeatLevel::Free),
            (3, 2, 100, 3, SeatLevel::Free),
            (1_000_000, 800_000, 80, 800_000, SeatLevel::Scarce),
            (u32::MAX, 0, 100, u32::MAX, SeatLevel::Free),
        ] {
            let count = seat_count(capacity, in_use, percent);
            assert_eq!((count.warn_from, count.level), (warn_from, level), "{in_use} of {capacity}");
        }
    }
}
