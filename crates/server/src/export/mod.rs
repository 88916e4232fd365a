//! Files of sessions: how a row is written, and the sending of a file that may be larger than any memory.

mod desk;
mod file;
mod send;
mod table;
mod text;
mod time;
mod words;

pub use file::File;
pub use send::{PAGES_AT_ONCE, send};
pub use table::Table;
pub use time::zone;
