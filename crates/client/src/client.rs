//! The client.

use std::sync::{Arc, PoisonError, RwLock};

use deskwarden_types::{Endpoint, NoArgs, NoBody};
use futures_util::Stream;

use crate::{
    Call, ClientError, stream,
    transport::{Options, Transport},
};

/// Calls one server. Clones share the connection pool and the token.
#[derive(Clone)]
pub struct Client {
    pub(crate) base: Arc<str>,
    pub(crate) transport: Transport,
    token: Arc<RwLock<Option<String>>>,
}

impl Client {
    /// A client of the server at `base_url`, such as `https://desk.example`. In a browser it may be empty:
    /// then the page's own server is called. What is wrong with it shows in the first call.
    pub fn new(base_url: impl AsRef<str>) -> Self {
        Self::with(base_url, Options::default())
    }

    /// A client with [`Options`].
    pub fn with(base_url: impl AsRef<str>, options: Options) -> Self {
        let base: Arc<str> = base_url.as_ref().trim_end_matches('/').into();
        let transport = Transport::new(&base, options);
        Self { base, transport, token: Arc::default() }
    }

    /// The server's address, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// With this bearer token.
    pub fn with_token(self, token: impl Into<String>) -> Self {
        self.set_token(Some(token.into()));
        self
    }

    /// Replaces the bearer token, for every clone and from the next call on.
    pub fn set_token(&self, token: Option<String>) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = token;
    }

    /// The bearer token.
    pub fn token(&self) -> Option<String> {
        self.token.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Calls an endpoint.
    pub async fn call<E: Endpoint>(
        &self,
        path: E::Path,
        query: E::Query,
        body: E::Body,
    ) -> Result<E::Answer, ClientError> {
        self.prepare::<E>(path, query, body).send().await
    }

    /// A call to add headers to before it is sent.
    pub fn prepare<E: Endpoint>(&self, path: E::Path, query: E::Query, body: E::Body) -> Call<'_, E> {
        Call::new(self, path, query, body)
    }

    /// Calls an endpoint that needs nothing.
    pub async fn get<E>(&self) -> Result<E::Answer, ClientError>
    where
        E: Endpoint<Path = NoArgs, Query = NoArgs, Body = NoBody>,
    {
        self.call::<E>(NoArgs {}, NoArgs {}, NoBody {}).await
    }

    /// Calls an endpoint that needs a body alone.
    pub async fn send<E>(&self, body: E::Body) -> Result<E::Answer, ClientError>
    where
        E: Endpoint<Path = NoArgs, Query = NoArgs>,
    {
        self.call::<E>(NoArgs {}, NoArgs {}, body).await
    }

    /// Joins a WebSocket: sends its `Sec-WebSocket-Key`, and gives the connection for whoever speaks the rest. The caller
    /// limits the time and checks what the server made of the key.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn join<E: Endpoint<Body = NoBody>>(
        &self,
        path: E::Path,
        query: E::Query,
        key: &str,
    ) -> Result<crate::Joined, ClientError> {
        let mut request = crate::call::request::<E>(self, &path, &query, None)?;
        self.sign(&mut request);
        crate::transport::join(&self.transport, request, key).await
    }

    /// Follows a stream (`Content::Events` or `Content::Lines`). It opens when first polled, with the token of
    /// this moment; it ends after an error and when the server closes it, and dropping it closes it.
    pub fn stream<E: Endpoint>(
        &self,
        path: E::Path,
        query: E::Query,
        last_event_id: Option<String>,
    ) -> impl Stream<Item = Result<E::Answer, ClientError>> + Unpin + use<E> {
        stream::open::<E>(self, path, query, last_event_id)
    }
}

impl std::fmt::Debug for Client {
    // Without the token: a client may end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}
