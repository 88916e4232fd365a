//! Outside the browser: connections and TLS of our own.

use std::{sync::OnceLock, time::Duration};

use deskwarden_types::Method;
use futures_util::{StreamExt, stream::BoxStream};

use crate::{
    ClientError,
    answer::{self, Head},
    call::Request,
};

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// How to reach the server.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A further root certificate to trust (PEM), for servers that signed their own.
    pub root_certificate: Option<Vec<u8>>,
}

/// The connection pool, or why there is none.
#[derive(Clone)]
pub(crate) struct Transport(Result<reqwest::Client, String>);

impl Transport {
    pub(crate) fn new(base: &str, options: Options) -> Self {
        Self(build(base, options).map_err(|e| chain(&e)))
    }
}

fn build(base: &str, options: Options) -> Result<reqwest::Client, reqwest::Error> {
    static PROVIDER: OnceLock<()> = OnceLock::new();
    // An error says that the program has a provider already, which is as good.
    PROVIDER.get_or_init(|| drop(rustls::crypto::ring::default_provider().install_default()));
    // A redirect would carry the token to a place that nobody named.
    let mut builder = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .redirect(reqwest::redirect::Policy::none())
        .tcp_nodelay(true)
        .cookie_store(true);
    if base.starts_with("http://") {
        // A machine without root certificates can still talk to its own server.
        builder = builder.tls_certs_only([]);
    }
    if let Some(pem) = options.root_certificate {
        builder = builder.tls_certs_merge(reqwest::Certificate::from_pem_bundle(&pem)?);
    }
    builder.build()
}

/// The body as it comes.
pub(crate) struct Chunks(BoxStream<'static, Result<Vec<u8>, ClientError>>);

impl Chunks {
    pub(crate) async fn next(&mut self) -> Option<Result<Vec<u8>, ClientError>> {
        self.0.next().await
    }
}

/// Sends a request and waits for the whole answer.
pub(crate) async fn whole(transport: &Transport, request: Request) -> Result<(Head, Vec<u8>), ClientError> {
    let limit = request.limit;
    let answer = send(transport, request, Some(limit)).await?;
    let head = head(&answer);
    let body = answer.bytes().await.map_err(|e| failed(&e))?;
    Ok((head, body.to_vec()))
}

/// Sends a request and waits for the answer's head.
pub(crate) async fn open(transport: &Transport, request: Request) -> Result<Chunks, ClientError> {
    let answer = send(transport, request, None).await?;
    let head = head(&answer);
    if head.status != 200 {
        let body = answer.bytes().await.map_err(|e| failed(&e))?;
        return Err(answer::refusal(&head, &body));
    }
    let chunks = answer.bytes_stream().map(|chunk| chunk.map(|c| c.to_vec()).map_err(|e| failed(&e)));
    Ok(Chunks(chunks.boxed()))
}

/// A connection that speaks something else from now on.
pub struct Joined {
    /// What the server made of the key (`Sec-WebSocket-Accept`).
    pub accept: Option<String>,
    /// The connection.
    pub bytes: Bytes,
}

/// The bytes of a [`Joined`] connection, both ways.
pub type Bytes = reqwest::Upgraded;

/// Asks for a WebSocket.
pub(crate) async fn join(transport: &Transport, mut request: Request, key: &str) -> Result<Joined, ClientError> {
    request.headers.extend([
        ("Connection", "Upgrade".to_owned()),
        ("Upgrade", "websocket".to_owned()),
        ("Sec-WebSocket-Version", "13".to_owned()),
        ("Sec-WebSocket-Key", key.to_owned()),
    ]);
    let answer = send(transport, request, None).await?;
    if answer.status() != reqwest::StatusCode::SWITCHING_PROTOCOLS {
        let head = head(&answer);
        let body = answer.bytes().await.map_err(|e| failed(&e))?;
        return Err(answer::refusal(&head, &body));
    }
    let accept = answer.headers().get("sec-websocket-accept").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let bytes = answer.upgrade().await.map_err(|e| failed(&e))?;
    Ok(Joined { accept, bytes })
}

async fn send(
    transport: &Transport,
    request: Request,
    limit: Option<Duration>,
) -> Result<reqwest::Response, ClientError> {
    let client = transport.0.as_ref().map_err(|e| ClientError::Transport(e.clone()))?;
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut builder = client.request(method, request.address);
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    if let Some(body) = request.body {
        builder = builder.body(body);
    }
    if let Some(limit) = limit {
        builder = builder.timeout(limit);
    }
    builder.send().await.map_err(|e| failed(&e))
}

fn head(answer: &reqwest::Response) -> Head {
    let retry_after = answer.headers().get("retry-after").and_then(|v| v.to_str().ok()).map(str::to_owned);
    Head { status: answer.status().as_u16(), retry_after }
}

fn failed(error: &reqwest::Error) -> ClientError {
    ClientError::Transport(chain(error))
}

/// The error with its causes: the last one says what happened ("connection refused").
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = next.source();
    }
    text
}
