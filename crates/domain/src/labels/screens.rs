//! Words for screens that are watched, and for seats.

use deskwarden_types::{ConsentState, SeatLevel};

/// How far a wish to watch is.
pub fn consent_state_label(state: ConsentState) -> &'static str {
    match state {
        ConsentState::Asked => "Asked",
        ConsentState::Granted => "Granted",
        ConsentState::Denied => "Denied",
        ConsentState::Watching => "Watching now",
        ConsentState::Ended => "Watched",
        ConsentState::Withdrawn => "Withdrawn",
    }
}

/// How near to its end a number of seats is.
pub fn seat_level_label(level: SeatLevel) -> &'static str {
    match level {
        SeatLevel::Free => "Seats are free",
        SeatLevel::Scarce => "Few seats are left",
        SeatLevel::Full => "No seat is left",
        SeatLevel::Over => "More are taken than there are",
    }
}
