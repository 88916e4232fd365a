//! Both ways between a viewer and a screen, until one of them is done.
//!
//! Each way waits for its reader: whoever stalls stalls the other, and nothing piles up here.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use deskwarden_domain::rfb::{ClientFilter, Reach, Refused, ServerFilter};
use deskwarden_types::agent::stream_close;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::UnixStream,
    sync::oneshot,
};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{
    Close, Ending,
    line::{Line, binary, goodbye},
    said,
};

/// The most that one message carries.
const CHUNK: usize = 64 << 10;
/// How often the server is asked for a sign of life.
const PING: Duration = Duration::from_secs(10);
/// How long the server may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// Pipes; `touched` is called when the viewer has typed or moved something.
pub(super) async fn pipe(
    line: Line,
    screen: UnixStream,
    reach: Reach,
    touched: impl Fn(),
    told: oneshot::Receiver<Close>,
) -> Ending {
    let Line { socket, come } = line;
    let (mut sink, mut messages) = socket.split();
    let (from_screen, to_screen) = screen.into_split();
    let ending = tokio::select! {
        biased;
        close = told => said(close),
        ending = down(come.freeze(), &mut messages, to_screen, reach, touched) => ending,
        ending = up(from_screen, &mut sink, reach) => ending,
    };
    goodbye(&mut sink, &mut messages, &ending).await;
    ending
}

/// From the viewer to the screen.
async fn down(
    first: Bytes,
    messages: &mut (impl Stream<Item = Result<Message, Error>> + Unpin),
    mut screen: impl AsyncWrite + Unpin,
    reach: Reach,
    touched: impl Fn(),
) -> Ending {
    let mut filter = ClientFilter::new(reach);
    let (mut bytes, mut out) = (first, Vec::new());
    loop {
        let before = filter.input().passed;
        let taken = filter.take(&bytes, &mut out);
        if filter.input().passed > before {
            touched();
        }
        if let Err(refused) = taken {
            return against_the_rules(refused);
        }
        if !out.is_empty() && screen.write_all(&out).await.is_err() {
            return screen_gone();
        }
        out.clear();
        bytes = match tokio::time::timeout(SILENCE, messages.next()).await {
            Err(_) => return Ending::broken("the server has said nothing for a minute"),
            Ok(message) => match binary(message) {
                Ok(bytes) => bytes,
                Err(ending) => return ending,
            },
        };
    }
}

/// From the screen to the viewer.
async fn up(
    mut screen: impl AsyncRead + Unpin,
    line: &mut (impl Sink<Message, Error = Error> + Unpin),
    reach: Reach,
) -> Ending {
    let mut filter = (reach == Reach::View).then(ServerFilter::default);
    let mut ping = tokio::time::interval(PING);
    let mut chunk = BytesMut::new();
    loop {
        chunk.reserve(CHUNK);
        let message = tokio::select! {
            read = screen.read_buf(&mut chunk) => match read {
                Ok(0) | Err(_) => return screen_gone(),
                Ok(_) => match passed(&mut filter, chunk.split().freeze()) {
                    Ok(bytes) if bytes.is_empty() => continue,
                    Ok(bytes) => Message::Binary(bytes),
                    Err(refused) => return against_the_rules(refused),
                },
            },
            _ = ping.tick() => Message::Ping(Bytes::new()),
        };
        if let Err(error) = line.send(message).await {
            return Ending::broken(format!("the connection to the server was lost: {error}"));
        }
    }
}

fn passed(filter: &mut Option<ServerFilter>, bytes: Bytes) -> Result<Bytes, Refused> {
    let Some(filter) = filter else { return Ok(bytes) };
    let mut out = Vec::with_capacity(bytes.len());
    filter.take(&bytes, &mut out)?;
    Ok(out.into())
}

fn screen_gone() -> Ending {
    Close { code: stream_close::NORMAL, why: "the screen is gone" }.into()
}

fn against_the_rules(refused: Refused) -> Ending {
    Ending { code: Some(stream_close::AGAINST_THE_RULES), why: refused.to_string() }
}
