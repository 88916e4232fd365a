//! Exports: the row that says how far one is, and reading sessions as fast as the database gives them.

mod fields;
mod names;
mod page;
mod raw;
mod rows;
mod scan;
mod sheet;
mod take;
mod watch;

pub use names::WriteText;
pub use page::{CellPage, page};
pub use rows::{TICKET_SECONDS, count, create, find, list};
pub use scan::{Rows, Scan};
pub use sheet::{Cells, EMPTY, Sheet, TextCells};
pub use take::{Taken, take};
pub use watch::{SILENT_SECONDS, Sent, broken_off, due, finished, give_up, progress, purge};
