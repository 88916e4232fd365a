//! Both ways between a viewer and a screen, until one of them is done.
//!
//! Each way waits for its reader: whoever stalls stalls the other, and nothing piles up here.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use deskwarden_domain::rfb::{ClientFilter, Reach, Refused, ServerFilter};
use deskwarden_types::agent::stream_close;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::UnixStream,
    sync::{mpsc, oneshot},
};

use super::{
    Close, Ending,
    frames::{Frame, Incoming, Outgoing},
    line::{Line, goodbye},
    said,
};

/// The most that one message carries: with its head it fills one segment between programs of one machine. A few bytes more
/// are a segment of their own each time, and a sixth less gets through there. Networks cut it up in any case.
const CHUNK: usize = 65_483 - LONGEST_HEAD;
/// The longest head that a message has.
const LONGEST_HEAD: usize = 14;
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
    let Line { mut incoming, mut outgoing, come } = line;
    // The server asks for signs; the way that sends gives them.
    let (asks, asked) = mpsc::channel(1);
    let (from_screen, to_screen) = screen.into_split();
    let ending = tokio::select! {
        biased;
        close = told => said(close),
        ending = down(come.freeze(), &mut incoming, asks, to_screen, reach, touched) => ending,
        ending = up(from_screen, &mut outgoing, asked, reach) => ending,
    };
    goodbye(&mut outgoing, &mut incoming, &ending).await;
    ending
}

/// From the viewer to the screen.
async fn down(
    first: Bytes,
    incoming: &mut Incoming<impl AsyncRead + Unpin>,
    asks: mpsc::Sender<Bytes>,
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
        bytes = match tokio::time::timeout(SILENCE, incoming.next()).await {
            Err(_) => return Ending::broken("the server has said nothing for a minute"),
            Ok(Ok(Frame::Bytes(bytes))) => bytes,
            Ok(Ok(Frame::Ping(ask))) => {
                // One that waits for its answer is enough.
                let _ = asks.try_send(ask);
                Bytes::new()
            }
            Ok(Ok(Frame::Pong)) => Bytes::new(),
            Ok(Err(ending)) => return ending,
        };
    }
}

/// From the screen to the viewer.
async fn up(
    mut screen: impl AsyncRead + Unpin,
    outgoing: &mut Outgoing<impl AsyncWrite + Unpin>,
    mut asked: mpsc::Receiver<Bytes>,
    reach: Reach,
) -> Ending {
    let mut filter = (reach == Reach::View).then(ServerFilter::default);
    let mut ping = tokio::time::interval(PING);
    let mut chunk = BytesMut::new();
    loop {
        chunk.reserve(CHUNK);
        let sent = tokio::select! {
            read = screen.read_buf(&mut chunk) => match read {
                Ok(0) | Err(_) => return screen_gone(),
                Ok(_) => match passed(&mut filter, chunk.split()) {
                    Ok(bytes) if bytes.is_empty() => continue,
                    Ok(bytes) => outgoing.binary(bytes).await,
                    Err(refused) => return against_the_rules(refused),
                },
            },
            Some(ask) = asked.recv() => outgoing.pong(ask).await,
            _ = ping.tick() => outgoing.ping().await,
        };
        if let Err(error) = sent {
            return Ending::broken(format!("the connection to the server was lost: {error}"));
        }
    }
}

fn passed(filter: &mut Option<ServerFilter>, bytes: BytesMut) -> Result<BytesMut, Refused> {
    let Some(filter) = filter else { return Ok(bytes) };
    let mut out = Vec::with_capacity(bytes.len());
    filter.take(&bytes, &mut out)?;
    Ok(Bytes::from(out).into())
}

fn screen_gone() -> Ending {
    Close { code: stream_close::NORMAL, why: "the screen is gone" }.into()
}

fn against_the_rules(refused: Refused) -> Ending {
    Ending { code: Some(stream_close::AGAINST_THE_RULES), why: refused.to_string() }
}
