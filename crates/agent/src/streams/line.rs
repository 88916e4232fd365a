//! The WebSocket to the server, message by message and byte by byte.

use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use deskwarden_client::Bytes as Raw;
use deskwarden_domain::rfb::handshake;
use deskwarden_types::agent::stream_close;
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        protocol::{CloseFrame, Role, WebSocketConfig},
    },
};

use super::{Close, Ending};

/// The longest message that is taken. What the server relays is far shorter.
const LONGEST: usize = 1 << 20;
/// How long the other side may take to hear that it is over.
const GOODBYE: Duration = Duration::from_secs(2);
/// How long a viewer may take for its first words.
const FIRST_WORDS: Duration = Duration::from_secs(30);

/// An open line.
pub(crate) struct Line {
    pub(super) socket: WebSocketStream<Raw>,
    /// What has come and was not read.
    pub(super) come: BytesMut,
}

impl Line {
    pub(super) async fn new(bytes: Raw) -> Self {
        let config = WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
        let socket = WebSocketStream::from_raw_socket(bytes, Role::Client, Some(config)).await;
        Self { socket, come: BytesMut::new() }
    }

    /// Sends bytes as one message.
    pub(super) async fn send(&mut self, bytes: impl Into<Bytes>) -> Result<(), Ending> {
        self.socket.send(Message::Binary(bytes.into())).await.map_err(Ending::broken)
    }

    /// Reads so many bytes, over however many messages.
    pub(super) async fn read<const N: usize>(&mut self) -> Result<[u8; N], Ending> {
        let whole = async {
            while self.come.len() < N {
                let bytes = binary(self.socket.next().await)?;
                self.come.extend_from_slice(&bytes);
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
            self.send(handshake::VERSION.to_vec()).await?;
            let said = self.read().await?;
            let version = handshake::version(&said).unwrap_or(handshake::Version::Current);
            self.send(handshake::refusal(version, close.why)).await
        };
        let ending = told.await.err().filter(|ending| ending.code.is_none()).unwrap_or_else(|| close.into());
        self.close(ending).await
    }

    /// Says goodbye, unless the other side has.
    pub(super) async fn close(self, ending: Ending) -> Ending {
        let (mut sink, mut messages) = self.socket.split();
        goodbye(&mut sink, &mut messages, &ending).await;
        ending
    }
}

/// Says goodbye, and waits a little for it to be heard. What comes meanwhile is read: a connection that is dropped with
/// something unread is reset, and takes the goodbye along.
pub(super) async fn goodbye<S, M>(sink: &mut S, messages: &mut M, ending: &Ending)
where
    S: SinkExt<Message, Error = Error> + Unpin,
    M: StreamExt<Item = Result<Message, Error>> + Unpin,
{
    let Some(code) = ending.code else { return };
    let frame = CloseFrame { code: code.into(), reason: ending.why.chars().take(60).collect::<String>().into() };
    let said = async {
        if sink.send(Message::Close(Some(frame))).await.is_ok() {
            while messages.next().await.is_some_and(|message| message.is_ok()) {}
        }
    };
    // One that has gone, or does not listen, misses it.
    let _ = tokio::time::timeout(GOODBYE, said).await;
}

/// The bytes of the next message.
pub(super) fn binary(message: Option<Result<Message, Error>>) -> Result<Bytes, Ending> {
    match message {
        Some(Ok(Message::Binary(bytes))) => Ok(bytes),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Bytes::new()),
        Some(Ok(Message::Close(frame))) => Err(Ending {
            code: Some(frame.as_ref().map_or(stream_close::NORMAL, |frame| frame.code.into())),
            why: frame.map(|frame| frame.reason.to_string()).filter(|why| !why.is_empty()).unwrap_or("closed".into()),
        }),
        Some(Ok(_)) => Err(Close { code: stream_close::AGAINST_THE_RULES, why: "not a binary message" }.into()),
        Some(Err(error)) => Err(Ending::broken(format!("the connection to the server was lost: {error}"))),
        None => Err(Ending::broken("the connection to the server was lost")),
    }
}
