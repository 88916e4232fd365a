//! Who asked to watch the person's sessions, and who watches now.

use deskwarden_types::{ConsentPath, ConsentState, NoArgs, NoBody, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::Mine;
use crate::{
    api::use_api,
    browser,
    clock::use_clock,
    format,
    notices::use_notices,
    parts::{Act, ButtonKind, Icon, Moment, boxed_table, explain, icons},
    strings::{self, labels},
    words,
};

/// On top of the page: who watches right now, and who asks to.
#[component]
pub fn Watchers() -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let mine = expect_context::<Mine>();
    let clock = use_clock();
    let end = move |id| {
        spawn_local(async move {
            match api.call::<EndWatch>(ConsentPath { id }, NoArgs {}, NoBody {}).await {
                Ok(_) => notices.success(strings::watching_ended().to_owned(), None, None),
                Err(error) => notices.failure(explain(&error), None, None),
            }
            mine.load(api);
        });
    };
    let line = move |consent: Consent| {
        let (who, session) = (words::person(&consent.asked_by), consent.session_id);
        let asks = consent.state == ConsentState::Asked;
        let text = if asks {
            strings::asks_to_watch(who, session, &consent.reason)
        } else {
            strings::is_watching_you(who, session, &consent.reason)
        };
        let button = (!asks).then(|| {
            view! { <Act kind=ButtonKind::Danger on_click=move || end(consent.id)>{strings::end_watching()}</Act> }
        });
        view! { <div class="note watchers" role="alert"><Icon icon=icons::WATCH /><span class="grow">{text}</span>{button}</div> }
            .into_any()
    };
    move || {
        let now = clock.now_once();
        let current = |consent: &Consent| match consent.state {
            ConsentState::Asked => consent.answer_by > now,
            ConsentState::Granted | ConsentState::Watching => true,
            ConsentState::Denied | ConsentState::Ended | ConsentState::Withdrawn => false,
        };
        let list = mine.consents.get().unwrap_or_default();
        list.into_iter().filter(current).map(line).collect::<Vec<_>>()
    }
}

/// The record.
#[component]
pub fn Consents() -> impl IntoView {
    let notices = use_notices();
    let mine = expect_context::<Mine>();
    let keep = move || {
        let lines = mine.consents.with_untracked(|list| {
            let lines = list.iter().flatten().filter_map(|consent| serde_json::to_string(consent).ok());
            lines.fold(String::new(), |text, line| text + &line + "\n")
        });
        if !browser::keep_as_file("consents.jsonl", &lines) {
            notices.failure(strings::file_not_kept().to_owned(), None, None);
        }
    };
    let body = move || {
        let list = mine.consents.get()?;
        Some(if list.is_empty() {
            view! { <p class="quiet">{strings::no_consents()}</p> }.into_any()
        } else {
            consent_table(list, true)
        })
    };
    let some = move || mine.consents.with(|list| list.as_ref().is_some_and(|list| !list.is_empty()));
    view! {
        <section class="part">
            <div class="part-head">
                <h2>{strings::my_consents()}</h2>
                {move || some().then(|| view! { <Act on_click=keep><Icon icon=icons::EXPORT />{strings::download_consents()}</Act> })}
            </div>
            {body}
        </section>
    }
    .into_any()
}

/// Consents as a table, with the session's number where they are of several.
pub fn consent_table(list: Vec<Consent>, of_several: bool) -> AnyView {
    let now = use_clock().now_once();
    let row = move |consent: Consent| {
        // Of a no, which one: whoever said nothing has not denied it.
        let answer = match consent.answer.filter(|_| consent.state == ConsentState::Denied) {
            Some(how) => labels::command_outcome_label(how),
            None => labels::consent_state_label(consent.state),
        };
        let watched = match (consent.watched_from, consent.watched_until) {
            (Some(from), Some(to)) => strings::watched_from_to(format::stamp(from, now), format::stamp(to, now)),
            (Some(from), None) => strings::watched_since(format::stamp(from, now)),
            (None, _) => strings::not_watched().to_owned(),
        };
        view! {
            <tr>
                <td class="num"><Moment at=consent.asked_at /></td>
                <td>{words::person(&consent.asked_by)}</td>
                {of_several.then(|| view! { <td class="num"><a href=format!("/sessions/{}", consent.session_id)>{consent.session_id.to_string()}</a></td> })}
                <td class="wraps">{consent.reason}</td>
                <td class="wraps">{answer}</td>
                <td class="num">{watched}</td>
            </tr>
        }
        .into_any()
    };
    let heads = [
        Some(strings::asked_when()),
        Some(strings::asked_by()),
        of_several.then(strings::session_number),
        Some(strings::why()),
        Some(strings::consent_answer()),
        Some(strings::watched_span()),
    ];
    let heads: Vec<_> = heads.into_iter().flatten().collect();
    boxed_table(&heads, list.into_iter().map(row).collect::<Vec<_>>().into_any())
}
