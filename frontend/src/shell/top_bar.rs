//! The bar on top: the tenant, the last refresh, whether the page is live, notices and the user.

use leptos::prelude::*;

use super::{
    notices::{NoticeLayer, NoticeMenu},
    refresh::LastRefresh,
    user_menu::UserMenu,
};
use crate::{
    api::use_api,
    clock::use_clock,
    feed::{Connection, Liveness},
    format,
    parts::{Icon, icons},
    strings,
};

/// The bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let api = use_api();
    let tenant = move || api.me().map(|me| me.tenant.name.clone());
    let demo = move || {
        api.me().is_some_and(|me| me.tenant.demo).then(|| {
            view! { <span class="demo" data-tip=strings::demo_tip()>{strings::demo()}</span> }
        })
    };
    view! {
        <header class="top">
            <span class="tenant">{tenant}</span>
            <NoticeLayer />
            <span class="grow"></span>
            {demo}
            <LastRefresh />
            <LiveState />
            <NoticeMenu />
            <UserMenu />
        </header>
    }
    .into_any()
}

/// Whether what is shown follows the server.
#[component]
fn LiveState() -> impl IntoView {
    let liveness = expect_context::<Liveness>();
    let clock = use_clock();
    let state = move || match liveness.connection.get() {
        Connection::Still => ().into_any(),
        Connection::Opening => {
            view! { <span class="live opening"><Icon icon=icons::PENDING />{strings::opening()}</span> }.into_any()
        }
        Connection::Live => view! { <span class="live on"><i class="pulse"></i>{strings::live()}</span> }.into_any(),
        Connection::Reconnecting(since) => view! {
            <span class="live again"><Icon icon=icons::AGAIN />{strings::reconnecting(format::seconds(since))}</span>
        }
        .into_any(),
        Connection::Offline(since) => view! {
            <span class="live off"><Icon icon=icons::OFFLINE />{strings::offline(format::seconds(since))}</span>
        }
        .into_any(),
    };
    let zone = format::zone_name();
    let name = zone.clone();
    let tip = move || strings::times_in(&name, format::zone_short(clock.now_once()));
    view! {
        <span class="liveness" role="status" aria-live="polite">{state}</span>
        <span class="zone" data-tip=tip.clone() aria-label=tip role="note">{zone}</span>
    }
    .into_any()
}
