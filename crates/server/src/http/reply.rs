//! A successful answer, with what a few of them carry beside the body.

use std::hash::{Hash, Hasher};

use actix_web::{
    HttpResponse,
    cookie::Cookie,
    http::{StatusCode, header},
};
use deskwarden_types::{Content, Endpoint};
use xxhash_rust::xxh3::Xxh3;

use super::ApiError;

/// Bytes that a body needs at least, mostly.
const USUAL: usize = 512;

/// The answer of `E`.
pub struct Reply<E: Endpoint> {
    body: Body<E::Answer>,
    cookie: Option<Cookie<'static>>,
    tag: Option<Tag>,
    /// The caller has it already.
    known: bool,
    status: u16,
    /// Bytes that the body will need, more or less.
    size: usize,
}

enum Body<T> {
    Value(T),
    /// As JSON.
    Written(Vec<u8>),
}

/// What an answer is told apart by: an `ETag`, of values instead of their text, which would be written twice.
#[derive(Debug)]
pub struct Tag(String);

impl Tag {
    /// Of what is steady in an answer, apart from what the clock alone moves; hence a weak one.
    pub fn of(steady: &impl Hash) -> Self {
        let mut hasher = Xxh3::new();
        steady.hash(&mut hasher);
        Self(format!("W/\"{:016x}\"", hasher.finish()))
    }
}

impl<E: Endpoint> Reply<E> {
    /// This body, with the endpoint's own status.
    pub fn new(body: E::Answer) -> Self {
        Self::of(Body::Value(body))
    }

    /// This JSON, which is that of an answer of `E`: where it can be written sooner than its value could be made.
    pub fn written(json: Vec<u8>) -> Self {
        Self::of(Body::Written(json))
    }

    fn of(body: Body<E::Answer>) -> Self {
        Self { body, cookie: None, tag: None, known: false, status: E::STATUS, size: USUAL }
    }

    /// Sets a cookie too.
    pub fn with_cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.cookie = Some(cookie);
        self
    }

    /// Gives it an `ETag`. A caller who knows it (`If-None-Match`) gets 304 and no body.
    pub fn with_tag(mut self, tag: Tag, if_none_match: Option<&str>) -> Self {
        self.known = if_none_match.is_some_and(|known| has_tag(known, &tag.0));
        self.tag = Some(tag);
        self
    }

    /// So many bytes are made ready for the body.
    pub fn with_size(mut self, bytes: usize) -> Self {
        self.size = bytes;
        self
    }

    /// Another status of success than the endpoint's own; the description names it.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// As actix sends it.
    pub(super) fn into_response(self) -> Result<HttpResponse, ApiError> {
        let status = StatusCode::from_u16(self.status).map_err(ApiError::internal)?;
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(cookie) = self.cookie {
            response.cookie(cookie);
        }
        if let Some(tag) = self.tag {
            response.insert_header((header::ETAG, tag.0));
            if self.known {
                response.status(StatusCode::NOT_MODIFIED);
                return Ok(response.finish());
            }
        }
        Ok(match E::CONTENT {
            // A file's handler writes its own response.
            Content::Nothing | Content::File => response.finish(),
            Content::Json | Content::Events | Content::Lines => {
                let body = match self.body {
                    Body::Written(json) => json,
                    Body::Value(value) => {
                        let mut json = Vec::with_capacity(self.size);
                        serde_json::to_writer(&mut json, &value).map_err(ApiError::internal)?;
                        json
                    }
                };
                response.content_type("application/json").body(body)
            }
        })
    }
}

/// Whether an `If-None-Match` names the tag; both are compared as weak ones.
fn has_tag(known: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.split(',').any(|known| known.trim() == "*" || opaque(known) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::has_tag;

    #[test]
    fn tags_are_compared_as_weak_ones() {
        for known in ["W/\"a\"", "\"a\"", "\"b\", W/\"a\"", "*", " \"a\" "] {
            assert!(has_tag(known, "W/\"a\""), "{known}");
        }
        for other in ["", "a", "\"b\"", "W/\"A\""] {
            assert!(!has_tag(other, "W/\"a\""), "{other}");
        }
    }
}
