//! What goes on: the live feed of sessions and the agents' orders.

mod channels;
mod feed;
mod orders;

pub use channels::Channels;
pub use feed::follow_sessions;
pub use orders::follow_orders;
