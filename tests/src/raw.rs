//! HTTP without the typed client: what strangers, broken programs and attackers send.

use std::{path::Path, time::Duration};

use deskwarden_types::{ErrorCode, Problem};
use reqwest::{Method, header::HeaderMap};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{certificate::trusted, within};

const LIMIT: Duration = Duration::from_secs(20);

/// A client that follows nothing and keeps nothing, and trusts this certificate only.
pub(crate) fn http_client(certificate: Option<&Path>) -> reqwest::Client {
    // The typed client chooses the TLS implementation for the whole program; without one there is no client at all.
    drop(deskwarden_client::Client::new("http://127.0.0.1"));
    let trusted = certificate.map(trusted);
    let builder = reqwest::Client::builder().tls_certs_only(trusted).timeout(LIMIT);
    builder.redirect(reqwest::redirect::Policy::none()).build().expect("an HTTP client")
}

/// Sends anything.
#[derive(Debug, Clone)]
pub struct Raw {
    port: u16,
    client: reqwest::Client,
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Raw {
    pub(crate) fn new(port: u16) -> Self {
        Self { port, client: http_client(None) }
    }

    /// Sends a request with these headers and this body.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> RawAnswer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("http://127.0.0.1:{}{path}", self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.into();
        if !body.is_empty() {
            request = request.body(body);
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().await.unwrap_or_else(|error| panic!("{path}: {error:?}")).to_vec();
        RawAnswer { status, headers, body }
    }

    /// Sends a request; gives the status and, unless the answer is a stream, its text.
    pub async fn begin(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("http://127.0.0.1:{}{path}", self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = if body.is_empty() { request } else { request.body(body.to_owned()) };
        let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
        let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let goes_on = kind.starts_with("text/event-stream") || kind.starts_with("application/jsonl");
        let status = answer.status().as_u16();
        let text = if goes_on { String::new() } else { answer.text().await.unwrap_or_default() };
        (status, text)
    }

    /// The first server-sent event of an address, as it is written; then the stream is broken off.
    pub async fn first_event(&self, path: &str, headers: &[(&str, &str)]) -> String {
        let mut request = self.client.get(format!("http://127.0.0.1:{}{path}", self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
        let mut bytes = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&bytes);
            if let Some((first, _)) = text.split_once("\n\n") {
                return first.to_owned();
            }
            bytes.extend(answer.chunk().await.expect("the stream goes on").expect("an event comes"));
        }
    }

    /// Reads an address.
    pub async fn get(&self, path: &str) -> RawAnswer {
        self.send("GET", path, &[], "").await
    }

    /// Sends JSON with a token, if any.
    pub async fn post(&self, path: &str, token: Option<&str>, body: impl Into<Vec<u8>>) -> RawAnswer {
        let bearer = format!("Bearer {}", token.unwrap_or_default());
        let mut headers = vec![("content-type", "application/json")];
        if token.is_some() {
            headers.push(("authorization", &bearer));
        }
        self.send("POST", path, &headers, body).await
    }

    /// Sends bytes over a connection of their own, closes our half and reads what comes.
    pub async fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let talk = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.expect("the server takes connections");
            // The server may close before it has read all of it.
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            answer
        };
        within("the server to answer raw bytes", LIMIT, talk).await
    }
}

impl RawAnswer {
    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as a problem that is in good form: type, status, code, request id and content type agree.
    pub fn problem(&self) -> Problem {
        let problem: Problem = serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} without a problem ({error}): {:?}", self.status, self.text()));
        assert_eq!(self.header("content-type"), "application/problem+json", "{problem:?}");
        assert_eq!(problem.status, self.status, "{problem:?}");
        assert_eq!(problem.code.status(), self.status, "{problem:?}");
        assert_eq!(problem.kind, format!("urn:deskwarden:error:{}", problem.code.as_str()));
        assert_eq!(problem.title, problem.code.title());
        assert!(!problem.request_id.is_empty() && self.header("x-request-id") == problem.request_id, "{problem:?}");
        assert!(!problem.detail.is_empty(), "{problem:?}");
        problem
    }

    /// The code of the problem in it.
    pub fn code(&self) -> ErrorCode {
        self.problem().code
    }
}
