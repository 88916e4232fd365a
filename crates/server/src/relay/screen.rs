//! The agent's side of a stream.

use std::{sync::Arc, time::Duration};

use actix_http::ws::Frame;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use deskwarden_store::{
    WriteScope,
    agents::AgentIdentity,
    streams::{self, WatchEnd},
};
use deskwarden_types::{
    StreamId, StreamReach,
    agent::{JoinStream, stream_close},
};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::{
    PIECE,
    link::{End, Link, Relays, WENT_WRONG},
    rules::FromScreen,
    viewer::{Said, said},
};
use crate::{
    http::{ApiError, Call, Receiver, Sender, Upgrade},
    state::State,
};

/// The order may overtake what it is about: so long it is looked for.
const LOOKS: u32 = 40;
const LOOK: Duration = Duration::from_millis(25);
/// How often the agent is asked for a sign.
const PING: Duration = Duration::from_secs(10);
/// Room for what comes from an agent at once: a few of its messages.
const ROOM: usize = 64 * 1024;
/// An agent that gives none for so long is gone.
const SILENT: Duration = Duration::from_secs(30);

/// Joins a stream whose browser is at this server.
pub async fn join_stream(
    call: Call<JoinStream>,
    state: web::Data<State>,
    upgrade: Upgrade,
) -> Result<HttpResponse, ApiError> {
    let (agent, id) = (call.agent()?.clone(), call.path.id);
    let link =
        find(&state.relays, &agent, id).await.ok_or_else(|| ApiError::not_found("stream that waits for this agent"))?;
    upgrade.check()?;
    let browser = link.browser;
    let join = move |scope: &mut WriteScope<'_>| streams::join(scope, &agent, id, browser);
    state.store.write(link.opened.tenant, call.now, join).await?;
    let (response, to_screen, frames) = upgrade.accept()?;
    if link.joined(to_screen.clone()) {
        actix_web::rt::spawn(forward(link, frames.with_room(ROOM), to_screen));
    }
    Ok(response)
}

/// Another agent's stream is none of this one's.
async fn find(relays: &Relays, agent: &AgentIdentity, id: StreamId) -> Option<Arc<Link>> {
    for _ in 0..LOOKS {
        if let Some(link) = relays.find(id) {
            return Some(link).filter(|link| link.opened.agent == agent.agent && link.opened.tenant == agent.tenant);
        }
        sleep(LOOK).await;
    }
    None
}

async fn forward(link: Arc<Link>, frames: Receiver, to_screen: Sender) {
    let lost = || End::new(WENT_WRONG, "the session's machine was lost");
    tokio::select! {
        () = pass(&link, frames, to_screen.clone()) => {}
        () = ping(to_screen) => link.end(lost()),
    }
}

async fn ping(to_screen: Sender) {
    let mut timer = interval(PING);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        if to_screen.ping().await.is_err() {
            return;
        }
    }
}

/// Passes on what the screen shows, until the stream ends. While the browser takes nothing, nothing is read.
async fn pass(link: &Link, mut frames: Receiver, to_screen: Sender) {
    let mut rules = (link.opened.reach == StreamReach::View).then(FromScreen::new);
    let lost = || End::new(WENT_WRONG, "the session's machine was lost");
    loop {
        let frame = match link.unless_ended(timeout(SILENT, frames.recv())).await {
            None => return,
            Some(Err(_)) => return link.end(lost()),
            Some(Ok(frame)) => frame,
        };
        if let Some(Ok(Frame::Close(reason))) = &frame {
            let code = reason.as_ref().map_or(stream_close::NORMAL, |reason| reason.code.into());
            return link.end(closed(code));
        }
        let bytes = match said(frame) {
            Said::Bytes(bytes) => bytes,
            Said::Ping(bytes) => {
                let _ = link.unless_ended(to_screen.pong(bytes)).await;
                continue;
            }
            Said::Nothing => continue,
            Said::Left(_) => return link.end(lost()),
            Said::Wrong => return link.end(End::against_the_rules()),
        };
        let mut bytes = match &mut rules {
            None => bytes,
            Some(rules) => match rules.take(&bytes) {
                Ok(passed) => Bytes::from(passed),
                Err(error) => {
                    tracing::warn!(stream = link.opened.id.0, %error, "a screen showed what nobody may watch");
                    return link.end(End::against_the_rules());
                }
            },
        };
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(PIECE));
            match link.unless_ended(link.to_browser.binary(piece)).await {
                None => return,
                Some(Ok(())) => {}
                Some(Err(_)) => return link.end(End::new(stream_close::NORMAL, "the viewer left")),
            }
        }
    }
}

/// The agent closed its side, for this reason; the browser is told the same.
fn closed(code: u16) -> End {
    match code {
        stream_close::ENDED_BY_USER => End::new(code, "the user ended it").by(WatchEnd::User),
        stream_close::SESSION_OVER => End::new(code, "the session is over"),
        stream_close::DISCONNECTED => End::new(code, "the session was disconnected"),
        stream_close::OPENED_ELSEWHERE => End::new(code, "the session was opened elsewhere"),
        stream_close::AGAINST_THE_RULES => End::against_the_rules(),
        stream_close::NORMAL => End::new(code, "the screen is gone"),
        _ => End::new(WENT_WRONG, "the session's machine closed the stream"),
    }
}
