//! The messages of remote framebuffers (RFB, RFC 6143 and its common extensions), as far as one must know them to let
//! some pass and others not.
//!
//! Who watches a session changes nothing in it and learns nothing from its clipboard, whatever his viewer sends. Both the
//! agent and the server's relay hold streams against these rules; what they do not know closes the stream.

mod client;
mod encodings;
mod flow;
pub mod handshake;
mod server;
mod tight;

pub use client::{ClientFilter, Input};
pub use server::ServerFilter;

/// What a viewer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Everything: it is the user's own.
    Control,
    /// Look on.
    View,
}

/// Why a stream is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A message of which not even the length is known.
    #[error("a message of unknown type {0}")]
    UnknownMessage(u8),
    /// A message that is longer than any viewer sends.
    #[error("a message of type {0} is too long")]
    TooLong(u8),
    /// Pixels in a form that is not offered.
    #[error("a pixel format that is not offered to who watches")]
    PixelFormat,
    /// A rectangle in an encoding that was not asked for.
    #[error("a rectangle in encoding {0}, which was not asked for")]
    Encoding(i32),
    /// Bytes that are no message.
    #[error("a malformed message of type {0}")]
    Malformed(u8),
}
