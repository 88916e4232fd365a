//! Answers that go on: server-sent events and JSON Lines.

use std::convert::Infallible;

use actix_web::{HttpResponse, http::StatusCode, http::header};
use bytes::Bytes;
use deskwarden_types::{Content, Endpoint};
use futures_util::{Stream, StreamExt};
use serde::Serialize;

/// One item of a stream.
#[derive(Debug, Clone)]
pub struct Item<A> {
    /// From where to resume, with server-sent events.
    pub id: Option<i64>,
    /// The item.
    pub data: A,
}

impl<A> Item<A> {
    /// An item that can't be resumed from.
    pub fn plain(data: A) -> Self {
        Self { id: None, data }
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
        let bytes = if is_lines { line(&item) } else { event(&item) };
        if bytes.is_none() {
            tracing::error!(endpoint = E::ID, "an item of a stream could not be written");
        }
        std::future::ready(bytes.map(Ok::<Bytes, Infallible>))
    }))
}

fn line<A: Serialize>(item: &Item<A>) -> Option<Bytes> {
    let mut text = serde_json::to_vec(&item.data).ok()?;
    text.push(b'\n');
    Some(text.into())
}

fn event<A: Serialize>(item: &Item<A>) -> Option<Bytes> {
    let data = serde_json::to_string(&item.data).ok()?;
    let id = item.id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    Some(format!("{id}data: {data}\n\n").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_one_line_or_one_event() {
        let item = Item { id: Some(7), data: "a\nb" };
        assert_eq!(line(&item).unwrap(), "\"a\\nb\"\n");
        assert_eq!(event(&item).unwrap(), "id: 7\ndata: \"a\\nb\"\n\n");
        assert_eq!(event(&Item::plain(1)).unwrap(), "data: 1\n\n");
    }
}
