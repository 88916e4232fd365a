//! The descriptions of both APIs, made from the endpoints' types.

mod description;
mod files;
mod pages;
mod polish;
mod text;

pub use description::*;
pub use files::*;
pub use pages::*;

#[cfg(test)]
mod tests;
