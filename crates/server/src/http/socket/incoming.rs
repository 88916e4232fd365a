//! What is received.

use actix_codec::Decoder;
use actix_http::ws::{Codec, Frame, ProtocolError};
use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, ReadHalf},
    sync::{mpsc, oneshot},
};

use super::AnyWire;

/// The longest head of a frame.
const HEAD: usize = 14;
/// Room that there is at least for what comes next.
const ROOM: usize = 4 * 1024;

/// Receives, frame by frame. Nothing is read but when it is asked for, so that whoever sends waits for who reads here.
pub struct Receiver {
    reads: Reads,
    buffer: BytesMut,
    codec: Codec,
    largest: usize,
    room: usize,
    holds: mpsc::Sender<ReadHalf<AnyWire>>,
}

enum Reads {
    Opens(oneshot::Receiver<(ReadHalf<AnyWire>, BytesMut)>),
    Open(ReadHalf<AnyWire>),
    Over,
}

impl Receiver {
    pub(super) fn new(
        opens: oneshot::Receiver<(ReadHalf<AnyWire>, BytesMut)>,
        holds: mpsc::Sender<ReadHalf<AnyWire>>,
        largest: usize,
    ) -> Self {
        let codec = Codec::new().max_size(largest);
        Self { reads: Reads::Opens(opens), buffer: BytesMut::new(), codec, largest, room: ROOM, holds }
    }

    /// For much at a time: there is always room for so many bytes.
    #[must_use]
    pub fn with_room(mut self, room: usize) -> Self {
        self.room = room;
        self
    }

    /// The next frame; nothing once the connection is gone. Waiting for it can be given up and taken up again.
    pub async fn recv(&mut self) -> Option<Result<Frame, ProtocolError>> {
        loop {
            if let Some(frame) = self.codec.decode(&mut self.buffer).transpose() {
                return Some(frame);
            }
            // One that is too long is not waited for.
            if self.buffer.len() >= HEAD + self.largest {
                return Some(Err(ProtocolError::Overflow));
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Option<()> {
        match &mut self.reads {
            Reads::Opens(opens) => {
                let opened = opens.await.ok();
                let (reads, first) =
                    opened.map_or((Reads::Over, BytesMut::new()), |(read, first)| (Reads::Open(read), first));
                (self.reads, self.buffer) = (reads, first);
            }
            Reads::Open(read) => {
                self.buffer.reserve(self.room);
                if !read.read_buf(&mut self.buffer).await.is_ok_and(|length| length > 0) {
                    return None;
                }
            }
            Reads::Over => return None,
        }
        Some(())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Reads::Open(read) = std::mem::replace(&mut self.reads, Reads::Over) {
            // There is room: it is sent but once.
            let _ = self.holds.try_send(read);
        }
    }
}
