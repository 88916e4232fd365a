//! Seats: how many, who has them, who was refused.

mod change;

use std::time::Duration;

use deskwarden_types::{Permission, SeatLevel, api::*};
use leptos::{prelude::*, task::spawn_local};

use self::change::ChangeSeatsDialog;
use crate::{
    api::use_api,
    format,
    pages::my::seats_line,
    parts::{Act, Ago, Failed, Icon, Moment, boxed_table, explain, icons},
    shell::Guarded,
    strings::{self, labels},
    words,
};

/// How often the page looks; seats have no feed of their own.
const EVERY: Duration = Duration::from_secs(5);

/// The page, for those who may see it.
#[component]
pub fn SeatsPage() -> impl IntoView {
    view! { <Guarded needs=Permission::ReadSeats><SeatsHere /></Guarded> }
}

#[component]
fn SeatsHere() -> impl IntoView {
    let api = use_api();
    let seats = RwSignal::new(None::<Seats>);
    let failure = RwSignal::new(None::<String>);
    let changing = RwSignal::new(false);
    let load = move || {
        spawn_local(async move {
            let answer = api.get::<ShowSeats>().await;
            // Refused where the person has gone on to another page.
            let told = failure.try_set(answer.as_ref().err().map(explain)).is_none();
            if let Some(now) = answer.ok().filter(|now| told && seats.with_untracked(|old| old.as_ref() != Some(now))) {
                seats.set(Some(now));
            }
        });
    };
    load();
    let again = set_interval_with_handle(load, EVERY).ok();
    on_cleanup(move || {
        if let Some(again) = again {
            again.clear();
        }
    });
    let count = Memo::new(move |_| seats.with(|seats| seats.as_ref().map(|seats| seats.count)));
    let may_change = move || api.may(Permission::ManageSeats) && count.get().is_some();
    let bones = || view! { <span class="bone" aria-busy="true"></span> }.into_any();
    let head = move || count.get().map(numbers);
    let holders = move || seats.get().map_or_else(bones, |seats| holder_table(seats.holders));
    let refusals = move || seats.get().map_or_else(bones, |seats| refusal_table(seats.refusals));
    view! {
        <div class="page scrolls">
            <header class="page-head">
                <h1>{strings::seats()}</h1>
                <span class="grow"></span>
                {move || may_change().then(|| view! { <Act on_click=move || changing.set(true)>{strings::change_seats()}</Act> })}
            </header>
            {move || failure.get().map(|text| view! { <Failed text=text on_retry=load /> })}
            {head}
            <section class="part"><h2>{strings::seat_holders()}</h2>{holders}</section>
            <section class="part"><h2>{strings::seat_refusals()}</h2>{refusals}</section>
            {move || {
                let of = changing.get().then(|| count.get_untracked()).flatten()?;
                Some(view! { <ChangeSeatsDialog of=of on_done=load on_close=move || changing.set(false) /> })
            }}
        </div>
    }
    .into_any()
}

/// Used and free, what counts, and a warning where they are scarce.
fn numbers(count: SeatCount) -> AnyView {
    let left = if count.in_use > count.capacity {
        strings::seats_over((count.in_use - count.capacity) as usize)
    } else {
        strings::seats_free((count.capacity - count.in_use) as usize)
    };
    let warning = match count.level {
        SeatLevel::Free => None,
        SeatLevel::Scarce => Some(strings::seats_warning(count.warn_from)),
        SeatLevel::Full => Some(strings::seats_none_left().to_owned()),
        SeatLevel::Over => Some(strings::seats_too_many().to_owned()),
    };
    let warning = warning.map(|text| view! { <p class="note" role="alert"><Icon icon=icons::WARNING />{text}</p> });
    view! {
        <section class="part spaced">
            <p>{seats_line(count)} " · " {left}</p>
            {(count.capacity > 0).then(|| view! {
                <progress max=count.capacity.to_string() value=count.in_use.min(count.capacity).to_string() aria-label=strings::seats()></progress>
            })}
            {warning}
            <p class="quiet">{strings::seats_what_counts()}</p>
        </section>
    }
    .into_any()
}

fn holder_table(holders: Vec<SeatHolder>) -> AnyView {
    if holders.is_empty() {
        return view! { <p class="quiet">{strings::no_holders()}</p> }.into_any();
    }
    let row = |holder: SeatHolder| {
        let person = format!("/people/sessions/{}", holder.user.id);
        let device = holder.device.map_or_else(|| strings::device_unknown().to_owned(), |device| device.name);
        view! {
            <tr>
                <td><a href=person>{words::person(&holder.user)}</a></td>
                <td>{device}</td>
                <td>{labels::terminal_label(holder.terminal)}</td>
                <td class="num">{holder.ip}</td>
                <td class="num"><Ago at=holder.since /></td>
                <td class="num">{holder.idle_seconds.map(|seconds| format::span(i64::from(seconds)))}</td>
                <td class="num"><a href=format!("/sessions/{}", holder.session_id)>{holder.session_id.to_string()}</a></td>
            </tr>
        }
        .into_any()
    };
    let heads = [
        strings::fact_user(),
        strings::fact_device(),
        strings::fact_terminal(),
        strings::fact_ip(),
        strings::connected_since(),
        strings::idle_for(),
        strings::session_number(),
    ];
    boxed_table(&heads, holders.into_iter().map(row).collect::<Vec<_>>().into_any())
}

fn refusal_table(refusals: Vec<SeatRefusal>) -> AnyView {
    if refusals.is_empty() {
        return view! { <p class="quiet">{strings::no_refusals()}</p> }.into_any();
    }
    let row = |refusal: SeatRefusal| {
        view! {
            <tr>
                <td>{words::person(&refusal.user)}</td>
                <td class="num"><Moment at=refusal.at /></td>
                <td class="num">{refusal.ip}</td>
                <td class="num">{format::number(i64::from(refusal.capacity))}</td>
            </tr>
        }
        .into_any()
    };
    let heads = [strings::fact_user(), strings::asked_when(), strings::fact_ip(), strings::seats_then()];
    boxed_table(&heads, refusals.into_iter().map(row).collect::<Vec<_>>().into_any())
}
