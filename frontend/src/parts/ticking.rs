//! Times that move on by themselves. The whole time is their tip, made when somebody wants to see it (tip.rs).

use deskwarden_types::Timestamp;
use leptos::prelude::*;

use crate::{clock::use_clock, format};

/// How long ago something was, with the whole time as a tip.
#[component]
pub fn Ago(
    /// When it was.
    at: Timestamp,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <time class="ago" datetime=at.to_string()>
            {move || format::ago(at, clock.now())}
        </time>
    }
    .into_any()
}

/// A moment, short, with the whole time as a tip.
#[component]
pub fn Moment(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let now = use_clock().now_once();
    view! {
        <time class="moment" datetime=at.to_string()>{format::short(at, now)}</time>
    }
    .into_any()
}

/// How long it is until then, with the whole time as a tip.
#[component]
pub fn Remaining(
    /// Until when.
    until: Timestamp,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <time class="remaining" datetime=until.to_string()>
            {move || format::left(until, clock.now())}
        </time>
    }
    .into_any()
}
