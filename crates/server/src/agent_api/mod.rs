//! Handlers for agents.

mod enrol;
mod hello;
mod launches;
mod reports;

use deskwarden_types::agent::*;

use crate::{http::Routes, live};

/// Adds them all.
pub fn register(routes: &mut Routes) {
    routes.register::<EnrolAgent>(enrol::enrol);
    routes.register::<SayHello>(hello::hello);
    routes.register::<AskLaunch>(launches::ask);
    routes.register::<SendReports>(reports::take);
    routes.register::<SendBeats>(reports::beat);
    routes.register_stream::<FollowOrders, _>(live::follow_orders);
}
