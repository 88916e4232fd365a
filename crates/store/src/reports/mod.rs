//! What agents tell: numbered reports, each taken once, and beats.

mod beats;
mod gather;
mod take;

pub(crate) use beats::{Beaten, write as write_beats};
pub(crate) use gather::Gathered;
pub use gather::{flush, gather};
pub use take::take;
