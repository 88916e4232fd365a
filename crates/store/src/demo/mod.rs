//! A believable institution: eighteen months of sessions of all five kinds, made up and marked as such.
//!
//! [`World`] and [`Rows`] are pure: the same [`Plan`] gives the same rows. [`mod@load`] writes them into an empty tenant.
//! Sessions that live are not made here: a fleet of simulated agents makes those, through the agents' API.

mod aside;
mod dice;
mod ends;
mod fleet;
mod institution;
mod life;
mod load;
#[cfg(test)]
mod load_tests;
mod names;
mod reasons;
mod rows;
mod shape;
mod sql;
mod stories;
#[cfg(test)]
mod tests;
mod world;
mod write;

pub use fleet::{Fleet, FleetProgram};
pub use load::{Loaded, Progress, load};
pub use rows::{Row, Rows};
pub use world::World;

#[cfg(test)]
pub(crate) use aside::set_aside;
pub(crate) use aside::{is_aside, put_back};

use deskwarden_types::Timestamp;

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How many sessions.
    pub sessions: u64,
    /// Another seed, another institution.
    pub seed: u64,
    /// The newest sessions end just before.
    pub now: Timestamp,
    /// Whether each session has its timeline and its commands. Lists do without, at a third of the size.
    pub timelines: bool,
}

/// How large the institution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// People, its staff among them.
    pub users: usize,
    /// Apps and desktops.
    pub apps: usize,
    /// Servers that sessions run on.
    pub servers: usize,
    /// Thin clients.
    pub thin_clients: usize,
    /// Addresses inside.
    pub inside: usize,
    /// Addresses outside that are nobody's own.
    pub guests: usize,
}

impl Sizes {
    /// What goes with so many sessions: 30 a person, until the institution is as large as they get.
    pub fn of(sessions: u64) -> Self {
        let sessions = usize::try_from(sessions).unwrap_or(usize::MAX);
        Self {
            users: (sessions.saturating_mul(3) / 100).clamp(30, 50_000),
            apps: (sessions / 250).clamp(20, 200),
            servers: (sessions / 1_000).clamp(6, 200),
            thin_clients: (sessions / 200).clamp(12, 2_000),
            inside: (sessions / 20).clamp(60, 8_192),
            guests: (sessions / 40).clamp(20, 60_000),
        }
    }
}
