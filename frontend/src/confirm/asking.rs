//! After somebody asked to watch: the countdown, the answer, and the way to the screen.

use std::time::Duration;

use deskwarden_types::{CommandOutcome, ConsentId, ConsentPath, ConsentState, NoArgs, NoBody, SessionId, api::*};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    announce::use_announce,
    api::{Api, use_api},
    browser::{self, Tab},
    parts::{Act, Icon, Remaining, explain, icons, spoken},
    strings::{self, labels},
    words,
};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// How many looks may find nothing, or no server.
const MISSES: u32 = 30;
/// The wish that was just made is among the newest.
const NEWEST: u32 = 50;

/// The user is asked; here the answer is waited for.
#[component]
pub fn Asking(
    /// The session.
    session: SessionId,
    /// Called when there is nothing more to wait for.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, announce) = (use_api(), use_announce());
    let consent = RwSignal::new(None::<Consent>);
    let failure = RwSignal::new(None::<String>);
    let opened = RwSignal::new(false);
    spawn_local(async move {
        match follow(api, session, consent).await {
            Ok(Some(granted)) => {
                // Mostly the browser wants a click for it: then the link is there.
                let tab = Tab::open();
                if tab.show(&address(granted)) {
                    let _ = opened.try_set(true);
                }
                announce.say(strings::watch_granted().to_owned());
            }
            Ok(None) => {}
            Err(text) => drop(failure.try_set(Some(text))),
        }
    });
    let take_back = move || {
        let asked = consent.with_untracked(|c| c.as_ref().filter(|c| c.state == ConsentState::Asked).map(|c| c.id));
        on_close.run(());
        if let Some(id) = asked {
            spawn_local(async move {
                // Without it the question stays until its time is over, and then counts as no.
                let _ = api.call::<EndWatch>(ConsentPath { id }, NoArgs {}, NoBody {}).await;
            });
        }
    };
    let body = move || match (failure.get(), consent.get()) {
        (Some(text), _) => view! { <p class="field-error" role="alert">{spoken(text)}</p> }.into_any(),
        (None, None) => view! { <p class="quiet" role="status">{strings::watch_asking()}</p> }.into_any(),
        (None, Some(consent)) => told(consent, opened),
    };
    let waits = move || {
        consent.with(|c| c.as_ref().is_none_or(|c| c.state == ConsentState::Asked)) && failure.with(Option::is_none)
    };
    let open = move || {
        let id = consent.with(|c| c.as_ref().filter(|c| c.state == ConsentState::Granted).map(|c| c.id))?;
        let close = move |_| on_close.run(());
        (!opened.get()).then(|| {
            view! { <a class="button primary" href=address(id) target="_blank" autofocus on:click=close>{strings::watch_open()}</a> }
        })
    };
    view! {
        <div class="dialog-body">{body}</div>
        <footer class="dialog-foot">
            {move || if waits() {
                view! { <Act on_click=take_back>{strings::watch_take_back()}</Act> }.into_any()
            } else {
                view! { <Act on_click=move || on_close.run(())>{strings::close()}</Act> }.into_any()
            }}
            {open}
        </footer>
    }
    .into_any()
}

/// Where a session is watched.
fn address(id: ConsentId) -> String {
    format!("/watch/{id}")
}

/// What is known of the answer.
fn told(consent: Consent, opened: RwSignal<bool>) -> AnyView {
    let who = words::person(&consent.user);
    match consent.state {
        ConsentState::Asked => view! {
            <p role="status"><Icon icon=icons::PENDING /> " " {strings::watch_asks(&who)}</p>
            <p class="countdown" aria-hidden="true"><Remaining until=consent.answer_by /></p>
            <p class="quiet">{strings::watch_asks_how()}</p>
        }
        .into_any(),
        ConsentState::Granted | ConsentState::Watching => view! {
            <p role="status"><b>{strings::watch_granted()}</b></p>
            <p>{move || if opened.get() { strings::watch_opened() } else { strings::watch_granted_how() }}</p>
        }
        .into_any(),
        ConsentState::Denied => {
            let answer = consent.answer.unwrap_or(CommandOutcome::Denied);
            view! {
                <p role="alert"><b>{strings::sentence(labels::command_outcome_label(answer))}</b></p>
                <p>{denied_how(answer)}</p>
            }
            .into_any()
        }
        ConsentState::Withdrawn | ConsentState::Ended => {
            view! { <p role="alert"><b>{strings::sentence(labels::consent_state_label(consent.state))}</b></p> }
                .into_any()
        }
    }
}

/// What can be done about a no.
fn denied_how(answer: CommandOutcome) -> &'static str {
    match answer {
        CommandOutcome::NotAnswered | CommandOutcome::QuestionClosed => strings::watch_not_answered_how(),
        CommandOutcome::NobodyThere => strings::watch_nobody_how(),
        CommandOutcome::NoDisplay => strings::watch_no_display_how(),
        CommandOutcome::Denied => strings::watch_denied_how(),
        _ => strings::watch_broken_how(),
    }
}

/// Waits for the answer. Gives the consent if it was granted; says why it cannot be known.
async fn follow(api: Api, session: SessionId, shown: RwSignal<Option<Consent>>) -> Result<Option<ConsentId>, String> {
    let me = untrack(|| api.me()).map(|me| me.id);
    let mut misses = 0;
    loop {
        let known = shown.try_with_untracked(|c| c.as_ref().map(|c| c.id));
        let Some(known) = known else { return Ok(None) };
        let found = match known {
            Some(id) => api.call::<ShowConsent>(ConsentPath { id }, NoArgs {}, NoBody {}).await.map(Some),
            None => {
                let query = PageQuery { limit: Some(NEWEST), ..Default::default() };
                api.call::<ListConsents>(NoArgs {}, query, NoBody {})
                    .await
                    .map(|page| page.items.into_iter().find(|c| c.session_id == session && Some(c.asked_by.id) == me))
            }
        };
        match found {
            Ok(Some(consent)) => {
                misses = 0;
                let (id, state) = (consent.id, consent.state);
                let news = shown.try_with_untracked(|c| c.as_ref() != Some(&consent));
                if news == Some(true) {
                    shown.set(Some(consent));
                }
                match state {
                    ConsentState::Asked => {}
                    ConsentState::Granted => return Ok(shown.try_with_untracked(|_| id)),
                    _ => return Ok(None),
                }
            }
            Ok(None) if misses >= MISSES => return Err(strings::watch_unknown().to_owned()),
            Err(error) if misses >= MISSES || error.problem().is_some() => return Err(explain(&error)),
            Ok(None) | Err(_) => misses += 1,
        }
        browser::sleep(LOOK).await;
    }
}
