//! Answers that go on: server-sent events and JSON Lines.

use std::convert::Infallible;

use actix_web::{HttpResponse, http::StatusCode, http::header};
use bytes::Bytes;
use deskwarden_types::{Content, Endpoint};
use futures_util::{Stream, StreamExt};
use serde::Serialize;

/// One item of a stream.
#[derive(Debug, Clone)]
pub enum Item<A> {
    /// An item to be written.
    Data {
        /// From where to resume, with server-sent events.
        id: Option<i64>,
        /// The item.
        data: A,
    },
    /// An item that [`write_event`] has written already, once for many readers.
    Written(Bytes),
}

impl<A> Item<A> {
    /// An item that can't be resumed from.
    pub fn plain(data: A) -> Self {
        Self::Data { id: None, data }
    }
}

/// Sends items as they come, each at once.
pub fn stream_response<E, S>(items: S) -> HttpResponse
where
    E: Endpoint,
    S: Stream<Item = Item<E::Answer>> + 'static,
{
    let is_lines = E::CONTENT == Content::Lines;
    let content_type = if is_lines { "application/jsonl" } else { "text/event-stream" };
    let mut response = HttpResponse::build(StatusCode::from_u16(E::STATUS).unwrap_or(StatusCode::OK));
    response.content_type(content_type);
    // Neither a proxy nor our own compression may gather what is to arrive now.
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header((header::CONTENT_ENCODING, "identity"));
    response.insert_header(("x-accel-buffering", "no"));
    response.streaming(items.filter_map(move |item| {
        let bytes = match item {
            Item::Data { data, .. } if is_lines => line(&data),
            Item::Data { id, data } => write_event(id, &data),
            Item::Written(bytes) => Some(bytes),
        };
        if bytes.is_none() {
            tracing::error!(endpoint = E::ID, "an item of a stream could not be written");
        }
        std::future::ready(bytes.map(Ok::<Bytes, Infallible>))
    }))
}

fn line<A: Serialize>(data: &A) -> Option<Bytes> {
    let mut text = serde_json::to_vec(data).ok()?;
    text.push(b'\n');
    Some(text.into())
}

/// A server-sent event, as it is sent; none where the item cannot be written.
pub fn write_event<A: Serialize>(id: Option<i64>, data: &A) -> Option<Bytes> {
    let data = serde_json::to_string(data).ok()?;
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    Some(format!("{id}data: {data}\n\n").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_one_line_or_one_event() {
        assert_eq!(line(&"a\nb").unwrap(), "\"a\\nb\"\n");
        assert_eq!(write_event(Some(7), &"a\nb").unwrap(), "id: 7\ndata: \"a\\nb\"\n\n");
        assert_eq!(write_event(None, &1).unwrap(), "data: 1\n\n");
    }
}
