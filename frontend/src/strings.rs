//! The console's own words, in English, in one place; and what the rule book calls things. Every text that a person
//! reads comes through here and is shown in the language that was chosen (docs/WORDS.md).

#[macro_use]
mod texts;

mod bulk;
mod dialogs;
mod find;
mod forms;
mod institution;
pub mod labels;
mod language;
mod my;
mod pages;
mod people;
mod po;
mod screen;
mod sentences;
mod server;
mod sessions;
mod table;
mod times;
mod whereabouts;

pub use bulk::*;
pub use dialogs::*;
pub use find::*;
pub use forms::*;
pub use institution::*;
pub use language::{Language, in_other_language, load, locale, lower, t, t_as};
pub use my::*;
pub use pages::*;
pub use people::*;
pub use screen::*;
pub use sentences::*;
pub use server::*;
pub use sessions::*;
pub use table::*;
pub use times::*;
pub use whereabouts::*;
