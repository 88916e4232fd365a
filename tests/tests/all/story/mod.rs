//! What people do, from the set-up link to an evicted app: in a real browser, with a real agent on a real display.
//!
//! Pictures of the way are in `tests/screenshots`.

mod access;
mod bulk;
mod choosing;
mod dress;
mod early;
mod finding;
mod first_day;
mod holding;
mod institution;
mod keeping;
mod large;
mod leaving;
mod live;
mod looks;
mod menus;
mod narrowing;
mod place;
mod restarts;
mod screens;
mod signing_in;
mod table;
mod tips;
mod told;

use place::Place;
