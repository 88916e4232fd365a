//! Answers that go on and on.

use std::collections::VecDeque;

use deskwarden_types::{Content, Endpoint};
use futures_util::stream::{self, Stream};

use crate::{
    Client, ClientError, answer,
    call::{self, Request},
    text::Documents,
    transport,
};

/// Where a stream is.
enum State {
    /// Not asked for yet.
    Start(Result<Box<Request>, ClientError>),
    /// Open.
    Open { chunks: transport::Chunks, documents: Documents, ready: VecDeque<Vec<u8>> },
    /// Over, in good order or not.
    Over,
}

/// Opens a stream when it is first polled. Ends after the first error, and when the server closes it.
pub(crate) fn open<E: Endpoint>(
    client: &Client,
    path: E::Path,
    query: E::Query,
    last_event_id: Option<String>,
) -> impl Stream<Item = Result<E::Answer, ClientError>> + Unpin + use<E> {
    let accept = if E::CONTENT == Content::Events { "text/event-stream" } else { "application/jsonl" };
    let mut headers = vec![("Accept", accept.to_owned())];
    headers.extend(last_event_id.map(|id| ("Last-Event-ID", id)));
    let request = call::request::<E>(client, &path, &query, None).map(|mut request| {
        request.headers.append(&mut headers);
        client.sign(&mut request);
        Box::new(request)
    });
    let start = State::Start(request);
    let transport = client.transport.clone();
    Box::pin(stream::unfold((transport, start), |(transport, state)| async move {
        let (item, state) = next::<E>(&transport, state).await?;
        Some((item, (transport, state)))
    }))
}

/// The next document and where the stream is after it.
async fn next<E: Endpoint>(
    transport: &transport::Transport,
    mut state: State,
) -> Option<(Result<E::Answer, ClientError>, State)> {
    loop {
        state = match state {
            State::Over => return None,
            State::Start(Err(error)) => return Some((Err(error), State::Over)),
            State::Start(Ok(request)) => match transport::open(transport, *request).await {
                Err(error) => return Some((Err(error), State::Over)),
                Ok(chunks) => State::Open { chunks, documents: Documents::new(E::CONTENT), ready: VecDeque::new() },
            },
            State::Open { mut chunks, mut documents, mut ready } => {
                if let Some(json) = ready.pop_front() {
                    return Some((answer::item::<E>(&json), State::Open { chunks, documents, ready }));
                }
                match chunks.next().await {
                    None => return None,
                    Some(Err(error)) => return Some((Err(error), State::Over)),
                    Some(Ok(chunk)) => match documents.push(&chunk) {
                        Ok(whole) => {
                            ready.extend(whole);
                            State::Open { chunks, documents, ready }
                        }
                        Err(_) => {
                            let error = ClientError::Decode(format!("{}: a line without an end", E::ID));
                            return Some((Err(error), State::Over));
                        }
                    },
                }
            }
        };
    }
}
