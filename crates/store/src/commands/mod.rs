//! Commands: written once, never dropped silently, each step recorded when it is observed.

mod advance;
mod create;
mod read;

pub(crate) use advance::time_out;
pub use advance::{Step, advance, deliver};
pub(crate) use create::{NewRow, Words, create};
pub use read::{find, load, of_session};
