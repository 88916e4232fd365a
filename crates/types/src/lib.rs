//! The wire: ids, words, requests, answers and errors of Deskwarden's two APIs.
//!
//! Server, console, agent and tests share these types, so that they cannot disagree. Every
//! operation is one Rust type that implements [`Endpoint`]. Nothing here does I/O.

#[macro_use]
mod macros;

pub mod agent;
pub mod api;
mod endpoint;
mod error;
mod ids;
mod text;
mod time;
pub mod words;

pub use endpoint::*;
pub use error::*;
pub use ids::*;
pub use text::*;
pub use time::*;
pub use words::*;
