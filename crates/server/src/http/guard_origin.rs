//! Pages from elsewhere: those on the allow-list may use the API (CORS), all others are refused.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, Uri,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web,
};
use deskwarden_types::ErrorCode;

use super::{ApiError, REQUEST_ID, called_host};
use crate::state::State;

const METHODS: &str = "GET, POST, PUT, DELETE";
const HEADERS: &str = "authorization, content-type, idempotency-key, if-none-match, last-event-id, x-request-id";

/// Answers preflights, and refuses pages that are not on the list.
pub async fn guard_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    if is_own(&request, &origin) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let state = request.app_data::<web::Data<State>>().cloned();
    let allowed =
        state.is_some_and(|state| state.options.allow_origins.iter().any(|o| o.as_bytes() == origin.as_bytes()));
    if !allowed {
        let detail = "The server's operator can allow it with --allow-origin, or, where it is the server's own address \
            behind a proxy, name it with --public-url.";
        let refused = ApiError::new(ErrorCode::OriginNotAllowed, detail).into_response(request.request());
        return Ok(request.into_response(refused).map_into_right_body());
    }
    if request.method() == Method::OPTIONS {
        let mut response = HttpResponse::NoContent();
        response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS));
        response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS));
        response.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
        let mut response = request.into_response(response.finish());
        allow(response.headers_mut(), origin);
        return Ok(response.map_into_right_body());
    }
    let mut response = next.call(request).await?;
    allow(response.headers_mut(), origin);
    Ok(response.map_into_left_body())
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    let exposed = format!("{REQUEST_ID}, content-disposition, etag, retry-after");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    if let Ok(exposed) = HeaderValue::from_str(&exposed) {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}

/// Whether the page came from this very server, by the name that the browser called it.
fn is_own(request: &ServiceRequest, origin: &HeaderValue) -> bool {
    let Some(origin) = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok()) else {
        return false;
    };
    let Some(authority) = origin.authority() else {
        return false;
    };
    let Some(state) = request.app_data::<web::Data<State>>() else {
        return false;
    };
    let public = state.options.public_url.as_deref().and_then(|url| url.parse::<Uri>().ok());
    let called = called_host(request.request(), &state.options.trusted_proxies);
    called.is_some_and(|host| host.eq_ignore_ascii_case(authority.as_str()))
        || public.is_some_and(|url| url.authority() == Some(authority) && url.scheme() == origin.scheme())
}
