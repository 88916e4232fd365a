//! A request that wants to become a WebSocket.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderName, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
    web,
};
use actix_ws::{MessageStream, Session};
use deskwarden_types::ErrorCode;

use super::ApiError;

/// The largest message that is taken, in bytes.
const LARGEST: usize = 256 * 1024;
/// What viewers offer, where they offer anything: bytes as they are.
const PROTOCOLS: &[&str] = &["binary"];

/// The request, before it is answered.
pub struct Upgrade {
    request: HttpRequest,
    payload: web::Payload,
}

impl Upgrade {
    pub(super) fn new(request: HttpRequest, payload: web::Payload) -> Self {
        Self { request, payload }
    }

    /// Refuses what is no WebSocket's first request, before anything is used up.
    pub fn check(&self) -> Result<(), ApiError> {
        let says = |name: HeaderName, wanted: &str| {
            let value = self.request.headers().get(name).and_then(|value| value.to_str().ok());
            value.is_some_and(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(wanted)))
        };
        let has_key = self.request.headers().contains_key(SEC_WEBSOCKET_KEY);
        if says(UPGRADE, "websocket") && says(SEC_WEBSOCKET_VERSION, "13") && has_key {
            return Ok(());
        }
        Err(ApiError::new(ErrorCode::InvalidBody, "This address takes WebSockets, of version 13."))
    }

    /// Becomes a WebSocket: the answer, what sends, and what receives.
    pub fn accept(self) -> Result<(HttpResponse, Session, MessageStream), ApiError> {
        let (response, session, messages) = actix_ws::handle_with_protocols(&self.request, self.payload, PROTOCOLS)
            .map_err(|error| ApiError::internal(error.to_string()))?;
        Ok((response, session, messages.max_frame_size(LARGEST)))
    }
}
