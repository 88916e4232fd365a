//! What is sent.

use std::io;

use bytes::{Buf, Bytes, BytesMut, buf::Chain};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, Data, OpCode},
};

use super::mask::mask;

/// The longest reason of a close.
const LONGEST_REASON: usize = 123;

/// Sends. Each call waits until the connection has taken everything; one that is dropped meanwhile has its rest sent
/// before whatever comes next.
pub(in crate::streams) struct Outgoing<W> {
    wire: W,
    /// What the connection has not taken yet: a frame's head and bytes.
    left: Chain<Bytes, Bytes>,
}

impl<W: AsyncWrite + Unpin> Outgoing<W> {
    pub(in crate::streams) fn new(wire: W) -> Self {
        Self { wire, left: nothing() }
    }

    /// Sends bytes as one message.
    pub(in crate::streams) async fn binary(&mut self, bytes: BytesMut) -> io::Result<()> {
        self.send(OpCode::Data(Data::Binary), bytes).await
    }

    /// Asks for a sign of life.
    pub(in crate::streams) async fn ping(&mut self) -> io::Result<()> {
        self.send(OpCode::Control(Control::Ping), BytesMut::new()).await
    }

    /// Gives one, with what it was asked with.
    pub(in crate::streams) async fn pong(&mut self, asked: Bytes) -> io::Result<()> {
        self.send(OpCode::Control(Control::Pong), asked.into()).await
    }

    /// Says that it is over, and why.
    pub(in crate::streams) async fn close(&mut self, code: u16, why: &str) -> io::Result<()> {
        let why = why.get(..why.floor_char_boundary(LONGEST_REASON)).unwrap_or_default();
        let said = [&code.to_be_bytes(), why.as_bytes()].concat();
        self.send(OpCode::Control(Control::Close), Bytes::from(said).into()).await
    }

    async fn send(&mut self, opcode: OpCode, mut bytes: BytesMut) -> io::Result<()> {
        self.flush().await?;
        let mut key = [0; 4];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        let header = FrameHeader { opcode, mask: Some(key), ..FrameHeader::default() };
        let length = u64::try_from(bytes.len()).map_err(io::Error::other)?;
        let mut head = Vec::with_capacity(header.len(length));
        header.format(length, &mut head).map_err(io::Error::other)?;
        mask(&mut bytes, key);
        self.left = Bytes::from(head).chain(bytes.freeze());
        self.flush().await
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.wire.write_all_buf(&mut self.left).await?;
        // What has been sent is let go of: its place is used again.
        self.left = nothing();
        self.wire.flush().await
    }
}

fn nothing() -> Chain<Bytes, Bytes> {
    Bytes::new().chain(Bytes::new())
}
