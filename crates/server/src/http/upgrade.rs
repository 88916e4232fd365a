//! A request that wants to become a WebSocket.

use actix_http::ws::handshake;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderName, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use deskwarden_types::ErrorCode;

use super::{
    ApiError,
    socket::{Opening, Receiver, Sender},
};

/// The largest message that is taken, in bytes.
const LARGEST: usize = 256 * 1024;
/// What viewers offer, where they offer anything: bytes as they are.
const PROTOCOL: &str = "binary";

/// The request, before it is answered.
pub struct Upgrade {
    request: HttpRequest,
}

impl Upgrade {
    pub(super) fn new(request: HttpRequest) -> Self {
        Self { request }
    }

    /// Refuses what is no WebSocket's first request, before anything is used up.
    pub fn check(&self) -> Result<(), ApiError> {
        let has_key = self.request.headers().contains_key(SEC_WEBSOCKET_KEY);
        if self.says(UPGRADE, "websocket") && self.says(SEC_WEBSOCKET_VERSION, "13") && has_key {
            return Ok(());
        }
        Err(ApiError::new(ErrorCode::InvalidBody, "This address takes WebSockets, of version 13."))
    }

    /// Becomes a WebSocket: the answer, what sends, and what receives. Either waits until the answer is out.
    pub fn accept(self) -> Result<(HttpResponse, Sender, Receiver), ApiError> {
        let mut answer = handshake(self.request.head()).map_err(|error| ApiError::internal(error.to_string()))?;
        if self.says(SEC_WEBSOCKET_PROTOCOL, PROTOCOL) {
            answer.insert_header((SEC_WEBSOCKET_PROTOCOL, PROTOCOL));
        }
        let (opening, sender, receiver) = Opening::new(LARGEST).map_err(ApiError::internal)?;
        let mut answer = HttpResponse::from(answer.finish().map_into_boxed_body());
        answer.extensions_mut().insert(opening);
        Ok((answer, sender, receiver))
    }

    fn says(&self, name: HeaderName, wanted: &str) -> bool {
        let mut values = self.request.headers().get_all(name).filter_map(|value| value.to_str().ok());
        values.any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(wanted)))
    }
}
