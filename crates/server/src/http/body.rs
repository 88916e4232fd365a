//! From bytes and texts to types, with errors that name the field.

use std::time::Duration;

use actix_web::{HttpRequest, web};
use bytes::BytesMut;
use deskwarden_types::{ErrorCode, NoArgs};
use futures_util::StreamExt;
use serde::{de::DeserializeOwned, de::value::MapDeserializer};
use utoipa::IntoParams;

use super::ApiError;

/// The largest body, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// What serde says of a wrong form. All else comes from our own checks of a value.
const FORM_ERRORS: &[&str] = &[
    "invalid type",
    "invalid value",
    "invalid length",
    "unknown variant",
    "unknown field",
    "missing field",
    "duplicate field",
    "data did not match",
    "EOF",
    "expected",
    "trailing",
];

/// For so long a body may be on its way.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Reads the whole body, up to [`BODY_LIMIT`] and for at most 30 s.
pub async fn read_body(request: &HttpRequest, payload: &mut web::Payload) -> Result<BytesMut, ApiError> {
    let too_slow = |_| ApiError::new(ErrorCode::InvalidBody, "The body did not arrive within 30 seconds.");
    tokio::time::timeout(BODY_TIME, read_all(request, payload)).await.map_err(too_slow)?
}

async fn read_all(request: &HttpRequest, payload: &mut web::Payload) -> Result<BytesMut, ApiError> {
    let too_large = || ApiError::new(ErrorCode::BodyTooLarge, "A body may have 1 MiB. Send less at once.");
    let announced = request.headers().get("content-length").and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT as u64) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let cut_off = "The body broke off before its end, or its encoding cannot be read.";
        let chunk = chunk.map_err(|error| ApiError::new(ErrorCode::InvalidBody, cut_off).with_cause(error))?;
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads a JSON body.
pub fn parse_body<T: DeserializeOwned>(request: &HttpRequest, body: &[u8]) -> Result<T, ApiError> {
    let invalid = |detail: String| ApiError::new(ErrorCode::InvalidBody, detail);
    let kind = request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(invalid("Send the body as JSON, with Content-Type: application/json.".to_owned()));
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| invalid(format!("The body is not UTF-8: the byte at {} is wrong.", error.valid_up_to())))?;
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    // Once more, with an eye on the way to what is wrong: that takes twice as long.
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        // Neither the document as a whole nor a place that nobody could name.
        refuse(error.inner().to_string(), (field != "." && field != "?").then_some(field), ErrorCode::InvalidBody)
    })?;
    json.end().map_err(|error| invalid(format!("Something stands after the JSON document: {error}.")))?;
    Ok(value)
}

/// Reads the query string; a parameter that the endpoint does not have is an error.
pub fn parse_query<T: DeserializeOwned + IntoParams + 'static>(query: &str) -> Result<T, ApiError> {
    let invalid = |detail: &str| ApiError::new(ErrorCode::InvalidQuery, detail);
    if percent_encoding::percent_decode_str(query).decode_utf8().is_err() {
        return Err(invalid("The query is not UTF-8."));
    }
    if !query.is_empty() {
        let known: Vec<String> = T::into_params(|| None).into_iter().map(|parameter| parameter.name).collect();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
            .map_err(|error| invalid("The query cannot be read.").with_cause(error))?;
        if let Some((name, _)) = pairs.iter().find(|(name, _)| !known.contains(name)) {
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(invalid(&format!("There is no such parameter; there are: {known}.")).with_field(name));
        }
    }
    let query = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(query).map_err(|error| {
        let field = error.path().to_string();
        let detail = sentence(&error.inner().to_string());
        let error = invalid(&detail);
        if field == "." { error } else { error.with_field(field) }
    })
}

/// Reads the parameters of the path.
pub fn parse_path<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, ApiError> {
    let values = MapDeserializer::<_, serde::de::value::Error>::new(request.match_info().iter());
    T::deserialize(values).map_err(|error| ApiError::new(ErrorCode::InvalidPath, sentence(&error.to_string())))
}

/// Whether `T` is a type without any content, for which nothing has to be sent.
pub fn is_nothing<T: 'static>() -> bool {
    let id = std::any::TypeId::of::<T>();
    id == std::any::TypeId::of::<deskwarden_types::NoBody>() || id == std::any::TypeId::of::<NoArgs>()
}

/// A wrong form is `otherwise`; a value that our own checks refuse is `invalid_field`.
fn refuse(message: String, field: Option<String>, otherwise: ErrorCode) -> ApiError {
    let is_form = FORM_ERRORS.iter().any(|start| message.starts_with(start)) || message.contains("while parsing");
    let code = match &field {
        _ if is_form => otherwise,
        Some(field) if field == "reason" => ErrorCode::ReasonRequired,
        Some(_) => ErrorCode::InvalidField,
        None => otherwise,
    };
    // Where the field is named, its place in the text says nothing more.
    let message = match &field {
        Some(_) => message.split(" at line ").next().unwrap_or_default(),
        None => message.as_str(),
    };
    let error = ApiError::new(code, sentence(message));
    match field {
        Some(field) => error.with_field(field),
        None => error,
    }
}

/// A message with a capital at the start and a full stop at the end, and not endless.
pub fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first: String = characters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let rest: String = characters.take(400).collect();
    format!("{first}{}.", rest.trim_end_matches('.'))
}
