//! One log line per request: method, route, status, milliseconds, user. Never a token, a query or a body.

use std::time::Instant;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderValue,
    middleware::Next,
};
use tracing::{Instrument, field::Empty};

use super::{REQUEST_ID, give_request_id};

/// Gives the request its id, and a span that every log line of it stands in.
pub async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let id = give_request_id(&request);
    let span = tracing::info_span!("request", %id, method = %request.method(), user = Empty, agent = Empty);
    let mut response = next.call(request).instrument(span.clone()).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let _entered = span.enter();
    // Without one: a file of the console, or nothing at all.
    let route = response.request().match_pattern().unwrap_or_else(|| "-".to_owned());
    let status = response.status().as_u16();
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    // What watches the server asks often; what it is told is seldom of interest.
    match route.as_str() {
        "/health" | "/ready" if status < 400 => tracing::debug!(route, status, ms, "answered"),
        _ => tracing::info!(route, status, ms, "answered"),
    }
    Ok(response)
}
