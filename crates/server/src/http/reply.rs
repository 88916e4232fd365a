//! A successful answer, with what a few of them carry beside the body.

use actix_web::{
    HttpResponse,
    cookie::Cookie,
    http::{StatusCode, header},
};
use deskwarden_types::{Content, Endpoint};

use super::ApiError;

/// The answer of `E`.
pub struct Reply<E: Endpoint> {
    body: E::Answer,
    cookie: Option<Cookie<'static>>,
}

impl<E: Endpoint> Reply<E> {
    /// This body, with the endpoint's own status.
    pub fn new(body: E::Answer) -> Self {
        Self { body, cookie: None }
    }

    /// Sets a cookie too.
    pub fn with_cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.cookie = Some(cookie);
        self
    }

    /// As actix sends it.
    pub(super) fn into_response(self) -> Result<HttpResponse, ApiError> {
        let status = StatusCode::from_u16(E::STATUS).map_err(ApiError::internal)?;
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(cookie) = self.cookie {
            response.cookie(cookie);
        }
        Ok(match E::CONTENT {
            Content::Nothing => response.finish(),
            Content::Json | Content::Events | Content::Lines => {
                let body = serde_json::to_vec(&self.body).map_err(ApiError::internal)?;
                response.content_type("application/json").body(body)
            }
        })
    }
}
