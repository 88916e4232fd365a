//! The person's own session, to be used: waits until it is there, connects, and connects again where the network failed.

use std::time::Duration;

use deskwarden_types::{ErrorCode, NoArgs, NoBody, Phase, SessionId, SessionPath, Status, agent::stream_close, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::{
    frame::{ForPerson, Next, Place, ScreenPlace, Stage, may_pass},
    rfb::{self, Closed},
    toolbar::Toolbar,
};
use crate::{
    api::{Api, use_api},
    browser,
    parts::explain,
    router::use_router,
    strings::{self, labels},
};

/// Between two looks at a session that is not there yet.
const LOOK: Duration = Duration::from_secs(1);
/// After so many looks the person is told that it takes long.
const LONG: u32 = 20;
/// The pauses between tries to connect again, in seconds; then it is given up.
const PAUSES: [u64; 8] = [1, 2, 4, 8, 15, 15, 30, 30];

/// The page.
#[component]
pub fn ScreenPage() -> impl IntoView {
    view! { <ForPerson><Control /></ForPerson> }
}

#[component]
fn Control() -> impl IntoView {
    let api = use_api();
    let router = use_router();
    let place = Place::new();
    let name = RwSignal::new(String::new());
    let id =
        router.path.with_untracked(|path| path.strip_prefix("/screen/").and_then(|id| id.parse::<SessionId>().ok()));
    let run = move || match id {
        Some(id) => spawn_local(go(api, id, place, name)),
        None => place.over(strings::no_such_session(), String::new(), Next::Nothing),
    };
    // When there is a place to draw in.
    Effect::new(move |started: Option<bool>| {
        let ready = place.node.get().is_some();
        if ready && started != Some(true) {
            run();
        }
        ready || started == Some(true)
    });
    Effect::new(move |_| super::toolbar::entitle(&name.get()));
    let leave = move || place.over(strings::screen_left(), strings::screen_left_how().to_owned(), Next::Connect);
    view! {
        <main class="screen-page">
            <Toolbar place=place name=name on_leave=leave />
            <ScreenPlace place=place label=name on_again=run />
        </main>
    }
    .into_any()
}

/// Whether to go on.
enum Then {
    Connect,
    Pause,
    Stop,
}

/// From a session's id to its end, or to the end of the page.
async fn go(api: Api, id: SessionId, place: Place, name: RwSignal<String>) {
    let mut tries = 0;
    place.coming(strings::screen_looking());
    while place.lives() {
        match step(api, id, place, name).await {
            Then::Stop => return,
            Then::Connect => tries = 0,
            Then::Pause => {
                let Some(pause) = PAUSES.get(tries) else {
                    return place.over(strings::screen_lost(), strings::screen_lost_how().to_owned(), Next::Connect);
                };
                tries += 1;
                place.coming(&strings::screen_again(*pause as usize));
                browser::sleep(Duration::from_secs(*pause)).await;
            }
        }
    }
}

/// Waits for the session, connects, and stays until the stream ends.
async fn step(api: Api, id: SessionId, place: Place, name: RwSignal<String>) -> Then {
    let session = match wait(api, id, place).await {
        Ok(Some(session)) => session,
        Ok(None) => return Then::Stop,
        Err(error) if may_pass(&error) => return Then::Pause,
        Err(error) => {
            let gone = matches!(error.code(), Some(ErrorCode::NotFound | ErrorCode::Forbidden));
            let title = if gone { strings::no_such_session() } else { strings::screen_failed() };
            place.over(title, explain(&error), Next::Nothing);
            return Then::Stop;
        }
    };
    let _ = name.try_set(session.resource.name.clone());
    place.coming(strings::screen_connecting());
    let ticket = match api.call::<OpenStream>(SessionPath { id }, NoArgs {}, NoBody {}).await {
        Ok(ticket) => ticket,
        Err(error) if may_pass(&error) => return Then::Pause,
        Err(error) => {
            place.over(strings::screen_failed(), explain(&error), Next::Connect);
            return Then::Stop;
        }
    };
    let Some(node) = place.node.try_get_untracked().flatten() else { return Then::Stop };
    let scale = place.scaled.try_get_untracked().unwrap_or(true);
    let there = move || place.show(Stage::Here);
    let (screen, stream) = match rfb::connect(&node, &ticket.address, false, scale, there).await {
        Ok(connected) => connected,
        Err(_) => {
            place.over(strings::screen_failed(), strings::screen_not_loaded().to_owned(), Next::Connect);
            return Then::Stop;
        }
    };
    place.screen.try_set_value(Some(screen));
    let closed = stream.end().await;
    // Somebody pressed Disconnect, or the page is gone: that was said already.
    let left = place.stage.try_with_untracked(|stage| matches!(stage, Stage::Over(..))).unwrap_or(true);
    place.clear();
    if left { Then::Stop } else { after(api, id, place, closed).await }
}

/// Waits while the session is on its way. None: it has no screen, which was said.
async fn wait(api: Api, id: SessionId, place: Place) -> Result<Option<Session>, deskwarden_client::ClientError> {
    let mut looks = 0;
    while place.lives() {
        let session = api.call::<ShowSession>(SessionPath { id }, NoArgs {}, NoBody {}).await?.session;
        match session.phase {
            Phase::Live | Phase::Idle if session.status != Status::Error => return Ok(Some(session)),
            Phase::Pending => {
                place.coming(if looks < LONG { strings::screen_starting() } else { strings::screen_starting_long() });
                looks += 1;
                browser::sleep(LOOK).await;
            }
            Phase::Live | Phase::Idle | Phase::Ending | Phase::Over => {
                say_over(place, &session);
                return Ok(None);
            }
        }
    }
    Ok(None)
}

/// Says why there is no screen any more.
fn say_over(place: Place, session: &Session) {
    let failed = session.status == Status::Error;
    let title = if failed { strings::screen_not_started() } else { strings::session_is_over() };
    let why = session.end_reason.map(labels::end_reason_label);
    let status = labels::status_label(session.kind, session.status);
    place.over(title, strings::screen_over_how(&session.resource.name, why.unwrap_or(status)), Next::Nothing);
}

/// What a closed stream means: the server says what has become of the session.
async fn after(api: Api, id: SessionId, place: Place, closed: Closed) -> Then {
    place.coming(strings::screen_looking());
    if said_over(api, id, place).await {
        return Then::Stop;
    }
    let (title, how) = match closed.code {
        stream_close::OPENED_ELSEWHERE => (strings::screen_elsewhere(), strings::screen_elsewhere_how()),
        stream_close::DISCONNECTED => (strings::screen_cut(), strings::screen_cut_how()),
        stream_close::SESSION_OVER => {
            over_soon(api, id, place).await;
            return Then::Stop;
        }
        stream_close::AGAINST_THE_RULES => (strings::screen_failed(), strings::screen_against()),
        // A poor network, or a connection that broke: as long as it worked before, at once again.
        _ if closed.was_there => return Then::Connect,
        _ => return Then::Pause,
    };
    place.over(title, how.to_owned(), Next::Connect);
    Then::Stop
}

/// The stream has told the end of the session; how it ended follows with the agent's report.
async fn over_soon(api: Api, id: SessionId, place: Place) {
    let say = |next| place.over(strings::session_is_over(), strings::screen_over_soon().to_owned(), next);
    say(Next::Nothing);
    for _ in 0..LONG {
        browser::sleep(LOOK).await;
        if !place.lives() || said_over(api, id, place).await {
            return;
        }
    }
    say(Next::Connect);
}

/// Says how the session ended, if the server knows that it has.
async fn said_over(api: Api, id: SessionId, place: Place) -> bool {
    let session = api.call::<ShowSession>(SessionPath { id }, NoArgs {}, NoBody {}).await.ok().map(|d| d.session);
    let over = |s: &Session| matches!(s.phase, Phase::Over | Phase::Ending) || s.status == Status::Error;
    let session = session.filter(over);
    if let Some(session) = &session {
        say_over(place, session);
    }
    session.is_some()
}
