//! What goes on: the live feed of sessions and the agents' orders.
//!
//! The feed: one task for each tenant that somebody follows here (`TenantFeed`) reads changed rows once and asks every
//! distinct filter of its readers about them in memory, once for all readers who see the same (`Audience`). What the
//! database has to be asked for that may take long is asked beside it (`Asks`). Each
//! reader ([`follow_sessions`]) passes on what its audience is told.

mod asks;
mod audience;
mod channels;
mod feed;
mod hub;
mod known;
mod orders;
mod tenant;
mod told;

pub use channels::Channels;
pub use feed::follow_sessions;
pub use hub::Feeds;
pub use orders::follow_orders;
