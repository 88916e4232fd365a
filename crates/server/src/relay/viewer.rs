//! The browser's side of a stream.

use std::{sync::Arc, time::Duration};

use actix_http::ws::{Frame, Item, ProtocolError};
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use deskwarden_domain::browser_terminal;
use deskwarden_store::{
    WriteScope,
    streams::{self, Browser, JOIN_SECONDS, WatchEnd},
};
use deskwarden_types::{StreamReach, agent::stream_close, api::FollowStream};
use tokio::{
    sync::oneshot,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use super::{
    link::{End, Link, WENT_WRONG, close},
    rules::FromViewer,
};
use crate::{
    auth::hash,
    http::{ApiError, Call, Receiver, Sender, Upgrade},
    state::State,
};

/// How often it is looked whether the browser still gives signs.
const LOOK: Duration = Duration::from_millis(200);
/// A screen that takes nothing for so long is gone.
const TAKES: Duration = Duration::from_secs(30);

/// Opens a stream by its ticket.
pub async fn follow_stream(
    call: Call<FollowStream>,
    state: web::Data<State>,
    upgrade: Upgrade,
) -> Result<HttpResponse, ApiError> {
    upgrade.check()?;
    let ticket = hash(&call.path.ticket);
    let tenant = state.store.read_all(move |conn| streams::tenant_of(conn, &ticket)).await?;
    let server = state.options.advertise_url.clone();
    let open = move |scope: &mut WriteScope<'_>| streams::open(scope, &ticket, server.as_deref());
    let opened = state.store.write(tenant, call.now, open).await?;
    let terminal = browser_terminal(call.header("user-agent").unwrap_or_default());
    let browser = Browser { ip: call.client, terminal };
    let (response, to_browser, frames) = upgrade.accept()?;
    let (link, screen) = Link::new(opened, browser, to_browser);
    state.relays.add(link.clone());
    actix_web::rt::spawn(run(state.into_inner(), link, frames, screen));
    Ok(response)
}

async fn run(state: Arc<State>, link: Arc<Link>, mut frames: Receiver, screen: oneshot::Receiver<Sender>) {
    let to_screen = wait(&link, &mut frames, screen).await;
    if let Some(to_screen) = to_screen.clone() {
        let pings = Duration::from_millis(u64::from(link.opened.poor_network_seconds) * 1000 / 4);
        tokio::select! {
            () = forward(&link, &mut frames, to_screen) => {}
            () = ping(link.to_browser.clone(), pings) => link.end(End::new(stream_close::NORMAL, "the viewer left")),
        }
    }
    let end = link.ended().await;
    let (id, tenant) = (link.opened.id, link.opened.tenant);
    state.relays.remove(id);
    tracing::info!(stream = id.0, code = end.code, why = end.why, "a stream ended");
    let (closing, now, by) = (state.clone(), state.clock.now(), end.by);
    // Outlives the worker that this runs on.
    state.runtime.spawn(async move {
        let done = closing.store.write(tenant, now, move |scope| streams::close(scope, id, by)).await;
        if let Err(error) = done {
            tracing::warn!(stream = id.0, %error, "a stream's end could not be written; a job does it");
        }
    });
    let browser = close(link.to_browser.clone(), &end);
    match to_screen {
        Some(to_screen) => drop(tokio::join!(browser, close(to_screen, &end))),
        None => browser.await,
    }
}

/// Waits until the agent is there. The screen speaks first: a viewer has nothing to say before.
async fn wait(link: &Link, frames: &mut Receiver, mut screen: oneshot::Receiver<Sender>) -> Option<Sender> {
    let limit = tokio::time::sleep(Duration::from_secs(JOIN_SECONDS.unsigned_abs()));
    tokio::pin!(limit);
    loop {
        tokio::select! {
            biased;
            _ = link.ended() => return None,
            joined = &mut screen => match joined {
                Ok(to_screen) => return Some(to_screen),
                Err(_) => link.end(End::new(WENT_WRONG, "the server lost the stream")),
            },
            () = &mut limit => {
                tracing::warn!(stream = link.opened.id.0, "the agent did not join; with several servers, each needs its own --advertise-url");
                link.end(End::new(WENT_WRONG, "the session's machine did not answer in time"));
            }
            frame = frames.recv() => match frame {
                Some(Ok(Frame::Ping(bytes))) => {
                    // What cannot be sent shows by itself.
                    let _ = link.to_browser.pong(bytes).await;
                }
                Some(Ok(Frame::Pong(_))) => {}
                Some(Ok(Frame::Close(_))) | None => {
                    link.end(End::new(stream_close::NORMAL, "the viewer left").by(WatchEnd::Watcher));
                }
                Some(_) => link.end(End::against_the_rules()),
            },
        }
    }
}

/// Asks the browser for signs until it is gone.
async fn ping(to_browser: Sender, every: Duration) {
    let mut timer = interval(every);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        if to_browser.ping().await.is_err() {
            return;
        }
    }
}

