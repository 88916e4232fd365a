//! How many seats are in use, and which of the person's devices have one.

use deskwarden_types::{SeatLevel, api::*};
use leptos::prelude::*;

use super::Mine;
use crate::{
    parts::Ago,
    strings::{self, labels},
};

/// The seats, as everybody sees them.
#[component]
pub fn OwnSeats() -> impl IntoView {
    let mine = expect_context::<Mine>();
    move || {
        mine.seats.get().map(|seats| {
            let own = if seats.own.is_empty() {
                view! { <p class="quiet">{strings::no_seats_own()}</p> }.into_any()
            } else {
                let list = seats.own.into_iter().map(held).collect::<Vec<_>>();
                view! { <p>{strings::my_devices_with_seats()}</p><ul class="ways">{list}</ul> }.into_any()
            };
            view! {
                <section class="part">
                    <h2>{strings::my_seats()}</h2>
                    <p>{seats_line(seats.count)}</p>
                    {own}
                </section>
            }
        })
    }
}

/// `3 of 10 seats are taken`, with a word where they are scarce.
pub fn seats_line(count: SeatCount) -> AnyView {
    let class = match count.level {
        SeatLevel::Free => "quiet",
        SeatLevel::Scarce => "status pending",
        SeatLevel::Full | SeatLevel::Over => "status bad",
    };
    view! {
        <b>{strings::seats_in_use(count.in_use, count.capacity)}</b> " · "
        <span class=class>{labels::seat_level_label(count.level)}</span>
    }
    .into_any()
}

fn held(holder: SeatHolder) -> AnyView {
    let device = holder.device.map_or_else(|| strings::device_unknown().to_owned(), |device| device.name);
    let ip = holder.ip.filter(|ip| *ip != device).map(|ip| format!(" · {ip}"));
    view! {
        <li>
            {device} " · " {labels::terminal_label(holder.terminal)} {ip}
            " · " <Ago at=holder.since />
        </li>
    }
    .into_any()
}
