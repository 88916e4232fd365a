//! Launches: who may start what, and the session that comes of it.

mod dictionary;
mod entitlement;
mod launch;
mod ways;

pub use entitlement::ways_open;
pub use launch::launch;
pub(crate) use ways::ways_open_all;
