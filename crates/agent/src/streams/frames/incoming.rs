//! What is received.

use std::io::Cursor;

use bytes::{Buf, Bytes, BytesMut};
use deskwarden_types::agent::stream_close;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio_tungstenite::tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, Data, OpCode},
};

use crate::streams::{Close, Ending};

/// The longest frame that is taken. What the server relays is far shorter.
const LONGEST: u64 = 1 << 20;
/// The longest that only says something about the connection.
const LONGEST_CONTROL: u64 = 125;
/// Room that there is at least for what comes next.
const ROOM: usize = 4 << 10;

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::streams) enum Frame {
    /// A part of the stream.
    Bytes(Bytes),
    /// To be answered with the same.
    Ping(Bytes),
    /// A sign of life.
    Pong,
}

/// Receives. Waiting can be given up and taken up again.
pub(in crate::streams) struct Incoming<R> {
    wire: R,
    buffer: BytesMut,
    /// More of the same message is to come.
    within: bool,
}

impl<R: AsyncRead + Unpin> Incoming<R> {
    pub(in crate::streams) fn new(wire: R) -> Self {
        Self { wire, buffer: BytesMut::new(), within: false }
    }

    /// The next frame. The other side's close is an ending.
    pub(in crate::streams) async fn next(&mut self) -> Result<Frame, Ending> {
        loop {
            if let Some(frame) = self.parse()? {
                return Ok(frame);
            }
            self.buffer.reserve(ROOM);
            match self.wire.read_buf(&mut self.buffer).await {
                Ok(0) => return Err(Ending::broken("the connection to the server was lost")),
                Ok(_) => {}
                Err(error) => return Err(Ending::broken(format!("the connection to the server was lost: {error}"))),
            }
        }
    }

    fn parse(&mut self) -> Result<Option<Frame>, Ending> {
        let mut cursor = Cursor::new(&self.buffer);
        let Some((header, length)) = FrameHeader::parse(&mut cursor).map_err(|_| wrong())? else { return Ok(None) };
        let head = usize::try_from(cursor.position()).map_err(|_| wrong())?;
        let length = self.check(&header, length)?;
        if self.buffer.len() < head + length {
            return Ok(None);
        }
        self.buffer.advance(head);
        let bytes = self.buffer.split_to(length).freeze();
        Ok(Some(match header.opcode {
            OpCode::Data(_) => {
                self.within = !header.is_final;
                Frame::Bytes(bytes)
            }
            OpCode::Control(Control::Ping) => Frame::Ping(bytes),
            OpCode::Control(Control::Close) => return Err(closed(&bytes)),
            OpCode::Control(_) => Frame::Pong,
        }))
    }

    /// What a server may send, to one that agreed on nothing more.
    fn check(&self, header: &FrameHeader, length: u64) -> Result<usize, Ending> {
        let is_plain = header.mask.is_none() && !header.rsv1 && !header.rsv2 && !header.rsv3;
        let is_right = match header.opcode {
            OpCode::Data(Data::Binary) => !self.within && length <= LONGEST,
            OpCode::Data(Data::Continue) => self.within && length <= LONGEST,
            OpCode::Control(Control::Ping | Control::Pong | Control::Close) => {
                header.is_final && length <= LONGEST_CONTROL
            }
            OpCode::Data(_) | OpCode::Control(_) => false,
        };
        usize::try_from(length).ok().filter(|_| is_plain && is_right).ok_or_else(wrong)
    }
}

fn wrong() -> Ending {
    Close { code: stream_close::AGAINST_THE_RULES, why: "not a binary message" }.into()
}

/// Closed by the other side, with its reason.
fn closed(said: &[u8]) -> Ending {
    let Some((code, why)) = said.split_first_chunk() else {
        return if said.is_empty() { Close { code: stream_close::NORMAL, why: "closed" }.into() } else { wrong() };
    };
    let why = if why.is_empty() { "closed".into() } else { String::from_utf8_lossy(why) };
    Ending { code: Some(u16::from_be_bytes(*code)), why: why.into_owned() }
}
