//! A viewer of a screen: just as much RFB as is needed to see how long things take.

use std::{path::Path, time::Duration};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::{Instant, timeout},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// What a fence carries back.
const MARK: [u8; 4] = *b"mark";

/// What the bytes go over.
enum Way {
    Socket(Box<UnixStream>),
    Web { stream: Box<WebSocketStream<MaybeTlsStream<TcpStream>>>, here: Vec<u8>, at: usize },
}

/// A viewer that is connected.
pub struct Viewer {
    way: Way,
    width: u16,
    height: u16,
}

impl Viewer {
    /// Over a screen's own socket.
    pub async fn direct(socket: &Path) -> Self {
        let stream = UnixStream::connect(socket).await.expect("the screen's socket");
        Self::begin(Way::Socket(Box::new(stream))).await
    }

    /// Over a WebSocket.
    pub async fn web(url: &str) -> Self {
        let (stream, _) = timeout(PATIENCE, connect_async(url)).await.expect("an answer").expect("a WebSocket");
        if let MaybeTlsStream::Plain(tcp) = stream.get_ref() {
            tcp.set_nodelay(true).expect("a connection without delay");
        }
        Self::begin(Way::Web { stream: Box::new(stream), here: Vec::new(), at: 0 }).await
    }

    async fn begin(way: Way) -> Self {
        let mut viewer = Self { way, width: 0, height: 0 };
        let version: [u8; 12] = viewer.take().await;
        viewer.send(&version).await;
        let [kinds] = viewer.take().await;
        viewer.skip(usize::from(kinds)).await;
        viewer.send(&[1]).await;
        assert_eq!(viewer.take::<4>().await, [0; 4], "the screen lets nobody in");
        viewer.send(&[1]).await;
        viewer.width = u16::from_be_bytes(viewer.take().await);
        viewer.height = u16::from_be_bytes(viewer.take().await);
        viewer.skip(16).await;
        let name = u32::from_be_bytes(viewer.take().await);
        viewer.skip(name as usize).await;
        // Plain pixels, and fences.
        viewer.send(&[2, 0, 0, 2, 0, 0, 0, 0, 0xff, 0xff, 0xfe, 0xc8]).await;
        viewer
    }

    async fn send(&mut self, bytes: &[u8]) {
        match &mut self.way {
            Way::Socket(stream) => stream.write_all(bytes).await.expect("the screen reads"),
            Way::Web { stream, .. } => {
                stream.send(Message::binary(bytes.to_vec())).await.expect("the screen reads");
            }
        }
    }

    /// Waits for as many bytes as `to` has.
    async fn fill(&mut self, to: &mut [u8]) {
        match &mut self.way {
            Way::Socket(stream) => {
                timeout(PATIENCE, stream.read_exact(to)).await.expect("in time").expect("the screen speaks");
            }
            Way::Web { stream, here, at } => {
                let mut filled = 0;
                while filled < to.len() {
                    if *at == here.len() {
                        let next = timeout(PATIENCE, stream.next()).await.expect("in time");
                        if let Message::Binary(bytes) = next.expect("the stream is open").expect("the stream goes on") {
                            (*here, *at) = (bytes.to_vec(), 0);
                        }
                        continue;
                    }
                    let some = (to.len() - filled).min(here.len() - *at);
                    let (into, from) = (to.get_mut(filled..filled + some), here.get(*at..*at + some));
                    into.expect("room").copy_from_slice(from.expect("bytes"));
                    (filled, *at) = (filled + some, *at + some);
                }
            }
        }
    }

    async fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes).await;
        bytes
    }

    async fn skip(&mut self, mut bytes: usize) {
        let mut buffer = vec![0; 64 * 1_024];
        while bytes > 0 {
            let some = bytes.min(buffer.len());
            self.fill(buffer.get_mut(..some).expect("room")).await;
            bytes -= some;
        }
    }

    /// Reads one message. Gives the bytes of pixels in it, or nothing for our fence that came back.
    async fn message(&mut self) -> Option<usize> {
        let [kind] = self.take().await;
        match kind {
            0 => {
                let [_, a, b] = self.take().await;
                let mut pixels = 0;
                for _ in 0..u16::from_be_bytes([a, b]) {
                    let head: [u8; 12] = self.take().await;
                    let [_, _, _, _, w0, w1, h0, h1, ..] = head;
                    let size =
                        usize::from(u16::from_be_bytes([w0, w1])) * usize::from(u16::from_be_bytes([h0, h1])) * 4;
                    self.skip(size).await;
                    pixels += size;
                }
                Some(pixels)
            }
            2 => Some(0),
            3 => {
                self.skip(3).await;
                let length = u32::from_be_bytes(self.take().await);
                self.skip(length as usize).await;
                Some(0)
            }
            248 => {
                self.skip(3).await;
                let flags = u32::from_be_bytes(self.take().await);
                let [length] = self.take().await;
                let mut carried = vec![0; usize::from(length)];
                self.fill(&mut carried).await;
                if flags & 0x8000_0000 != 0 {
                    // The screen asks; it gets its own back.
                    let mut answer = vec![248, 0, 0, 0];
                    answer.extend((flags & 0x7).to_be_bytes());
                    answer.push(length);
                    answer.extend(&carried);
                    self.send(&answer).await;
                    return Some(0);
                }
                if carried == MARK { None } else { Some(0) }
            }
            other => panic!("a message of type {other}"),
        }
    }

    /// How long a word to the screen and back takes.
    pub async fn delay(&mut self) -> Duration {
        let sent = Instant::now();
        let mut fence = vec![248, 0, 0, 0, 0x80, 0, 0, 0x01, MARK.len() as u8];
        fence.extend(MARK);
        self.send(&fence).await;
        while self.message().await.is_some() {}
        sent.elapsed()
    }

    /// How long the whole screen takes, and its bytes.
    pub async fn whole(&mut self) -> (Duration, usize) {
        let sent = Instant::now();
        let mut request = vec![3, 0, 0, 0, 0, 0];
        request.extend(self.width.to_be_bytes());
        request.extend(self.height.to_be_bytes());
        self.send(&request).await;
        let all = usize::from(self.width) * usize::from(self.height) * 4;
        let mut pixels = 0;
        while pixels < all {
            pixels += self.message().await.unwrap_or(0);
        }
        (sent.elapsed(), pixels)
    }
}
