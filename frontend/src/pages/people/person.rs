//! One user: the devices connected now, since when, for how long, and the way to end each (004).

use std::time::Duration;

use deskwarden_types::{DeliveryKind, ListState, NoArgs, NoBody, Phase, UserId, Verb, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::SESSIONS;
use crate::{
    api::use_api,
    clock::use_clock,
    confirm::{Target, use_confirm},
    format,
    parts::{Empty, Failed, Icon, Moment, SkeletonRows, VerbButton, boxed_table, command_line, explain, icons},
    strings::{self, labels},
    words,
};

/// How often the sessions are asked for.
const EVERY: Duration = Duration::from_secs(3);
/// How many are shown.
const MOST: u32 = 200;

/// The user's sessions.
#[component]
pub fn PersonSessions(
    /// The user.
    id: UserId,
) -> impl IntoView {
    let api = use_api();
    let sessions = RwSignal::new(None::<Vec<Session>>);
    let failure = RwSignal::new(None::<String>);
    let name = RwSignal::new(String::new());
    let load = move || {
        spawn_local(async move {
            let query = SessionQuery {
                state: Some(ListState::Current),
                q: Some(format!("user_id:{id}")),
                kind: Some(DeliveryKind::RemoteAccess),
                limit: Some(MOST),
                ..Default::default()
            };
            let answer = api.call::<ListSessions>(NoArgs {}, query, NoBody {}).await;
            let told = failure.try_set(answer.as_ref().err().map(explain)).is_none();
            let Some(list) = answer.ok().filter(|_| told) else { return };
            let now: Vec<_> = list.items.into_iter().filter(|session| session.phase != Phase::Over).collect();
            if let Some(first) = now.first() {
                name.set(words::person(&first.user));
            }
            if sessions.with_untracked(|old| old.as_ref() != Some(&now)) {
                sessions.set(Some(now));
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
    let heads = [
        strings::fact_device(),
        strings::connected_to(),
        strings::fact_ip(),
        strings::connected_since(),
        strings::for_how_long(),
        strings::actions(),
    ];
    let body = move || match sessions.get() {
        None if failure.with(Option::is_some) => ().into_any(),
        None => boxed_table(&heads, view! { <SkeletonRows columns=heads.len() rows=2 /> }.into_any()),
        Some(list) if list.is_empty() => view! { <Empty title=strings::person_gone() /> }.into_any(),
        Some(list) => boxed_table(&heads, list.into_iter().map(row).collect::<Vec<_>>().into_any()),
    };
    view! {
        <div class="list-tools start">
            <a class="button" href=SESSIONS><Icon icon=icons::BACK />{strings::back()}</a>
            {move || Some(name.get()).filter(|name| !name.is_empty()).map(|name| view! { <h2>{name}</h2> })}
        </div>
        {move || failure.get().map(|text| view! { <Failed text=text on_retry=load /> })}
        {body}
    }
    .into_any()
}

fn row(session: Session) -> AnyView {
    let (clock, confirm) = (use_clock(), use_confirm());
    let target = Target::from(&session);
    let since = session.started_at;
    let end = session.actions.iter().find(|action| action.verb == Verb::End).copied();
    let why_not = end.map(|action| action.why_not.map(labels::why_not_label));
    let button = why_not.map(|why_not| {
        view! {
            <VerbButton label=labels::verb_label(session.kind, Verb::End) why_not=why_not on_click=move || confirm.ask(Verb::End, vec![target.clone()]) />
            // What a tip says to the pointer, in words for everybody.
            {why_not.map(|why| view! { <span class="quiet wraps">{why}</span> })}
        }
    });
    let device =
        session.device.as_ref().map_or_else(|| strings::device_unknown().to_owned(), |device| device.name.clone());
    let lasting = move || format::minutes(clock.now().seconds_since(since));
    view! {
        <tr data-session=session.id.to_string()>
            <td><a href=format!("/sessions/{}", session.id)>{device}</a> " " <span class="quiet">{labels::terminal_label(session.terminal)}</span></td>
            <td>{session.resource.name.clone()} " " <span class="quiet">{session.server.clone()}</span></td>
            <td class="num">{session.ip.clone()}</td>
            <td class="num"><Moment at=since /></td>
            <td class="num">{lasting}</td>
            <td><div class="actions">{button} {command_line(&session)}</div></td>
        </tr>
    }
    .into_any()
}
