//! Each request has an id: the caller's, if it brought a sane one, else a new one.

use actix_web::{
    HttpMessage, HttpRequest,
    dev::ServiceRequest,
    http::header::{HeaderMap, HeaderName},
};

/// The header that carries it, in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from outside.
const LONGEST: usize = 64;

#[derive(Clone)]
struct RequestId(String);

/// The request's id; empty only where no middleware ran.
pub fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// Gives the request its id.
pub fn give_request_id(request: &ServiceRequest) -> String {
    let id = brought(request.headers()).unwrap_or_else(fresh);
    request.extensions_mut().insert(RequestId(id.clone()));
    id
}

/// What the caller brought, unless it could confuse whoever reads the log.
fn brought(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(REQUEST_ID)?.to_str().ok()?;
    let sane = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let fits = (1..=LONGEST).contains(&text.len()) && text.chars().all(sane);
    fits.then(|| text.to_owned())
}

/// 16 random bytes. Without a source of randomness there is no id, and nothing else works either.
fn fresh() -> String {
    let mut bytes = [0; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => crate::auth::hex(&bytes),
        Err(_) => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn only_sane_ids_are_taken() {
        let of = |text: &'static [u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_bytes(text).unwrap());
            brought(&headers)
        };
        assert_eq!(of(b"abc-1.2_Z").as_deref(), Some("abc-1.2_Z"));
        for bad in [&b""[..], b"a b", b"a\xffb", b"<script>", &[b'a'; 65]] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
        assert_eq!(brought(&HeaderMap::new()), None);
        assert_ne!(fresh(), fresh());
    }
}
