//! The words on screen, in English.

mod commands;
mod confirmation;
mod people;
mod sessions;
mod verbs;

pub use commands::*;
pub use confirmation::{confirmation, confirmation_text};
pub use people::*;
pub use sessions::*;
pub use verbs::*;
