//! The filter of lists.

mod data;
mod made;
mod reading;
mod same;
