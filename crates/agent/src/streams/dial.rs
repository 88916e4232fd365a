//! Dialling the server that has the viewer.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use deskwarden_client::{Client, ClientError};
use deskwarden_types::{
    NoArgs, StreamPath,
    agent::{JoinStream, StreamOrder},
};
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};

use super::line::Line;
use crate::{enrol, state::Identity};

/// The server waits so long for an agent; later nobody is there.
const PATIENCE: Duration = Duration::from_secs(10);
/// Servers that are remembered; an installation has a handful.
const MOST_SERVERS: usize = 16;

/// Dials servers with this host's key.
#[derive(Clone)]
pub(crate) struct Dialer(Arc<Inner>);

struct Inner {
    identity: Identity,
    own: Client,
    others: Mutex<BTreeMap<String, Client>>,
}

/// Why there is no line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DialError {
    #[error("the server {0} is not dialled: {1}")]
    Server(String, String),
    #[error("the stream's server: {0}")]
    Client(#[from] ClientError),
    #[error("the stream's server answered with something else than a WebSocket")]
    Answer,
    #[error("the stream's server did not answer within {} s", PATIENCE.as_secs())]
    Silent,
}

impl Dialer {
    /// `own` is the client of the server that this host is enrolled with.
    pub(crate) fn new(identity: Identity, own: Client) -> Self {
        Self(Arc::new(Inner { identity, own, others: Mutex::default() }))
    }

    /// Joins a stream.
    pub(crate) async fn dial(&self, order: &StreamOrder) -> Result<Line, DialError> {
        let client = self.client(order.server.as_deref())?;
        let key = generate_key();
        let joining = client.join::<JoinStream>(StreamPath { id: order.stream_id }, NoArgs {}, &key);
        let joined = tokio::time::timeout(PATIENCE, joining).await.map_err(|_| DialError::Silent)??;
        if joined.accept.as_deref() != Some(derive_accept_key(key.as_bytes()).as_str()) {
            return Err(DialError::Answer);
        }
        Ok(Line::new(joined.bytes))
    }

    fn client(&self, server: Option<&str>) -> Result<Client, DialError> {
        let inner = &*self.0;
        let Some(server) = server.map(|server| server.trim_end_matches('/')).filter(|s| *s != inner.own.base_url())
        else {
            return Ok(inner.own.clone());
        };
        // The key goes nowhere in the clear where it does not already.
        let in_the_clear = enrol::check_server(inner.own.base_url(), false).is_err();
        enrol::check_server(server, in_the_clear).map_err(|why| DialError::Server(server.to_owned(), why))?;
        let mut others = inner.others.lock().unwrap_or_else(PoisonError::into_inner);
        if others.len() >= MOST_SERVERS {
            others.clear();
        }
        let identity = &inner.identity;
        let make = || enrol::client(server, identity.root_certificate.as_deref()).with_token(&identity.key);
        Ok(others.entry(server.to_owned()).or_insert_with(make).clone())
    }
}
