//! The console's own words, in English, in one place. Words of the rule book are in `deskwarden_domain::labels`.

mod dialogs;
mod pages;
mod sessions;

pub use dialogs::*;
pub use pages::*;
pub use sessions::*;
