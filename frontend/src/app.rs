//! The pages and their addresses.

use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};

use crate::{
    api::Api,
    clock::Clock,
    confirm::Confirm,
    feed::Liveness,
    notices::Notices,
    pages::{
        audit::AuditPage, hosts::HostsPage, not_found::NotFound, session::SessionPanel, sessions::SessionsPage,
        set_up::SetUpPage, settings::SettingsPage, settings::TokensPage, sign_in::SignInPage,
    },
    parts::TipLayer,
    shell::Shell,
    strings,
};

/// The whole console.
#[component]
pub fn App() -> impl IntoView {
    let clock = Clock::provide();
    Api::provide(clock);
    Notices::provide(clock);
    Liveness::provide(clock);
    Confirm::provide();
    view! {
        <ErrorBoundary fallback=|_| view! { <PageFailed /> }>
            <Router>
                <Routes fallback=|| view! { <NotFound /> }>
                    <Route path=path!("/set-up") view=SetUpPage />
                    <Route path=path!("/sign-in") view=SignInPage />
                    <ParentRoute path=path!("") view=Shell>
                        <Route path=path!("") view=|| view! { <Redirect path="/sessions" /> } />
                        <ParentRoute path=path!("/sessions") view=SessionsPage>
                            <Route path=path!("") view=|| () />
                            <Route path=path!(":id") view=SessionPanel />
                        </ParentRoute>
                        <Route path=path!("/hosts") view=HostsPage />
                        <Route path=path!("/audit") view=AuditPage />
                        <Route path=path!("/settings") view=SettingsPage />
                        <Route path=path!("/settings/tokens") view=TokensPage />
                        <Route path=path!("/*any") view=NotFound />
                    </ParentRoute>
                </Routes>
            </Router>
        </ErrorBoundary>
        <TipLayer />
    }
}

/// What stands where a page could not be shown.
#[component]
fn PageFailed() -> impl IntoView {
    view! {
        <main class="halt shown" role="alert">
            <h1>{strings::PAGE_FAILED}</h1>
            <p>{strings::PAGE_FAILED_HOW}</p>
            <p><a class="button primary" href="/" rel="external">{strings::TRY_AGAIN}</a></p>
        </main>
    }
}
