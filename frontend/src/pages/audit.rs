//! The audit log.

use deskwarden_types::{NoArgs, NoBody, Permission, Timestamp, api::*};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::use_api,
    clock::use_clock,
    format,
    parts::{Act, Empty, Failed, Icon, Pager, SkeletonRows, explain, icons, spoken},
    shell::Guarded,
    strings::{self, labels},
};

/// The page, for those who may see it.
#[component]
pub fn AuditPage() -> impl IntoView {
    view! { <Guarded needs=Permission::ReadAudit><Audit /></Guarded> }
}

#[component]
fn Audit() -> impl IntoView {
    let api = use_api();
    let page = RwSignal::new(None::<Page<AuditEntry>>);
    let failure = RwSignal::new(None::<String>);
    let place = RwSignal::new((None::<String>, 1_i64));
    let load = move || {
        spawn_local(async move {
            let asked = place.get_untracked();
            let query = PageQuery { cursor: asked.0.clone(), ..Default::default() };
            let answer = api.call::<ListAudit>(NoArgs {}, query, NoBody {}).await;
            if place.try_get_untracked() != Some(asked) {
                return;
            }
            match answer {
                Ok(entries) => {
                    failure.set(None);
                    page.set(Some(entries));
                }
                Err(error) => failure.set(Some(explain(&error))),
            }
        });
    };
    Effect::new(move |_| {
        place.track();
        load();
    });
    let heads = [
        strings::number(),
        strings::when(),
        strings::who(),
        strings::what(),
        strings::to_what(),
        strings::why(),
        strings::hash(),
    ];
    let heads = heads.map(|label| view! { <th scope="col"><span class="head">{label}</span></th> });
    let clock = use_clock();
    let rows = move || {
        let now = clock.now_once();
        page.with(|p| p.as_ref().map(|p| p.items.iter().map(|entry| row(entry, now)).collect_view()))
    };
    let empty = move || page.with(|p| p.as_ref().is_some_and(|p| p.items.is_empty()));
    view! {
        <div class="page">
            <header class="page-head">
                <h1>{strings::audit()}</h1>
                <span class="grow"></span>
                <Verify />
            </header>
            {move || failure.get().map(|text| view! { <Failed text=text on_retry=load /> })}
            <div class="table-box">
                <table class="table audit">
                    <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                    <tbody>
                        {move || page.with(Option::is_none).then(|| view! { <SkeletonRows columns=7 /> })}
                        {rows}
                    </tbody>
                </table>
                {move || empty().then(|| view! { <Empty title=strings::no_audit() /> })}
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
        </div>
    }
    .into_any()
}

fn row(entry: &AuditEntry, now: Timestamp) -> impl IntoView + use<> {
    let erased = || view! { <span class="quiet">{strings::erased()}</span> }.into_any();
    let who = match (&entry.actor, entry.actor_kind) {
        (Some(name), kind) => format!("{name} ({})", strings::lower(labels::actor_kind_label(kind))).into_any(),
        (None, deskwarden_types::ActorKind::User | deskwarden_types::ActorKind::Token) => erased(),
        (None, kind) => labels::actor_kind_label(kind).into_any(),
    };
    let session = entry.session_id.map(|id| {
        view! { <a href=format!("/sessions/{id}")>{strings::session_title(id)}</a> " " }
    });
    let hash: String = entry.hash.chars().take(10).collect();
    view! {
        <tr>
            <td class="num">{format::number(entry.seq)}</td>
            <td class="num"><span data-tip=format::full(entry.at)>{format::stamp(entry.at, now)}</span></td>
            <td>{who}</td>
            <td>{labels::audit_action_label(entry.action)}</td>
            <td>{session} {entry.object.clone()}</td>
            <td data-tip=entry.reason.clone()>{entry.reason.clone()}</td>
            <td class="num"><code data-tip=entry.hash.clone()>{hash}</code></td>
        </tr>
    }
}

/// Reads the whole chain and says whether it is whole.
#[component]
fn Verify() -> impl IntoView {
    let api = use_api();
    let busy = RwSignal::new(false);
    let result = RwSignal::new(None::<Result<AuditCheck, String>>);
    let verify = move || {
        busy.set(true);
        result.set(None);
        spawn_local(async move {
            let answer = api.get::<VerifyAudit>().await;
            result.set(Some(answer.map_err(|error| explain(&error))));
            busy.set(false);
        });
    };
    let said = move || match result.get() {
        None => busy.get().then_some(strings::verifying()).into_any(),
        Some(Err(text)) => view! { <span class="field-error">{spoken(text)}</span> }.into_any(),
        Some(Ok(check)) => {
            let entries = format::number(check.entries);
            match check.broken_at {
                None if check.whole => {
                    view! { <span class="said good"><Icon icon=icons::VERIFIED />{strings::chain_whole(&entries)}</span> }.into_any()
                }
                at => {
                    let at = at.map_or_else(|| "?".to_owned(), format::number);
                    view! { <span class="said bad"><Icon icon=icons::ALERT />{strings::chain_broken(&at, &entries)}</span> }.into_any()
                }
            }
        }
    };
    view! {
        <span role="status" aria-live="polite" class="verify">{said}</span>
        <Act busy=busy on_click=verify>{strings::verify()}</Act>
    }
    .into_any()
}
