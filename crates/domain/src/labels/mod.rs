//! The words on screen, in English.

mod commands;
mod confirmation;
mod launches;
mod people;
mod screens;
mod sessions;
mod verbs;

pub use commands::*;
pub use confirmation::{confirmation, confirmation_text};
pub use launches::*;
pub use people::*;
pub use screens::*;
pub use sessions::*;
pub use verbs::*;
