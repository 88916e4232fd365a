//! Lists of sessions: fields, columns, the filter grammar and the orders.
//!
//! The grammar: terms joined by *and*; `term = ["-"] (field op value {"," value} | text)`; see [`Filter::parse`].

mod address;
mod check;
mod complete;
mod context;
mod edit;
mod field;
mod filter;
mod highlight;
mod matches;
mod operand;
mod page;
mod parse;
mod scan;
mod selection;
mod show;
mod sort;
mod time;
mod told;
mod value;
mod words;

pub use complete::{Choice, Completion, complete};
pub use context::*;
pub use edit::*;
pub use field::*;
pub use filter::*;
pub use highlight::{Part, PartKind, highlight};
pub use matches::*;
pub use page::*;
pub use parse::{LONGEST_FILTER, MOST_TERMS, MOST_VALUES};
pub use selection::LONGEST_CONTAINS;
pub use sort::*;
pub use value::*;
