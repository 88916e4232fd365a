//! Taking connections.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_http::{HttpService, HttpServiceBuilder, Response, TlsAcceptorConfig, h1::ExpectHandler};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, boxed, map_config};
use actix_web::{
    dev::{AppConfig, ServiceResponse},
    web,
};
use rustls::ServerConfig;

use crate::{
    app::app,
    http::{Answers, Switch, Wire, switch},
    routes,
    state::State,
};

/// For so long requests that are being answered may go on when the server stops, in seconds.
pub const DRAIN_SECONDS: u64 = 5;
/// For so long a connection is kept for the next request.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// A request's head may take so long, and so may TLS before it: a browser looks at a new certificate meanwhile.
const REQUEST: Duration = Duration::from_secs(10);
/// The other side may take so long to close, too.
const DISCONNECT: Duration = Duration::from_secs(1);

/// Answers what comes to an address, until it is stopped.
pub fn listen(
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<ServerConfig>,
    state: web::Data<State>,
) -> std::io::Result<Server> {
    let builder = Server::build().disable_signals().shutdown_timeout(DRAIN_SECONDS);
    let stopping = builder.graceful_shutdown_signal();
    let builder = match tls {
        None => builder.listen("http", listener, move || {
            let (http, answers) = http(&stopping, address, &state);
            http.finish(answers).tcp()
        }),
        Some(config) => builder.listen("https", listener, move || {
            let (http, answers) = http(&stopping, address, &state);
            http.finish(answers).rustls_0_23_with_config(config.clone(), tls_wait())
        }),
    };
    Ok(builder?.run())
}

fn tls_wait() -> TlsAcceptorConfig {
    TlsAcceptorConfig::default().handshake_timeout(REQUEST)
}

/// How connections are spoken with.
type Http<T> = HttpServiceBuilder<T, Answers, ExpectHandler, Switch<T>>;

/// How connections are spoken with, and what answers.
fn http<T: Wire + 'static>(
    stopping: &GracefulShutdownSignal,
    address: SocketAddr,
    state: &web::Data<State>,
) -> (Http<T>, Answers) {
    let stopping = stopping.clone();
    let http = HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(REQUEST)
        .client_disconnect_timeout(DISCONNECT)
        .local_addr(address)
        // Keys and what they bring about are small, and somebody waits for each.
        .tcp_nodelay(true)
        .upgrade(switch(answers(state)));
    (http, answers(state))
}

fn answers(state: &web::Data<State>) -> Answers {
    let app = app(state.clone(), routes::all()).into_factory();
    // Nothing here goes by what the server is called.
    let app = map_config(app, |()| AppConfig::default());
    boxed::factory(app.map(|answer: ServiceResponse<_>| Response::from(answer).map_into_boxed_body()))
}
