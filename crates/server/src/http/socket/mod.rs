//! An open WebSocket, over a connection that is nobody else's any more.
//!
//! Bytes are read into one buffer, unmasked where they lie, and written from there: what a screen shows is not copied on
//! its way. Who sends waits until the connection has taken everything, so nothing piles up here.

mod incoming;
mod opening;
mod outgoing;
#[cfg(test)]
mod tests;

use tokio::io::{AsyncRead, AsyncWrite};

pub(crate) use self::opening::Opening;
pub use self::{incoming::Receiver, outgoing::Sender};

/// A connection, whatever it goes over.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

type AnyWire = Box<dyn Wire>;
