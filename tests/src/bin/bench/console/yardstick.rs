//! The yardstick: a page of plain JavaScript that draws the same cells from the same answers, without anything that
//! makes them live.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A server of this page alone.
pub struct Yardstick {
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for Yardstick {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Yardstick {
    /// Serves the page with two answers of the server, each in an order of its own.
    pub async fn start(lists: [String; 2], style: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let path = asked(&mut stream).await;
                let (kind, body) = match path.as_str() {
                    "/list/0" => ("application/json", lists[0].as_str()),
                    "/list/1" => ("application/json", lists[1].as_str()),
                    "/style.css" => ("text/css", style.as_str()),
                    "/page.js" => ("text/javascript", include_str!("yardstick.js")),
                    _ => ("text/html", include_str!("yardstick.html")),
                };
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {kind}; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                // A browser that has gone is waited for by nobody.
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(body.as_bytes()).await;
            }
        });
        Self { port, task }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

/// The path of a request.
async fn asked(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut buffer = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => head.extend(buffer.iter().take(read)),
            _ => break,
        }
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split(' ').nth(1).unwrap_or_default();
    path.split('?').next().unwrap_or_default().to_owned()
}
