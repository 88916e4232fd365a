//! Exports: the row that says how far one is, and reading sessions as fast as the database gives them.

mod fields;
mod names;
mod raw;
mod read;
mod rows;
mod take;
mod watch;

pub use names::WriteText;
pub use read::{Cells, EMPTY, Reader, TextCells};
pub use rows::{TICKET_SECONDS, count, create, find, list};
pub use take::{Taken, take};
pub use watch::{SILENT_SECONDS, Sent, broken_off, due, finished, give_up, progress, purge};
