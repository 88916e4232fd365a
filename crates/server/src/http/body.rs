//! From bytes and texts to types, with errors that name the field.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
    time::Duration,
};

use actix_web::{HttpRequest, web};
use bytes::BytesMut;
use deskwarden_types::{ErrorCode, NoArgs, api::SessionSelection};
use futures_util::StreamExt;
use serde::{
    Deserializer,
    de::{DeserializeOwned, value::MapDeserializer},
};
use utoipa::IntoParams;

use super::{ApiError, strict::Strict};
use crate::openapi::Api;

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

/// Reads a JSON body. Agents may be newer than the server and say more than it knows; people and scripts are told of
/// what would be passed over.
pub fn parse_body<T: DeserializeOwned>(api: Api, request: &HttpRequest, body: &[u8]) -> Result<T, ApiError> {
    let invalid = |detail: String| ApiError::new(ErrorCode::InvalidBody, detail);
    let header = request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = header.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let sent = if kind.is_empty() { "has no Content-Type" } else { "has another Content-Type" };
        let detail = format!("The body {sent}; send JSON with Content-Type: application/json (curl: -H or --json).");
        return Err(invalid(detail).with_field("Content-Type"));
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| invalid(format!("The body is not UTF-8: the byte at {} is wrong.", error.valid_up_to())))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let value = match api {
        Api::People => T::deserialize(Strict(&mut json)),
        Api::Agents => T::deserialize(&mut json),
    };
    if let Ok(value) = value
        && json.end().is_ok()
    {
        return Ok(value);
    }
    // Once more, with an eye on the way to what is wrong: that takes twice as long.
    let mut json = serde_json::Deserializer::from_str(text);
    let value = match api {
        Api::People => with_path(Strict(&mut json)),
        Api::Agents => with_path(&mut json),
    }?;
    json.end().map_err(|error| invalid(format!("Something stands after the JSON document: {error}.")))?;
    Ok(value)
}

fn with_path<'de, T: DeserializeOwned>(json: impl Deserializer<'de, Error = serde_json::Error>) -> Result<T, ApiError> {
    serde_path_to_error::deserialize(json).map_err(|error| {
        let field = error.path().to_string();
        // Neither the document as a whole nor a place that nobody could name.
        refuse(error.inner().to_string(), (field != "." && field != "?").then_some(field), ErrorCode::InvalidBody)
    })
}

/// What is not known, a `field` or a `variant`, and those that are, out of what serde says of it.
fn unknown<'a>(what: &str, message: &'a str) -> Option<(&'a str, Vec<&'a str>)> {
    let rest = message.strip_prefix("unknown ")?.strip_prefix(what)?.strip_prefix(" `")?;
    let (name, known) = rest.rsplit_once("`, expected ").or_else(|| rest.rsplit_once("`, there are "))?;
    Some((name, known.split('`').skip(1).step_by(2).collect()))
}

/// A word that is not among those that fit, and all that do.
fn unknown_word(message: &str) -> Option<String> {
    let (word, known) = unknown("variant", message)?;
    let word: String = word.chars().take(100).collect();
    Some(format!("{word:?} is none of the words that fit; there are: {}.", known.join(", ")))
}

fn refuse_member(name: &str, known: &[&str], inside: Option<&str>) -> ApiError {
    let name: String = name.chars().take(100).collect();
    let there = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let mut detail = format!("There is no such member; there are: {there}.");
    let selects = serde_json::to_string(&name).and_then(|name| serde_json::from_str(&format!("{{{name}:null}}")));
    let place = known.iter().find(|known| ["selection", "matching"].contains(known));
    if let (Ok(SessionSelection { .. }), Some(place)) = (selects, place) {
        detail.push_str(&format!(" {name} stands in {place}: {{\"{place}\": {{\"{name}\": …}}}}."));
    }
    // The name itself is a part of the way that nobody could name.
    let inside = inside.unwrap_or_default().trim_end_matches('?').trim_end_matches('.');
    let field = if inside.is_empty() { name } else { format!("{inside}.{name}") };
    ApiError::new(ErrorCode::InvalidBody, detail).with_field(field)
}

/// The names of a query's parameters. Kept by type: utoipa gives them with their descriptions, which takes longer than
/// most of what a request is otherwise read by.
fn parameters<T: IntoParams + 'static>() -> Arc<[String]> {
    static KNOWN: LazyLock<RwLock<HashMap<TypeId, Arc<[String]>>>> = LazyLock::new(RwLock::default);
    let id = TypeId::of::<T>();
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
    known.unwrap_or_else(|| {
        let names: Arc<[String]> = T::into_params(|| None).into_iter().map(|parameter| parameter.name).collect();
        KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(id, names.clone());
        names
    })
}

/// Reads the query string; a parameter that the endpoint does not have is an error.
pub fn parse_query<T: DeserializeOwned + IntoParams + 'static>(query: &str) -> Result<T, ApiError> {
    let invalid = |detail: &str| ApiError::new(ErrorCode::InvalidQuery, detail);
    if percent_encoding::percent_decode_str(query).decode_utf8().is_err() {
        return Err(invalid("The query is not UTF-8."));
    }
    if !query.is_empty() {
        let known = parameters::<T>();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
            .map_err(|error| invalid("The query cannot be read.").with_cause(error))?;
        if let Some((name, _)) = pairs.iter().find(|(name, _)| !known.contains(name)) {
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(invalid(&format!("There is no such parameter; there are: {known}.")).with_field(name));
        }
        let twice =
            |(place, (name, _)): &(usize, &(String, String))| pairs.iter().take(*place).any(|(other, _)| other == name);
        if let Some((_, (name, _))) = pairs.iter().enumerate().find(twice) {
            return Err(invalid("This parameter is there twice; give it once.").with_field(name));
        }
    }
    let query = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(query).map_err(|error| {
        let field = error.path().to_string();
        let message = error.inner().to_string();
        let detail = unknown_word(&message).unwrap_or_else(|| sentence(number_in_words(&message)));
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
    let id = TypeId::of::<T>();
    id == TypeId::of::<deskwarden_types::NoBody>() || id == TypeId::of::<NoArgs>()
}

/// A wrong form is `otherwise`; a value that our own checks refuse is `invalid_field`.
fn refuse(message: String, field: Option<String>, otherwise: ErrorCode) -> ApiError {
    if let Some((name, known)) = unknown("field", &message) {
        return refuse_member(name, &known, field.as_deref());
    }
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
    let error = ApiError::new(code, unknown_word(message).unwrap_or_else(|| sentence(message)));
    match field {
        Some(field) => error.with_field(field),
        None => error,
    }
}

/// What Rust says of a number that it cannot read, in our words.
fn number_in_words(message: &str) -> &str {
    match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => "this takes a whole number",
        "number too large to fit in target type" => "this number is too large",
        "number too small to fit in target type" => "this number is too small",
        "provided string was not `true` or `false`" => "this is true or false",
        other => other,
    }
}

/// A message with a capital at the start and a full stop at the end, and not endless.
pub fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first: String = characters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let rest: String = characters.take(400).collect();
    format!("{first}{}.", rest.trim_end_matches('.'))
}
