//! One call, before it is sent.

use deskwarden_types::{Endpoint, Method, PathArgs};

use crate::{Client, ClientError, address, answer, transport};

/// What a transport sends.
pub(crate) struct Request {
    pub method: Method,
    pub address: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Vec<u8>>,
}

/// One call; send it with [`Call::send`].
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'c, E: Endpoint> {
    client: &'c Client,
    path: E::Path,
    query: E::Query,
    body: E::Body,
    headers: Vec<(&'static str, String)>,
}

impl<'c, E: Endpoint> Call<'c, E> {
    pub(crate) fn new(client: &'c Client, path: E::Path, query: E::Query, body: E::Body) -> Self {
        Self { client, path, query, body, headers: Vec::new() }
    }

    /// The same key sent twice acts once.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.headers.push(("Idempotency-Key", key.into()));
        self
    }

    /// Sends it and reads the answer.
    pub async fn send(self) -> Result<E::Answer, ClientError> {
        let client = self.client;
        let request = self.request()?;
        let (head, body) = transport::whole(&client.transport, request).await?;
        answer::read::<E>(&head, &body)
    }

    fn request(self) -> Result<Request, ClientError> {
        request::<E>(self.client, &self.path, &self.query, Some(&self.body), self.headers)
    }
}

/// Puts a request together. GET and DELETE have no body, whatever their type says.
pub(crate) fn request<E: Endpoint>(
    client: &Client,
    path: &E::Path,
    query: &E::Query,
    body: Option<&E::Body>,
    mut headers: Vec<(&'static str, String)>,
) -> Result<Request, ClientError> {
    debug_assert_eq!(path.pairs().len(), E::PATH.matches('{').count());
    let address = address::of::<E>(&client.base, path, query)?;
    if let Some(token) = client.token() {
        headers.push(("Authorization", format!("Bearer {token}")));
    }
    let body = match (E::METHOD, body) {
        (Method::Post | Method::Put, Some(body)) => {
            headers.push(("Content-Type", "application/json".to_owned()));
            let json = serde_json::to_vec(body);
            Some(json.map_err(|e| ClientError::Decode(format!("the body of {}: {e}", E::ID)))?)
        }
        _ => None,
    };
    Ok(Request { method: E::METHOD, address, headers, body })
}
