//! One host.

use deskwarden_types::{ListState, Permission, api::*};
use leptos::prelude::*;

use crate::{
    api::use_api,
    format,
    pages::sessions::Address,
    parts::{Ago, Icon, Moment, icons},
    strings,
};

/// Above this the clock is marked, in milliseconds.
const SKEW_LIMIT: u64 = 5_000;

/// A row of the table.
#[component]
pub fn HostRow(
    /// The host.
    host: Host,
    /// Called by Revoke.
    #[prop(into)]
    on_revoke: Callback<Host>,
) -> impl IntoView {
    let api = use_api();
    let agent = &host.agent;
    let (icon, filled, class, word) = match (&agent.revoked_at, agent.connected) {
        (Some(_), _) => (icons::OVER, false, "status over", strings::revoked()),
        (None, true) => (icons::IDLE, true, "status live", strings::agent_connected()),
        (None, false) => (icons::UNKNOWN, false, "status stale", strings::agent_silent()),
    };
    let skew = agent.clock_skew_ms.map(|ms| {
        let far = ms.unsigned_abs() > SKEW_LIMIT;
        let sign = match ms / 100 {
            0 => "",
            ..0 => "−",
            1.. => "+",
        };
        let text = format!("{sign}{}.{} s", ms.unsigned_abs() / 1000, ms.unsigned_abs() % 1000 / 100);
        view! {
            <span class=if far { "status bad" } else { "" }>{far.then(|| view! { <Icon icon=icons::WARNING /> })} {text}</span>
        }
    });
    let sessions = Address::default().with(|a| {
        a.query.host = Some(host.id);
        a.query.state = Some(ListState::Current);
    });
    let href = sessions.link();
    let revocable = agent.revoked_at.is_none();
    let seen = agent.seen_at.map_or_else(|| strings::never().into_any(), |at| view! { <Ago at=at /> }.into_any());
    let revoked_at = agent.revoked_at.map(|at| view! { " " <span class="quiet"><Moment at=at /></span> });
    let for_click = host.clone();
    view! {
        <tr class:stale=!agent.connected data-host=host.id.to_string()>
            <td><b>{host.name.clone()}</b> {agent.simulated.then(|| view! { " " <span class="tag">{strings::simulated()}</span> })}</td>
            <td><span class=class><Icon icon=icon filled=filled /><span class="status-word">{word}</span></span> {revoked_at}</td>
            <td class="num">{agent.version.clone()}</td>
            <td class="num">{seen}</td>
            <td class="num">{skew}</td>
            <td class="num"><a href=href>{format::number(host.open_sessions)}</a></td>
            <td class="num"><Moment at=agent.enrolled_at /></td>
            <td>
                {move || {
                    let host = for_click.clone();
                    (revocable && api.may(Permission::Administer)).then(|| view! {
                        <button type="button" class="button small" on:click=move |_| on_revoke.run(host.clone())>{strings::revoke()}</button>
                    })
                }}
            </td>
        </tr>
    }
    .into_any()
}
