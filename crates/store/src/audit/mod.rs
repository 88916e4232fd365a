//! The audit log: append-only, each entry's hash made from the one before.
//!
//! What may have to be erased (names, reasons) is not in the chain itself but as a salted hash, so
//! that erasing it leaves the chain whole.

mod chain;
mod list;

pub(crate) use chain::append;
pub use chain::verify;
pub use list::list;
