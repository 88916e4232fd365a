//! A successful answer, with what a few of them carry beside the body.

use actix_web::{
    HttpResponse,
    cookie::Cookie,
    http::{StatusCode, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use deskwarden_types::{Content, Endpoint};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::ApiError;

/// Bytes of the hash that a tag shows.
const TAG: usize = 18;

/// The answer of `E`.
pub struct Reply<E: Endpoint> {
    body: E::Answer,
    cookie: Option<Cookie<'static>>,
    tag: Option<Tag>,
    status: u16,
}

/// What an answer is told apart by.
struct Tag {
    text: String,
    /// The caller has it already.
    known: bool,
}

impl<E: Endpoint> Reply<E> {
    /// This body, with the endpoint's own status.
    pub fn new(body: E::Answer) -> Self {
        Self { body, cookie: None, tag: None, status: E::STATUS }
    }

    /// Sets a cookie too.
    pub fn with_cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.cookie = Some(cookie);
        self
    }

    /// Gives it an `ETag` of what is `steady` in it, apart from what the clock alone moves; hence a weak one. A caller who
    /// knows it (`If-None-Match`) gets 304 and no body.
    pub fn with_tag(mut self, steady: &impl Serialize, if_none_match: Option<&str>) -> Result<Self, ApiError> {
        let hash = Sha256::digest(serde_json::to_vec(steady).map_err(ApiError::internal)?);
        let short = hash.get(..TAG).unwrap_or_default();
        let text = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(short));
        let known = if_none_match.is_some_and(|known| has_tag(known, &text));
        self.tag = Some(Tag { text, known });
        Ok(self)
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
            response.insert_header((header::ETAG, tag.text));
            if tag.known {
                response.status(StatusCode::NOT_MODIFIED);
                return Ok(response.finish());
            }
        }
        Ok(match E::CONTENT {
            // A file's handler writes its own response.
            Content::Nothing | Content::File => response.finish(),
            Content::Json | Content::Events | Content::Lines => {
                let body = serde_json::to_vec(&self.body).map_err(ApiError::internal)?;
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
