//! Streams of screens: a ticket opens one for a viewer, an agent joins it, and it is closed once.

mod job;
mod join;
mod open;
mod ticket;
mod watch;

pub use job::{due, give_up, purge};
pub use join::{Browser, Joined, join};
pub use open::{Opened, open, tenant_of};
pub use ticket::{Made, ticket};
pub(crate) use ticket::{insert, open_to_streams};
pub use watch::{Ending, WatchEnd, close, endings, heard, waiting};

/// For how long a ticket is good, in seconds.
pub const TICKET_SECONDS: i64 = 60;
/// Within so many seconds the agent joins.
pub const JOIN_SECONDS: i64 = 10;
/// The server that has a stream says so more often than that, in seconds.
pub const SILENT_SECONDS: i64 = 30;
