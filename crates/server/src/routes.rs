//! Every endpoint with its handler.

use crate::{agent_api, api, http::Routes};

/// All endpoints of both APIs.
pub fn all() -> Routes {
    let mut routes = Routes::default();
    api::register(&mut routes);
    agent_api::register(&mut routes);
    routes
}
