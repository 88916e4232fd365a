//! One call, before it is sent.

use std::{marker::PhantomData, time::Duration};

use deskwarden_types::{Endpoint, Method, PathArgs};

use crate::{Client, ClientError, address, answer, transport};

/// What a transport sends.
#[derive(Clone)]
pub(crate) struct Request {
    pub method: Method,
    pub address: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Vec<u8>>,
    /// How long the whole answer may take. Streams have no such limit.
    pub limit: Duration,
}

/// One call; send it with [`Call::send`].
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'c, E: Endpoint> {
    client: &'c Client,
    request: Result<Request, ClientError>,
    endpoint: PhantomData<fn() -> E>,
}

impl<'c, E: Endpoint> Call<'c, E> {
    pub(crate) fn new(client: &'c Client, path: E::Path, query: E::Query, body: E::Body) -> Self {
        let request = request::<E>(client, &path, &query, Some(&body));
        Self { client, request, endpoint: PhantomData }
    }

    /// The same key sent twice acts once.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        if let Ok(request) = &mut self.request {
            request.headers.push(("Idempotency-Key", key.into()));
        }
        self
    }

    /// Sends it and reads the answer.
    pub async fn send(self) -> Result<E::Answer, ClientError> {
        let client = self.client;
        let letter = self.letter()?;
        client.deliver(&letter).await?.read::<E>()
    }

    /// The call without its types: for whoever may have to send it twice, in one place for all endpoints.
    pub fn letter(self) -> Result<Letter, ClientError> {
        self.request.map(Letter)
    }
}

/// A call as it is sent, but for the token.
#[derive(Clone)]
pub struct Letter(Request);

/// An answer, not a refusal, that nobody has read yet.
pub struct Reply(Vec<u8>);

impl Reply {
    /// Whether it is a list of nothing, without reading it as any type.
    pub fn has_no_items(&self) -> bool {
        self.0.windows(10).any(|part| part == b"\"items\":[]")
    }

    /// Reads it as the answer of the endpoint that was called.
    pub fn read<E: Endpoint>(self) -> Result<E::Answer, ClientError> {
        answer::read::<E>(&self.0)
    }
}

impl Client {
    /// Sends a [`Letter`] with the token of this moment and waits for the whole answer.
    pub async fn deliver(&self, letter: &Letter) -> Result<Reply, ClientError> {
        let mut request = letter.0.clone();
        self.sign(&mut request);
        let (head, body) = transport::whole(&self.transport, request).await?;
        answer::accepted(head, body).map(Reply)
    }

    pub(crate) fn sign(&self, request: &mut Request) {
        if let Some(token) = self.token() {
            request.headers.push(("Authorization", format!("Bearer {token}")));
        }
    }
}

/// Puts a request together, but for the token. GET and DELETE have no body, whatever their type says.
pub(crate) fn request<E: Endpoint>(
    client: &Client,
    path: &E::Path,
    query: &E::Query,
    body: Option<&E::Body>,
) -> Result<Request, ClientError> {
    let pairs = path.pairs();
    debug_assert_eq!(pairs.len(), E::PATH.matches('{').count());
    let query = serde_urlencoded::to_string(query).map_err(|e| unwritten("query", E::ID, &e))?;
    let body = match (E::METHOD, body) {
        (Method::Post | Method::Put, Some(body)) => {
            Some(serde_json::to_vec(body).map_err(|e| unwritten("body", E::ID, &e))?)
        }
        _ => None,
    };
    let headers = match body {
        Some(_) => vec![("Content-Type", "application/json".to_owned())],
        None => Vec::new(),
    };
    let address = address::of(&client.base, E::PATH, &pairs, &query)?;
    Ok(Request { method: E::METHOD, address, headers, body, limit: Duration::from_secs(E::SECONDS.into()) })
}

fn unwritten(part: &str, endpoint: &str, error: &dyn std::fmt::Display) -> ClientError {
    ClientError::Decode(format!("the {part} of {endpoint}: {error}"))
}
