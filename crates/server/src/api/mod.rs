//! Handlers for people and scripts: one file per resource, as the addresses have them.

mod audit;
mod auth;
mod bulk_actions;
mod commands;
mod delivery_methods;
mod environments;
mod events;
mod exports;
mod fields;
mod groups;
mod health;
mod hosts;
mod me;
mod page;
mod plans;
mod provisions;
mod refreshes;
mod resources;
mod sessions;
mod set_up;
mod settings;
mod sign_in;
mod tokens;
mod users;
mod views;

#[cfg(test)]
pub use sign_in::begin;
pub use sign_in::check_email;

use deskwarden_types::api::*;

use crate::{http::Routes, live};

/// Adds them all.
pub fn register(routes: &mut Routes) {
    routes.register::<Alive>(health::alive);
    routes.register::<Ready>(health::ready);
    routes.register_reply::<SignInNow>(auth::sign_in);
    routes.register_reply::<Refresh>(auth::refresh);
    routes.register_reply::<SignOut>(auth::sign_out);
    routes.register::<CheckSetUpLink>(set_up::check);
    routes.register_reply::<FinishSetUp>(set_up::finish);
    routes.register::<WhoAmI>(me::show);
    routes.register_reply::<ListSessions>(sessions::list);
    routes.register::<CountSessions>(sessions::count);
    routes.register::<ListFields>(fields::list);
    routes.register::<ListValues>(fields::values);
    routes.register_reply::<ShowSession>(sessions::show);
    routes.register::<ActOnSession>(sessions::act);
    routes.register::<ListEvents>(events::list);
    routes.register_stream::<FollowSessions, _>(live::follow_sessions);
    routes.register::<StartRefresh>(refreshes::start);
    routes.register::<ShowRefresh>(refreshes::show);
    routes.register::<StartExport>(exports::start);
    routes.register::<ListExports>(exports::list);
    routes.register::<ShowExport>(exports::show);
    routes.register_file::<FetchExport>(exports::fetch);
    routes.register::<ListViews>(views::list);
    routes.register::<CreateView>(views::create);
    routes.register::<ChangeView>(views::change);
    routes.register::<RemoveView>(views::remove);
    routes.register::<ShowCommand>(commands::show);
    routes.register::<MakePlan>(plans::make);
    routes.register::<ShowPlan>(plans::show);
    routes.register_reply::<StartBulkAction>(bulk_actions::start);
    routes.register::<ShowBulkAction>(bulk_actions::show);
    routes.register::<ListHosts>(hosts::list);
    routes.register::<CreateEnrolmentCode>(hosts::create_code);
    routes.register::<RevokeHost>(hosts::revoke);
    routes.register::<ListUsers>(users::list);
    routes.register::<CreateUser>(users::create);
    routes.register::<ListGroups>(groups::list);
    routes.register::<CreateGroup>(groups::create);
    routes.register::<ChangeGroup>(groups::change);
    routes.register::<RemoveGroup>(groups::remove);
    routes.register::<ListResources>(resources::list);
    routes.register::<CreateResource>(resources::create);
    routes.register::<ChangeResource>(resources::change);
    routes.register::<RemoveResource>(resources::remove);
    routes.register::<ListEnvironments>(environments::list);
    routes.register::<CreateEnvironment>(environments::create);
    routes.register::<ChangeEnvironment>(environments::change);
    routes.register::<RemoveEnvironment>(environments::remove);
    routes.register::<ListDeliveryMethods>(delivery_methods::list);
    routes.register::<CreateDeliveryMethod>(delivery_methods::create);
    routes.register::<ChangeDeliveryMethod>(delivery_methods::change);
    routes.register::<RemoveDeliveryMethod>(delivery_methods::remove);
    routes.register::<ListProvisions>(provisions::list);
    routes.register::<CreateProvision>(provisions::create);
    routes.register::<ChangeProvision>(provisions::change);
    routes.register::<RemoveProvision>(provisions::remove);
    routes.register::<ListMembers>(groups::members);
    routes.register::<AddMember>(groups::add_member);
    routes.register::<RemoveMember>(groups::remove_member);
    routes.register::<SuspendResource>(resources::suspend);
    routes.register::<ShowUser>(users::show);
    routes.register::<ChangeUser>(users::change);
    routes.register::<InviteUser>(users::invite);
    routes.register::<ListTokens>(tokens::list);
    routes.register::<CreateToken>(tokens::create);
    routes.register::<RevokeToken>(tokens::revoke);
    routes.register::<ListAudit>(audit::list);
    routes.register::<VerifyAudit>(audit::verify);
    routes.register::<ShowSettings>(settings::show);
    routes.register::<ChangeSettings>(settings::change);
}
