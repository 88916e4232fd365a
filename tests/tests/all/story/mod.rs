//! What people do, from the set-up link to an evicted app: in a real browser, with a real agent on a real display.
//!
//! Pictures of the way are in `tests/screenshots`.

mod first_day;
mod looks;
mod place;
mod restarts;
mod signing_in;

use place::Place;
