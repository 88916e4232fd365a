//! Both ends of a stream: an agent that plays a screen, and a viewer in place of a browser.

use std::time::Duration;

use deskwarden_types::{StreamId, agent::StreamOrder};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderName, HeaderValue},
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use crate::{FakeAgent, within};

const LIMIT: Duration = Duration::from_secs(20);

/// A WebSocket of binary messages.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What came and was not asked for yet.
    left: Vec<u8>,
}

/// Why a WebSocket was not opened: the status, and the problem's text.
#[derive(Debug)]
pub struct NotOpened {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
}

impl Socket {
    /// Opens one.
    pub async fn open(url: &str, headers: &[(&str, &str)]) -> Result<Self, NotOpened> {
        let mut request = url.replacen("http", "ws", 1).into_client_request().expect("an address");
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header's name");
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header's value"));
        }
        match within("a WebSocket to open", LIMIT, connect_async(request)).await {
            Ok((stream, _)) => Ok(Self { stream, left: Vec::new() }),
            Err(Error::Http(answer)) => {
                let text = answer.body().as_deref().map(|body| String::from_utf8_lossy(body).into_owned());
                Err(NotOpened { status: answer.status().as_u16(), text: text.unwrap_or_default() })
            }
            Err(error) => panic!("{url}: {error}"),
        }
    }

    /// Sends a message.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.stream.send(Message::binary(bytes.to_vec())).await
    }

    /// Sends any message.
    pub async fn send_message(&mut self, message: Message) -> Result<(), Error> {
        self.stream.send(message).await
    }

    /// The next so many bytes.
    pub async fn take(&mut self, count: usize) -> Vec<u8> {
        while self.left.len() < count {
            match within("bytes of a stream", LIMIT, self.stream.next()).await {
                Some(Ok(Message::Binary(bytes))) => self.left.extend_from_slice(&bytes),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("the stream ended with {other:?} after {:?}", self.left),
            }
        }
        self.left.drain(..count).collect()
    }

    /// The code with which the other side closes, and all the bytes before it. None, where the connection broke.
    pub async fn closed(&mut self) -> (Option<u16>, Vec<u8>) {
        let mut bytes = std::mem::take(&mut self.left);
        loop {
            match within("a stream to be closed", LIMIT, self.stream.next()).await {
                Some(Ok(Message::Binary(more))) => bytes.extend_from_slice(&more),
                Some(Ok(Message::Close(frame))) => return (frame.map(|frame| frame.code.into()), bytes),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return (None, bytes),
            }
        }
    }

    /// Closes it with this code.
    pub async fn close(mut self, code: u16) {
        let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
        // It may be closed already.
        let _ = self.stream.close(Some(frame)).await;
        let _ =
            tokio::time::timeout(Duration::from_secs(2), async { while let Some(Ok(_)) = self.stream.next().await {} })
                .await;
    }
}

/// A screen's side of the handshake: version, no secret, let in, and a screen of 64 × 48 that is called "Desk".
pub fn screen_head() -> Vec<u8> {
    let mut head = b"RFB 003.008\n\x01\x01\0\0\0\0".to_vec();
    head.extend_from_slice(&[0, 64, 0, 48, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);
    head.extend_from_slice(&4u32.to_be_bytes());
    head.extend_from_slice(b"Desk");
    head
}

/// A viewer's side of the handshake.
pub const VIEWER_HEAD: &[u8] = b"RFB 003.008\n\x01\x01";

impl FakeAgent {
    /// Dials the server that an order names.
    pub async fn join(&self, order: &StreamOrder) -> Result<Socket, NotOpened> {
        let server = order.server.clone().unwrap_or_else(|| self.client().base_url().to_owned());
        self.join_at(&server, order.stream_id).await
    }

    /// Dials this server.
    pub async fn join_at(&self, server: &str, id: StreamId) -> Result<Socket, NotOpened> {
        let bearer = format!("Bearer {}", self.key);
        let url = format!("{}/agent/v1/streams/{id}", server.trim_end_matches('/'));
        Socket::open(&url, &[("authorization", &bearer)]).await
    }
}
