//! What answers where no endpoint does: the console's files, and its page for its own addresses.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{Method, header},
    web,
};

use super::{embedded, folder};
use crate::{
    http::{ApiError, CONSOLE_POLICY, no_such_address},
    state::State,
};

const PAGE: &str = "index.html";
/// Files under it have their content's hash in their names.
const HASHED_FOLDER: &str = "app/";
/// Addresses that are never the console's.
const NOT_THE_CONSOLE: &[&str] = &["api/", "agent/", "docs/", "health", "ready"];

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Deskwarden</title><h1>Deskwarden</h1>\
    <p>This program was built without the console. Build it with <code>cargo xtask console</code>, then build the \
    server again; or point <code>--console-dir</code> at its folder.</p><p>The API is described at \
    <a href=\"/docs/\">/docs</a>.</p></html>";

/// Serves the console.
pub async fn console(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let name = request.path().trim_start_matches('/').to_owned();
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_ours = !NOT_THE_CONSOLE.iter().any(|start| name.starts_with(start));
    if state.options.no_console || !is_reading || !is_ours {
        return no_such_address(request).await;
    }
    let file = if name.is_empty() { PAGE } else { &name };
    match answer(&request, &state, file).await {
        Some(response) => response,
        // The console's own addresses all load its page; a file that is missing stays missing.
        None if wants_page(&request) && !name.starts_with(HASHED_FOLDER) => {
            match answer(&request, &state, PAGE).await {
                Some(response) => response,
                None => page(HttpResponse::Ok()).body(NOT_BUILT),
            }
        }
        None => no_such_address(request).await,
    }
}

fn wants_page(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

fn page(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response.content_type("text/html; charset=utf-8");
    response.insert_header((header::CACHE_CONTROL, "no-cache"));
    response.insert_header((header::CONTENT_SECURITY_POLICY, CONSOLE_POLICY));
    response
}

async fn answer(request: &HttpRequest, state: &State, name: &str) -> Option<HttpResponse> {
    if let Some(folder) = &state.options.console_dir {
        return match folder::read(folder, name).await {
            Ok(content) => content.map(|content| head(name, None).body(content)),
            Err(error) => Some(ApiError::internal(error).into_response(request)),
        };
    }
    let file = embedded::find(name)?;
    let tag = format!("\"{}\"", file.hash);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)) {
        let mut response = HttpResponse::NotModified();
        response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, caching(name)));
        // The browser puts these headers in the place of those that it has stored.
        response.insert_header((header::CONTENT_SECURITY_POLICY, CONSOLE_POLICY));
        return Some(response.finish());
    }
    let mut response = head(name, Some(tag));
    let accepts = |encoding: &str| accepts(request, encoding);
    Some(match (file.brotli, file.gzip) {
        (Some(brotli), _) if accepts("br") => response.insert_header((header::CONTENT_ENCODING, "br")).body(brotli),
        (_, Some(gzip)) if accepts("gzip") => response.insert_header((header::CONTENT_ENCODING, "gzip")).body(gzip),
        _ => response.insert_header((header::CONTENT_ENCODING, "identity")).body(file.plain),
    })
}

fn accepts(request: &HttpRequest, encoding: &str) -> bool {
    let values = request.headers().get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    let mut offers = values.flat_map(|value| value.split(','));
    offers.any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        name.trim().eq_ignore_ascii_case(encoding) && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn caching(name: &str) -> &'static str {
    if name.starts_with(HASHED_FOLDER) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn head(name: &str, tag: Option<String>) -> HttpResponseBuilder {
    let mut response = page(HttpResponse::Ok());
    response.content_type(content_type(name));
    response.insert_header((header::CACHE_CONTROL, caching(name)));
    response.insert_header((header::VARY, "accept-encoding"));
    if let Some(tag) = tag {
        response.insert_header((header::ETAG, tag));
    }
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
