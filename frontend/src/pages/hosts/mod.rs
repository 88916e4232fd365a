//! Hosts and their agents.

mod add;
mod revoke;
mod row;

use std::time::Duration;

use deskwarden_types::{NoArgs, NoBody, Permission, api::*};
use leptos::{prelude::*, task::spawn_local};

use self::{add::AddHost, revoke::RevokeHostDialog, row::HostRow};
use crate::{
    api::use_api,
    feed::{Connection, Liveness},
    parts::{Act, ButtonKind, Empty, Failed, Icon, Pager, SkeletonRows, explain, icons},
    shell::Guarded,
    strings,
};

/// How often the list is asked for; hosts have no feed of their own.
const EVERY: Duration = Duration::from_secs(5);

/// The page, for those who may see it.
#[component]
pub fn HostsPage() -> impl IntoView {
    view! { <Guarded needs=Permission::ReadHosts><Hosts /></Guarded> }
}

#[component]
fn Hosts() -> impl IntoView {
    let api = use_api();
    let liveness = expect_context::<Liveness>();
    let page = RwSignal::new(None::<Page<Host>>);
    let failure = RwSignal::new(None::<String>);
    let place = RwSignal::new((None::<String>, 1_i64));
    let adding = RwSignal::new(false);
    let revoking = RwSignal::new(None::<Host>);
    let load = move || {
        spawn_local(async move {
            let asked = place.get_untracked();
            let query = PageQuery { cursor: asked.0.clone(), ..Default::default() };
            let answer = api.call::<ListHosts>(NoArgs {}, query, NoBody {}).await;
            if place.try_get_untracked() != Some(asked) {
                return;
            }
            match answer {
                Ok(hosts) => {
                    liveness.up();
                    failure.set(None);
                    if page.with_untracked(|old| old.as_ref() != Some(&hosts)) {
                        page.set(Some(hosts));
                    }
                }
                Err(error) => {
                    liveness.down();
                    failure.set(Some(explain(&error)));
                }
            }
        });
    };
    liveness.connection.set(Connection::Opening);
    Effect::new(move |_| {
        place.track();
        load();
    });
    let again = set_interval_with_handle(load, EVERY).ok();
    on_cleanup(move || {
        if let Some(again) = again {
            again.clear();
        }
        liveness.connection.set(Connection::Still);
    });
    let may = move || api.may(Permission::Administer);
    let add = move || view! { <Act kind=ButtonKind::Primary on_click=move || adding.set(true)><Icon icon=icons::ADD />{strings::add_host()}</Act> };
    let empty = move || page.with(|p| p.as_ref().is_some_and(|p| p.items.is_empty()));
    let items = move || page.with(|p| p.as_ref().map(|p| p.items.clone()).unwrap_or_default());
    let heads = [
        (strings::host(), None),
        (strings::agent(), None),
        (strings::version(), None),
        (strings::last_word(), None),
        (strings::skew(), Some(strings::skew_tip())),
        (strings::open_sessions(), None),
        (strings::enrolled(), None),
        (strings::actions(), None),
    ];
    let heads = heads.map(|(label, tip)| view! { <th scope="col"><span class="head" data-tip=tip>{label}</span></th> });
    view! {
        <div class="page">
            <header class="page-head">
                <h1>{strings::hosts()}</h1>
                <span class="grow"></span>
                {move || may().then(add)}
            </header>
            {move || failure.get().map(|text| view! { <Failed text=text on_retry=load /> })}
            <div class="table-box">
                <table class="table">
                    <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                    <tbody>
                        {move || page.with(Option::is_none).then(|| view! { <SkeletonRows columns=8 rows=4 /> })}
                        {move || items().into_iter().map(|host| view! { <HostRow host=host on_revoke=move |host| revoking.set(Some(host)) /> }).collect_view()}
                    </tbody>
                </table>
                {move || empty().then(|| view! { <Empty title=strings::no_hosts()><p>{strings::no_hosts_how()}</p></Empty> })}
            </div>
            <div class="list-foot">
                <Pager
                    first=Signal::derive(move || place.with(|p| p.1))
                    shown=Signal::derive(move || page.with(|p| p.as_ref().map_or(0, |p| p.items.len())))
                    total=Signal::derive(move || page.with(|p| p.as_ref().map(|p| p.total)))
                    prev=Signal::derive(move || page.with(|p| p.as_ref().and_then(|p| p.prev.clone())))
                    next=Signal::derive(move || page.with(|p| p.as_ref().and_then(|p| p.next.clone())))
                    on_go=move |(cursor, first): (String, i64)| place.set((Some(cursor), first))
                />
            </div>
            {move || adding.get().then(|| view! { <AddHost on_close=move || adding.set(false) /> })}
            {move || {
                revoking.get().map(|host| {
                    let close = move || {
                        revoking.set(None);
                        load();
                    };
                    view! { <RevokeHostDialog host=host on_close=close /> }
                })
            }}
        </div>
    }
    .into_any()
}
