//! The relay of screens: a browser's WebSocket on one side, the agent's on the other, bytes both ways.
//!
//! Each side's task reads its own socket and writes to the other's, and waits there until it has taken everything: nothing
//! is kept but the frame that is on its way, where it was read, so that a stalled tab stalls its screen and
//! nothing else. Streams to look on are held against the rules of `deskwarden_domain::rfb` here, as on the agent.
//! A task of the server ([`watch()`]) closes what may not go on.

mod link;
mod rules;
mod screen;
mod viewer;
mod watch;

pub use link::Relays;
pub use screen::join_stream;
pub use viewer::follow_stream;
pub use watch::{stop, watch};

/// The most bytes in one message to a browser: a question waits for one of them at most, which is soon done, so that a slow
/// network is told from a dead one.
const PIECE: usize = 64 * 1024;
