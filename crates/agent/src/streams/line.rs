//! The WebSocket to the server, byte by byte.

use std::time::Duration;

use bytes::{Buf, BytesMut};
use deskwarden_client::Bytes as Raw;
use deskwarden_domain::rfb::handshake;
use deskwarden_types::agent::stream_close;
use tokio::io::{AsyncRead, AsyncWrite, ReadHalf, WriteHalf, split};

use super::{
    Close, Ending,
    frames::{Frame, Incoming, Outgoing},
};

/// How long the other side may take to hear that it is over.
const GOODBYE: Duration = Duration::from_secs(2);
/// How long a viewer may take for its first words.
const FIRST_WORDS: Duration = Duration::from_secs(30);

/// An open line.
pub(crate) struct Line {
    pub(super) incoming: Incoming<ReadHalf<Raw>>,
    pub(super) outgoing: Outgoing<WriteHalf<Raw>>,
    /// What has come and was not read.
    pub(super) come: BytesMut,
}

impl Line {
    pub(super) fn new(bytes: Raw) -> Self {
        let (read, write) = split(bytes);
        Self { incoming: Incoming::new(read), outgoing: Outgoing::new(write), come: BytesMut::new() }
    }

    /// Sends bytes as one message.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Ending> {
        self.outgoing.binary(bytes.into()).await.map_err(Ending::broken)
    }

    /// Reads so many bytes, over however many messages.
    pub(super) async fn read<const N: usize>(&mut self) -> Result<[u8; N], Ending> {
        let whole = async {
            while self.come.len() < N {
                match self.incoming.next().await? {
                    Frame::Bytes(bytes) => self.come.extend_from_slice(&bytes),
                    Frame::Ping(asked) => self.outgoing.pong(asked).await.map_err(Ending::broken)?,
                    Frame::Pong => {}
                }
            }
            let mut read = [0; N];
            self.come.copy_to_slice(&mut read);
            Ok(read)
        };
        let late = || Ending::from(Close { code: stream_close::NORMAL, why: "the viewer said nothing" });
        tokio::time::timeout(FIRST_WORDS, whole).await.unwrap_or_else(|_| Err(late()))
    }

    /// Tells the viewer why it sees nothing, as viewers show it, and closes.
    pub(crate) async fn refuse(mut self, close: Close) -> Ending {
        let told = async {
            self.send(handshake::VERSION).await?;
            let said = self.read().await?;
            let version = handshake::version(&said).unwrap_or(handshake::Version::Current);
            self.send(&handshake::refusal(version, close.why)).await
        };
        let ending = told.await.err().filter(|ending| ending.code.is_none()).unwrap_or_else(|| close.into());
        self.close(ending).await
    }

    /// Says goodbye.
    pub(super) async fn close(mut self, ending: Ending) -> Ending {
        goodbye(&mut self.outgoing, &mut self.incoming, &ending).await;
        ending
    }
}

/// Says goodbye, and waits a little for it to be heard. What comes meanwhile is read: a connection that is dropped with
/// something unread is reset, and takes the goodbye along.
pub(super) async fn goodbye(
    outgoing: &mut Outgoing<impl AsyncWrite + Unpin>,
    incoming: &mut Incoming<impl AsyncRead + Unpin>,
    ending: &Ending,
) {
    let Some(code) = ending.code else { return };
    let said = async {
        if outgoing.close(code, &ending.why).await.is_ok() {
            while incoming.next().await.is_ok() {}
        }
    };
    // One that has gone, or does not listen, misses it.
    let _ = tokio::time::timeout(GOODBYE, said).await;
}
