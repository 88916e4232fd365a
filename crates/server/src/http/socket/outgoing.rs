//! What is sent.

use std::sync::Arc;

use actix_codec::Encoder;
use actix_http::ws::{CloseReason, Codec, Message};
use bytes::{Buf, Bytes, BytesMut, buf::Chain};
use tokio::{
    io::{AsyncWriteExt, ReadHalf, WriteHalf},
    sync::{Mutex, mpsc},
};

use super::AnyWire;

/// The socket was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the socket is closed")]
pub struct Closed;

/// Sends. Each call waits until the connection has taken everything; one that is dropped meanwhile has its rest sent
/// before whatever comes next.
#[derive(Clone)]
pub struct Sender {
    out: Arc<Mutex<Out>>,
    _holds: mpsc::Sender<ReadHalf<AnyWire>>,
}

impl Sender {
    pub(super) fn new(out: Arc<Mutex<Out>>, holds: mpsc::Sender<ReadHalf<AnyWire>>) -> Self {
        Self { out, _holds: holds }
    }

    /// Sends bytes as one message.
    pub async fn binary(&self, bytes: Bytes) -> Result<(), Closed> {
        self.out.lock().await.send(head(bytes.len()), bytes).await
    }

    /// Asks for a sign of life.
    pub async fn ping(&self) -> Result<(), Closed> {
        self.out.lock().await.control(Message::Ping(Bytes::new())).await
    }

    /// Gives one, with what it was asked with.
    pub async fn pong(&self, bytes: Bytes) -> Result<(), Closed> {
        self.out.lock().await.control(Message::Pong(bytes)).await
    }

    /// Closes: nothing can be sent any more.
    pub async fn close(self, reason: CloseReason) -> Result<(), Closed> {
        self.out.lock().await.close(reason).await
    }
}

/// The head of a message of so many bytes, unmasked as a server's are.
pub(super) fn head(length: usize) -> Bytes {
    const BINARY: u8 = 0x82;
    let mut head = Vec::with_capacity(10);
    head.push(BINARY);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..126), _) => head.push(short),
        (_, Ok(longer)) => {
            head.push(126);
            head.extend(longer.to_be_bytes());
        }
        _ => {
            head.push(127);
            head.extend((length as u64).to_be_bytes());
        }
    }
    head.into()
}

/// What the senders share.
pub(super) struct Out {
    wire: Option<WriteHalf<AnyWire>>,
    left: Left,
    closed: bool,
}

/// What the connection has not taken yet: a message's head and bytes, and the close.
type Left = Chain<Chain<Bytes, Bytes>, Bytes>;

fn nothing() -> Left {
    Bytes::new().chain(Bytes::new()).chain(Bytes::new())
}

impl Out {
    pub(super) fn new() -> Self {
        Self { wire: None, left: nothing(), closed: false }
    }

    pub(super) fn open(&mut self, wire: WriteHalf<AnyWire>) {
        self.wire = Some(wire);
    }

    async fn send(&mut self, head: Bytes, bytes: Bytes) -> Result<(), Closed> {
        if self.closed {
            return Err(Closed);
        }
        self.flush().await?;
        self.left = head.chain(bytes).chain(Bytes::new());
        self.flush().await
    }

    async fn control(&mut self, message: Message) -> Result<(), Closed> {
        self.send(frame(message)?, Bytes::new()).await
    }

    async fn close(&mut self, reason: CloseReason) -> Result<(), Closed> {
        if self.closed {
            return Err(Closed);
        }
        self.closed = true;
        *self.left.last_mut() = frame(Message::Close(Some(reason)))?;
        self.flush().await
    }

    /// Sends the rest, and that nothing comes any more.
    pub(super) async fn end(&mut self) {
        self.closed = true;
        if self.flush().await.is_ok()
            && let Some(wire) = &mut self.wire
        {
            // Who has gone misses nothing.
            let _ = wire.shutdown().await;
        }
    }

    async fn flush(&mut self) -> Result<(), Closed> {
        let wire = self.wire.as_mut().ok_or(Closed)?;
        let done = match wire.write_all_buf(&mut self.left).await {
            Ok(()) => wire.flush().await,
            Err(error) => Err(error),
        };
        // What has been sent is let go of: its place is used again.
        self.left = nothing();
        if done.is_err() {
            self.wire = None;
        }
        done.map_err(|_| Closed)
    }
}

fn frame(message: Message) -> Result<Bytes, Closed> {
    let mut frame = BytesMut::new();
    Codec::new().encode(message, &mut frame).map_err(|_| Closed)?;
    Ok(frame.freeze())
}
