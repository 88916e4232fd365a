//! The console's files: from the program itself, or from a folder.

mod embedded;
mod folder;
mod serve;

pub use serve::console;
