//! Handlers for agents.

mod enrol;
mod gate;
mod hello;
mod launches;
mod orders;
mod reports;

use deskwarden_types::agent::*;

use crate::{http::Routes, relay};

/// Adds them all.
pub fn register(routes: &mut Routes) {
    routes.register::<EnrolAgent>(enrol::enrol);
    routes.register::<SayHello>(hello::hello);
    routes.register::<AskLaunch>(launches::ask);
    routes.register::<AskConnection>(gate::ask);
    routes.register::<ShowSeatsOf>(gate::seats_of);
    routes.register::<TellLogins>(gate::logins);
    routes.register::<SendReports>(reports::take);
    routes.register::<SendBeats>(reports::beat);
    routes.register_stream::<FollowOrders, _>(orders::follow);
    routes.register_socket::<JoinStream>(relay::join_stream);
}
