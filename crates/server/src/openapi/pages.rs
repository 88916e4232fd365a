//! The descriptions over HTTP, and pages to read and try them: `/docs`, from our own files.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, Route, guard,
    http::header,
    web::{self, Redirect},
};
use utoipa_swagger_ui::{Config, Url};

use super::{Api, description_json};
use crate::http::{ApiError, no_such_address};

/// Like the console's, without WebAssembly, but with styles that these pages set in place. Scripts stay strict.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Adds the addresses.
pub fn configure(config: &mut web::ServiceConfig) {
    for api in Api::ALL {
        config.route(api.address(), read().to(move |request: HttpRequest| description(*api, request)));
    }
    config.service(Redirect::new("/docs", "/docs/"));
    config.route("/docs/{file:.*}", read().to(page));
}

/// What is read, whole or its head alone.
fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn description(api: Api, request: HttpRequest) -> HttpResponse {
    match description_json(api) {
        Ok(json) => {
            let mut response = HttpResponse::Ok();
            response.insert_header((header::CACHE_CONTROL, "no-cache")).content_type("application/json").body(json)
        }
        Err(error) => ApiError::internal(error).into_response(&request),
    }
}

async fn page(file: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let people = Url::with_primary(Api::People.title(), Api::People.address(), true);
    let agents = Url::new(Api::Agents.title(), Api::Agents.address());
    let config = Config::new([people, agents]).validator_url("none").deep_linking(true);
    match utoipa_swagger_ui::serve(&file, Arc::new(config)) {
        Ok(Some(file)) => HttpResponse::Ok()
            .content_type(file.content_type)
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .body(file.bytes.into_owned()),
        Ok(None) => no_such_address(request).await,
        Err(error) => ApiError::internal(error.to_string()).into_response(&request),
    }
}
