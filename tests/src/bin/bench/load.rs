//! Requests as fast as they go, over connections of their own: bytes made beforehand, answers hardly looked at, so that
//! what is measured is the server.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How it went.
#[derive(Debug, Default)]
pub struct Went {
    /// Requests answered with success.
    pub answered: usize,
    /// How long it took in all.
    pub took: Duration,
    /// How long each took, the shortest first.
    pub each: Vec<Duration>,
}

impl Went {
    /// Requests in a second.
    pub fn per_second(&self) -> f64 {
        self.answered as f64 / self.took.as_secs_f64()
    }

    /// The time within which so many of a hundred were answered.
    pub fn percentile(&self, percent: usize) -> Duration {
        self.each.get(self.each.len() * percent / 100).copied().unwrap_or_default()
    }
}

/// A request as bytes.
pub fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends each list over a connection of its own, all at once, each once.
pub async fn once(port: u16, lists: Vec<Vec<Vec<u8>>>) -> Went {
    run(port, lists, None).await
}

/// Sends each list over a connection of its own, again and again for so long.
pub async fn for_long(port: u16, lists: Vec<Vec<Vec<u8>>>, time: Duration) -> Went {
    run(port, lists, Some(time)).await
}

async fn run(port: u16, lists: Vec<Vec<Vec<u8>>>, time: Option<Duration>) -> Went {
    let started = Instant::now();
    let tasks: Vec<_> = lists.into_iter().map(|list| tokio::spawn(connection(port, list, time))).collect();
    let mut went = Went::default();
    for task in tasks {
        went.each.append(&mut task.await.expect("a connection that ends"));
    }
    went.took = started.elapsed();
    went.answered = went.each.len();
    went.each.sort_unstable();
    went
}

async fn connection(port: u16, list: Vec<Vec<u8>>, time: Option<Duration>) -> Vec<Duration> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the server takes connections");
    stream.set_nodelay(true).expect("a connection without delay");
    let mut took = Vec::with_capacity(list.len());
    let mut buffer = Vec::with_capacity(64 * 1024);
    loop {
        for request in &list {
            let sent = Instant::now();
            stream.write_all(request).await.expect("the server reads");
            answer(&mut stream, &mut buffer).await;
            took.push(sent.elapsed());
            if time.is_some_and(|time| started.elapsed() > time) {
                return took;
            }
        }
        if time.is_none() {
            return took;
        }
    }
}

/// Reads one answer, which must be a success with a length.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) {
    buffer.clear();
    let body = loop {
        let read = stream.read_buf(buffer).await.expect("the server answers");
        assert!(read > 0, "the server closed the connection: {}", String::from_utf8_lossy(buffer));
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(buffer.get(..body).unwrap_or_default()).to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    let whole = body + length.unwrap_or(0usize);
    while buffer.len() < whole {
        let read = stream.read_buf(buffer).await.expect("the server answers");
        assert!(read > 0, "an answer that breaks off");
    }
    assert!(head.starts_with("http/1.1 20"), "{}", String::from_utf8_lossy(buffer));
}
