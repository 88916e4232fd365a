//! What agents tell: numbered reports, each taken once, and beats.

mod beats;
mod take;

pub use beats::beat;
pub use take::take;
