//! The agents' API, `/agent/v1`. Published: a version never changes its shape.
//!
//! The agent dials out. `enrol` once, `hello` after each start, then `reports` up and a streamed
//! GET of orders down. See `docs/AGENT-PROTOCOL.md`.

mod enrol;
mod gate;
mod hello;
mod launch;
mod order;
mod report;
mod screen;

pub use enrol::*;
pub use gate::*;
pub use hello::*;
pub use launch::*;
pub use order::*;
pub use report::*;
pub use screen::*;

/// The version of the protocol that these types are.
pub const PROTOCOL: u32 = 1;
