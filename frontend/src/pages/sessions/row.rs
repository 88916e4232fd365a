//! One row.

use deskwarden_domain::labels;
use deskwarden_types::api::Session;
use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    Go, List,
    actions::actions,
    list::Row,
    table::{Shared, is_stop, toggle},
};
use crate::{
    clock::{Clock, use_clock},
    format,
    parts::{Ago, Icon, command_line, icons, status_mark},
    strings, words,
};

/// A session in the list.
#[component]
pub fn SessionRow(
    /// The row.
    row: Row,
) -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let shared = expect_context::<Shared>();
    let clock = use_clock();
    let Row { id, data, is_new, gone } = row;
    let selected = move || list.selected.with(|selected| selected.contains(&id));
    let open = move || shared.open.get() == Some(id);
    let click = move |event: MouseEvent| {
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let own = target.and_then(|t| t.closest("a,button,input,label,.menu").ok().flatten()).is_some();
        let selecting = window().get_selection().ok().flatten().is_some_and(|s| !s.is_collapsed());
        if !own && !selecting {
            go.session(id, &list.address.get_untracked());
        }
    };
    let href = move || format!("/sessions/{id}{}", list.address.with(super::Address::write));
    let stale = {
        let data = data.clone();
        move || data.with(|s| s.trust == deskwarden_types::Trust::Stale)
    };
    let left = gone.clone();
    let left_list = move || left.get().then_some(strings::LEFT_LIST);
    // One part of the row for each reason to change, so that a beat changes no more than it must.
    let fixed = data.with_untracked(Clone::clone);
    let (user_tip, started) = (format!("{} · {}", fixed.user.username, fixed.user.email), fixed.started_at);
    let app_tip = fixed.version.clone().map(|v| format!("{} {v}", fixed.resource.name));
    let lasting = data.clone();
    let part = move |of: fn(&Session) -> AnyView| {
        let data = data.clone();
        move || data.with(of)
    };
    let length = lasting.clone();
    let duration = move || format::minutes(length.with(|s| seconds(s, clock)));
    let exactly = move || format::clock_face(lasting.with(|s| seconds(s, clock)));
    view! {
        <tr
            role="row"
            class:new=is_new
            class:open=open
            class:selected=selected
            class:stale=stale
            class:gone=move || gone.get()
            aria-selected=move || selected().to_string()
            tabindex=move || if is_stop(list, shared, id) { "0" } else { "-1" }
            data-session=id.to_string()
            data-tip=left_list
            on:click=click
            on:focus=move |_| shared.cursor.set(Some(id))
        >
            <td class="c-check" role="cell">
                <input
                    type="checkbox"
                    aria-label=strings::select_session(id)
                    prop:checked=selected
                    on:change=move |_| toggle(list, id)
                />
            </td>
            <td class="c-id num" role="cell"><a href=href tabindex="-1">{id.to_string()}</a></td>
            <td class="c-kind" role="cell">
                <span class="kind"><Icon icon=words::kind_icon(fixed.kind) />{labels::kind_label(fixed.kind)}</span>
            </td>
            <td class="c-user" role="cell"><span data-tip=user_tip>{words::person(&fixed.user)}</span></td>
            <td class="c-app" role="cell"><span data-tip=app_tip>{fixed.resource.name.clone()}</span></td>
            <td class="c-status" role="cell">{part(status)}</td>
            <td class="c-connected" role="cell">{part(connected)}</td>
            <td class="c-start num" role="cell">
                <span data-tip=format::full(started)>{format::short(started, clock.now_once())}</span>
                " " <Ago at=started />
            </td>
            <td class="c-duration num" role="cell"><span data-tip=exactly>{duration}</span></td>
            <td class="c-ip num" role="cell">{part(|s| s.ip.clone().into_any())}</td>
            <td class="c-terminal" role="cell">{labels::terminal_label(fixed.terminal)}</td>
            <td class="c-access" role="cell">{labels::access_label(fixed.access)}</td>
            <td class="c-actions" role="cell">{part(actions)}</td>
        </tr>
    }
    .into_any()
}

fn status(session: &Session) -> AnyView {
    view! { <div class="status-cell">{status_mark(session)} {command_line(session)}</div> }.into_any()
}

fn connected(session: &Session) -> AnyView {
    let (icon, word) = if session.connected { (icons::CHECK, strings::YES) } else { (icons::CLOSE, strings::NO) };
    let class = if session.connected { "yes" } else { "no" };
    view! { <span class=class><Icon icon=icon />{word}</span> }.into_any()
}

/// How long the session lasted, or has lasted by now.
pub fn seconds(session: &Session, clock: Clock) -> i64 {
    match session.ended_at {
        Some(_) => session.duration_seconds,
        None => clock.now().seconds_since(session.started_at),
    }
}