/// Passes on what the viewer says, until the stream ends.
async fn forward(link: &Link, frames: &mut Receiver, to_screen: Sender) {
    let mut rules = (link.opened.reach == StreamReach::View).then(FromViewer::new);
    let patience = Duration::from_secs(link.opened.poor_network_seconds.into());
    let mut sign = Instant::now();
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let frame = tokio::select! {
            biased;
            _ = link.ended() => return,
            frame = frames.recv() => frame,
            _ = look.tick() => {
                if sign.elapsed() >= patience {
                    link.end(End::new(stream_close::POOR_NETWORK, "no sign of the viewer: its network is poor"));
                }
                continue;
            }
        };
        sign = Instant::now();
        let bytes = match said(frame) {
            Said::Bytes(bytes) => bytes,
            Said::Ping(bytes) => {
                let _ = link.unless_ended(link.to_browser.pong(bytes)).await;
                continue;
            }
            Said::Nothing => continue,
            Said::Left(by) => return link.end(End::new(stream_close::NORMAL, "the viewer left").by(by)),
            Said::Wrong => return link.end(End::against_the_rules()),
        };
        let bytes = match &mut rules {
            None => bytes,
            Some(rules) => match rules.take(&bytes) {
                Ok(passed) => Bytes::from(passed),
                Err(error) => {
                    tracing::warn!(stream = link.opened.id.0, %error, "a viewer said what it may not");
                    return link.end(End::against_the_rules());
                }
            },
        };
        if bytes.is_empty() {
            continue;
        }
        match link.unless_ended(timeout(TAKES, to_screen.binary(bytes))).await {
            None => return,
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(_)) | Err(_)) => {
                return link.end(End::new(WENT_WRONG, "the session's machine takes nothing any more"));
            }
        }
    }
}

/// What a frame says, as far as bytes go: where a message ends means nothing.
pub(super) enum Said {
    /// A part of the stream.
    Bytes(Bytes),
    /// To be answered.
    Ping(Bytes),
    /// A sign of life.
    Nothing,
    /// It was closed, by whom.
    Left(WatchEnd),
    /// Nothing that belongs here.
    Wrong,
}

pub(super) fn said(frame: Option<Result<Frame, ProtocolError>>) -> Said {
    match frame {
        Some(Ok(Frame::Binary(bytes))) => Said::Bytes(bytes),
        Some(Ok(Frame::Continuation(Item::FirstBinary(bytes) | Item::Continue(bytes) | Item::Last(bytes)))) => {
            Said::Bytes(bytes)
        }
        Some(Ok(Frame::Ping(bytes))) => Said::Ping(bytes),
        Some(Ok(Frame::Pong(_))) => Said::Nothing,
        Some(Ok(Frame::Close(_))) => Said::Left(WatchEnd::Watcher),
        None => Said::Left(WatchEnd::Nobody),
        Some(Ok(Frame::Text(_) | Frame::Continuation(Item::FirstText(_))) | Err(_)) => Said::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_messages_pass_and_words_do_not() {
        let bytes = Bytes::from_static(b"some");
        let part = |item: fn(Bytes) -> Item| Ok(Frame::Continuation(item(bytes.clone())));
        for frame in [Ok(Frame::Binary(bytes.clone())), part(Item::FirstBinary), part(Item::Continue), part(Item::Last)]
        {
            assert!(matches!(said(Some(frame)), Said::Bytes(passed) if passed == bytes));
        }
        for frame in [Ok(Frame::Text(bytes.clone())), part(Item::FirstText), Err(ProtocolError::UnmaskedFrame)] {
            assert!(matches!(said(Some(frame)), Said::Wrong));
        }
        assert!(matches!(said(None), Said::Left(WatchEnd::Nobody)));
        assert!(matches!(said(Some(Ok(Frame::Close(None)))), Said::Left(WatchEnd::Watcher)));
    }
}
