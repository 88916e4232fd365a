//! The words on screen, in English.

mod commands;
mod confirmation;
mod people;
mod sessions;
mod verbs;

pub use commands::*;
pub use confirmation::confirmation;
pub use people::*;
pub use sessions::*;
pub use verbs::*;
