//! Many rows in one statement, in the form that each database takes fastest: literals in a `VALUES` list for SQLite,
//! one array a column for PostgreSQL. Texts are always bound, never part of the statement.

mod cells;
mod ids;
mod insert;
mod update;

pub(crate) use cells::Cells;
pub(crate) use ids::{id_list, reserve};
pub(crate) use insert::insert;
pub(crate) use update::{Change, update, update_texts};

/// Rows in one statement: its text stays below SQLite's limits, and its work below what a reader notices.
const CHUNK: usize = 1000;
