//! Somebody's session, to look on, after they agreed.

use deskwarden_types::{ConsentId, ConsentPath, ConsentState, NoArgs, NoBody, agent::stream_close, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::{
    frame::{ForPerson, Next, Place, ScreenPlace, Stage},
    rfb,
    toolbar::{FullScreenButton, ScaleButton},
};
use crate::{
    api::{Api, use_api},
    parts::{Act, ButtonKind, Icon, explain, icons},
    router::use_router,
    strings::{self, labels},
    words,
};

/// The page.
#[component]
pub fn WatchPage() -> impl IntoView {
    view! { <ForPerson><Watch /></ForPerson> }
}

#[component]
fn Watch() -> impl IntoView {
    let api = use_api();
    let router = use_router();
    let place = Place::new();
    let consent = RwSignal::new(None::<Consent>);
    let id =
        router.path.with_untracked(|path| path.strip_prefix("/watch/").and_then(|id| id.parse::<ConsentId>().ok()));
    let run = move || match id {
        Some(id) => spawn_local(go(api, id, place, consent)),
        None => place.over(strings::no_such_consent(), String::new(), Next::Nothing),
    };
    Effect::new(move |started: Option<bool>| {
        let ready = place.node.get().is_some();
        if ready && started != Some(true) {
            run();
        }
        ready || started == Some(true)
    });
    let who = Signal::derive(move || {
        consent
            .with(|c| c.as_ref().map(|c| strings::you_watch(words::person(&c.user), c.session_id)).unwrap_or_default())
    });
    let why = move || consent.with(|c| c.as_ref().map(|c| c.reason.clone()));
    Effect::new(move |_| super::toolbar::entitle(&who.get()));
    let stop = move || {
        place.over(strings::watch_stopped(), strings::watch_stopped_how().to_owned(), Next::Nothing);
        let Some(id) = id else { return };
        spawn_local(async move {
            // Closing the stream ends it as well; the server's answer only says so sooner.
            if let Err(error) = api.call::<EndWatch>(ConsentPath { id }, NoArgs {}, NoBody {}).await {
                place.over(strings::watch_stopped(), explain(&error), Next::Nothing);
            }
        });
    };
    let here = move || place.stage.with(|stage| *stage == Stage::Here);
    view! {
        <main class="screen-page">
            <header class="screen-bar watching">
                <Icon icon=icons::WATCH />
                <h1>{who}</h1>
                <span class="quiet wraps">{why}</span>
                <span class="grow"></span>
                <ScaleButton place=place />
                <FullScreenButton />
                {move || here().then(|| view! { <Act kind=ButtonKind::Danger on_click=stop>{strings::stop_watching()}</Act> })}
            </header>
            <ScreenPlace place=place label=who on_again=run />
        </main>
    }
    .into_any()
}

/// From a consent to the end of watching.
async fn go(api: Api, id: ConsentId, place: Place, consent: RwSignal<Option<Consent>>) {
    let path = ConsentPath { id };
    place.coming(strings::screen_looking());
    let known = match api.call::<ShowConsent>(path, NoArgs {}, NoBody {}).await {
        Ok(known) => known,
        Err(error) => return place.over(strings::no_such_consent(), explain(&error), Next::Nothing),
    };
    let state = known.state;
    let _ = consent.try_set(Some(known.clone()));
    if !matches!(state, ConsentState::Granted | ConsentState::Watching) {
        return say_over(place, &known, stream_close::NORMAL);
    }
    place.coming(strings::screen_connecting());
    let ticket = match api.call::<OpenWatch>(path, NoArgs {}, NoBody {}).await {
        Ok(ticket) => ticket,
        Err(error) => return place.over(strings::watch_failed(), explain(&error), Next::Nothing),
    };
    let Some(node) = place.node.try_get_untracked().flatten() else { return };
    let scale = place.scaled.try_get_untracked().unwrap_or(true);
    let there = move || place.show(Stage::Here);
    let (screen, stream) = match rfb::connect(&node, &ticket.address, true, scale, there).await {
        Ok(connected) => connected,
        Err(_) => return place.over(strings::watch_failed(), strings::screen_not_loaded().to_owned(), Next::Nothing),
    };
    place.screen.try_set_value(Some(screen));
    let closed = stream.end().await;
    let left = place.stage.try_with_untracked(|stage| matches!(stage, Stage::Over(..))).unwrap_or(true);
    place.clear();
    if left {
        return;
    }
    let now = api.call::<ShowConsent>(path, NoArgs {}, NoBody {}).await;
    say_over(place, now.as_ref().unwrap_or(&known), closed.code);
}

/// Says why there is nothing to see.
fn say_over(place: Place, consent: &Consent, code: u16) {
    let by_user = consent.ended_by.as_ref().is_some_and(|by| by.id == consent.user.id);
    let (title, how) = match (consent.state, code) {
        (ConsentState::Asked, _) => (strings::watch_not_yet(), strings::watch_not_yet_how().to_owned()),
        (ConsentState::Denied, _) => {
            let how = consent
                .answer
                .map_or_else(|| labels::consent_state_label(consent.state), labels::command_outcome_label);
            (strings::watch_denied(), strings::sentence(how))
        }
        (ConsentState::Withdrawn, _) => (strings::watch_too_late(), strings::watch_ask_again().to_owned()),
        (_, stream_close::ENDED_BY_USER) => (strings::watch_ended_by_user(), strings::watch_ask_again().to_owned()),
        _ if by_user => (strings::watch_ended_by_user(), strings::watch_ask_again().to_owned()),
        (_, stream_close::SESSION_OVER) => (strings::session_is_over(), strings::watch_stopped_how().to_owned()),
        (_, stream_close::POOR_NETWORK) => (strings::watch_poor_network(), strings::watch_ask_again().to_owned()),
        _ => (strings::watch_over(), strings::watch_ask_again().to_owned()),
    };
    place.over(title, how, Next::Nothing);
}
