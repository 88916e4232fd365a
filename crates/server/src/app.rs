//! What actix serves.

use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web,
};

use crate::{
    console::console,
    http::{Routes, guard_origin, secure_headers, trace},
    openapi,
    state::State,
};

/// Endpoints, and all that stands around them. The outermost layer is the last one here: every answer is traced,
/// whatever made it.
pub fn app(
    state: web::Data<State>,
    routes: Routes,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(state)
        .configure(|config| routes.configure(config))
        .configure(openapi::configure)
        .default_service(web::to(console))
        .wrap(Compress::default())
        .wrap(from_fn(guard_origin))
        .wrap(from_fn(secure_headers))
        .wrap(from_fn(trace))
}
