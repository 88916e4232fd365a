//! People: who is connected, users, groups.

mod active;
mod groups;
mod members;
mod person;
mod user;
mod users;

use deskwarden_types::{Permission, UserId};
use leptos::prelude::*;

use self::{active::ActivePeople, groups::Groups, person::PersonSessions, users::Users};
use crate::{
    api::use_api,
    pages::{
        not_found::NotFound,
        settings::{Tab, tabs},
    },
    router::use_router,
    shell::Guarded,
    strings,
};

/// Where the pages are.
const SESSIONS: &str = "/people/sessions";
const USERS: &str = "/people/users";
const GROUPS: &str = "/people/groups";

/// The page of the address, for those who may see it.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let api = use_api();
    let path = use_router().path;
    let links = move || {
        let list: [Tab; 3] = [(SESSIONS, strings::people_sessions), (USERS, strings::users), (GROUPS, strings::groups)];
        let shown = if api.may(Permission::Administer) { 3 } else { 1 };
        tabs(strings::people(), list.get(..shown).unwrap_or_default())
    };
    let body = move || match path.get().as_str() {
        "/people" | SESSIONS => view! { <ActivePeople /> }.into_any(),
        USERS => view! { <Guarded needs=Permission::Administer><Users /></Guarded> }.into_any(),
        GROUPS => view! { <Guarded needs=Permission::Administer><Groups /></Guarded> }.into_any(),
        other => match other.strip_prefix("/people/sessions/").and_then(|id| id.parse::<UserId>().ok()) {
            Some(id) => view! { <PersonSessions id=id /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        },
    };
    view! {
        <Guarded needs=Permission::ReadSeats>
            <div class="page">
                <header class="page-head"><h1>{strings::people()}</h1>{links}</header>
                {body}
            </div>
        </Guarded>
    }
    .into_any()
}
