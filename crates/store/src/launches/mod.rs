//! Launches: who may start what, and the session that comes of it.

pub(crate) mod dictionary;
mod entitlement;
mod hold;
mod insert;
mod launch;
mod machines;
mod mine;
mod start;
mod ways;

pub use entitlement::ways_open;
pub use hold::{end_hold, held_until};
pub(crate) use insert::{Beside, NewSession, insert};
pub use launch::launch;
pub use mine::mine;
pub use start::start;
pub(crate) use start::{Launchable, decide, launchable, place};
pub(crate) use ways::ways_open_all;
