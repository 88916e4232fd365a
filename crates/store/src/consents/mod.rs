//! Consents: a wish to watch a session, the user's answer, and what was watched.

mod read;
mod steps;
mod watch;

pub(crate) use read::user_refs;
pub use read::{Whose, count, find, list};
pub(crate) use steps::{answered, asked};
pub use steps::{due, give_up};
pub(crate) use watch::{began, ended, may_watch};
pub use watch::{end, ticket};

/// Within so many seconds of a yes watching begins.
pub const COME_SECONDS: i64 = 60;
