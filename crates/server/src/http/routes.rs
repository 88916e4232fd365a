//! The one way onto the network: [`Routes::register`] adds the route and its description.

use std::{collections::BTreeMap, panic::AssertUnwindSafe};

use actix_web::{HttpRequest, HttpResponse, Route, guard, http, web};
use deskwarden_types::{Content, Endpoint, ErrorCode, Method, NoArgs, NoBody};
use futures_util::{FutureExt, Stream};

use super::{ApiError, Ask, Call, Item, Reply, Upgrade, stream_response};
use crate::{openapi::Description, state::State};

/// Endpoints with their handlers.
#[derive(Default)]
pub struct Routes {
    // By path.
    paths: BTreeMap<&'static str, Vec<(Method, Content, Route)>>,
    descriptions: Vec<fn(&mut Description)>,
}

impl Routes {
    /// Adds an endpoint whose answer is a body.
    pub fn register<E: Endpoint>(
        &mut self,
        handler: impl AsyncFn(Call<E>, web::Data<State>) -> Result<E::Answer, ApiError> + Clone + 'static,
    ) {
        self.add::<E>(async move |call, state| Reply::<E>::new(handler(call, state).await?).into_response());
    }

    /// Adds an endpoint whose answer carries more than a body.
    pub fn register_reply<E: Endpoint>(
        &mut self,
        handler: impl AsyncFn(Call<E>, web::Data<State>) -> Result<Reply<E>, ApiError> + Clone + 'static,
    ) {
        self.add::<E>(async move |call, state| handler(call, state).await?.into_response());
    }

    /// Adds an endpoint whose caller is looked up on the connection that answers him.
    pub fn register_ask<E: Endpoint<Path = NoArgs, Body = NoBody>>(
        &mut self,
        handler: impl AsyncFn(Ask<E>, web::Data<State>) -> Result<Reply<E>, ApiError> + Clone + 'static,
    ) {
        let route = web::route().to(move |request: HttpRequest, payload: web::Payload| {
            let handler = handler.clone();
            async move {
                let work = async {
                    let state = state_of(&request)?;
                    let ask = Ask::<E>::read(&state, request.clone(), payload).await?;
                    handler(ask, state).await?.into_response()
                };
                finish(&request, work).await
            }
        });
        self.add_route::<E>(route);
    }

    /// Adds an endpoint whose answer goes on.
    pub fn register_stream<E: Endpoint, S: Stream<Item = Item<E::Answer>> + 'static>(
        &mut self,
        handler: impl AsyncFn(Call<E>, web::Data<State>) -> Result<S, ApiError> + Clone + 'static,
    ) {
        self.add::<E>(async move |call, state| Ok(stream_response::<E, S>(handler(call, state).await?)));
    }

    /// Adds an endpoint whose answer is a file: the handler writes the whole response.
    pub fn register_file<E: Endpoint>(
        &mut self,
        handler: impl AsyncFn(Call<E>, web::Data<State>) -> Result<HttpResponse, ApiError> + Clone + 'static,
    ) {
        self.add::<E>(handler);
    }

    /// Adds an endpoint that becomes a WebSocket.
    pub fn register_socket<E: Endpoint>(
        &mut self,
        handler: impl AsyncFn(Call<E>, web::Data<State>, Upgrade) -> Result<HttpResponse, ApiError> + Clone + 'static,
    ) {
        let route = web::route().to(move |request: HttpRequest| {
            let handler = handler.clone();
            async move {
                let work = async {
                    let state = state_of(&request)?;
                    let call = Call::<E>::read_head(&state, request.clone()).await?;
                    handler(call, state, Upgrade::new(request.clone())).await
                };
                finish(&request, work).await
            }
        });
        self.add_route::<E>(route);
    }

    fn add<E: Endpoint>(
        &mut self,
        handler: impl AsyncFn(Call<E>, web::Data<State>) -> Result<HttpResponse, ApiError> + Clone + 'static,
    ) {
        let route = web::route().to(move |request: HttpRequest, payload: web::Payload| {
            let handler = handler.clone();
            async move { answer::<E>(handler, request, payload).await }
        });
        self.add_route::<E>(route);
    }

    fn add_route<E: Endpoint>(&mut self, route: Route) {
        let route = match (E::METHOD, E::CONTENT) {
            (Method::Get, Content::Json) => route.guard(guard::Any(guard::Get()).or(guard::Head())),
            (method, _) => route.method(http_method(method)),
        };
        self.paths.entry(E::PATH).or_default().push((E::METHOD, E::CONTENT, route));
        self.descriptions.push(Description::add::<E>);
    }

    /// The descriptions of all that was registered.
    pub fn describe(&self, description: &mut Description) {
        for add in &self.descriptions {
            add(description);
        }
    }

    /// Hands everything to actix. An address that takes other methods answers 405.
    pub fn configure(self, config: &mut web::ServiceConfig) {
        // Fixed addresses first: those with a part that varies are told by a regular expression each.
        let (varying, fixed): (Vec<_>, Vec<_>) = self.paths.into_iter().partition(|(path, _)| path.contains('{'));
        for (path, methods) in fixed.into_iter().chain(varying) {
            let allow = allowed(methods.iter().map(|(method, content, _)| (*method, *content)));
            let resource =
                methods.into_iter().fold(web::resource(path), |resource, (_, _, route)| resource.route(route));
            config.service(resource.default_service(web::to(move |request: HttpRequest| {
                let error = ApiError::method_not_allowed(allow.clone());
                async move { error.into_response(&request) }
            })));
        }
    }
}

/// The methods of one address, as `Allow` has them. What is no document cannot be asked for its head alone: a ticket would
/// be used up by it.
fn allowed(methods: impl Iterator<Item = (Method, Content)>) -> String {
    let methods: Vec<(Method, Content)> = methods.collect();
    let has = |asked: Method| methods.iter().any(|(method, _)| *method == asked);
    let has_head = methods.contains(&(Method::Get, Content::Json));
    let names = [
        ("GET", has(Method::Get)),
        ("HEAD", has_head),
        ("POST", has(Method::Post)),
        ("PUT", has(Method::Put)),
        ("DELETE", has(Method::Delete)),
    ];
    let names: Vec<&str> = names.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect();
    names.join(", ")
}

fn http_method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Delete => http::Method::DELETE,
    }
}

async fn answer<E: Endpoint>(
    handler: impl AsyncFn(Call<E>, web::Data<State>) -> Result<HttpResponse, ApiError>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let work = async {
        let state = state_of(&request)?;
        let call = Call::<E>::read(&state, request.clone(), payload).await?;
        handler(call, state).await
    };
    finish(&request, work).await
}

fn state_of(request: &HttpRequest) -> Result<web::Data<State>, ApiError> {
    let state = request.app_data::<web::Data<State>>().cloned();
    state.ok_or_else(|| ApiError::internal("the server has no state"))
}

async fn finish(request: &HttpRequest, work: impl Future<Output = Result<HttpResponse, ApiError>>) -> HttpResponse {
    // A panic is a fault of ours in one request; the worker and its other requests go on.
    let done = AssertUnwindSafe(work).catch_unwind().await;
    let done = done.unwrap_or_else(|panic| Err(ApiError::internal(panic_text(panic.as_ref()))));
    done.unwrap_or_else(|error| error.into_response(request))
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panic: {}", text.unwrap_or("without a word"))
}

/// What answers where nothing else does.
pub async fn no_such_address(request: HttpRequest) -> HttpResponse {
    let detail = "There is nothing at this address. /docs has the addresses of the API.";
    ApiError::new(ErrorCode::NotFound, detail).into_response(&request)
}
