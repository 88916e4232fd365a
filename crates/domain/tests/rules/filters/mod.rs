//! The filter of lists: how it is read, what is wrong with it, and what it finds.

mod errors;
mod laws;
mod matching;
mod reading;
mod selections;
mod sessions;
