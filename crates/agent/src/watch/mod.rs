//! Watching: somebody else sees a session's screen, with its user's consent and under its user's eyes.
//!
//! The consent is an exit code of a dialog that this agent started on the session's own display; there is no other way to
//! it. What is shown then comes from a server of its own that takes no input and gives no clipboard.

mod consent;
pub(crate) mod keep;
mod notice;
mod scraper;

use std::{path::PathBuf, time::Duration};

pub(crate) use consent::{Grant, Question, ask};
use deskwarden_domain::rfb::Reach;
use deskwarden_types::agent::{StreamOrder, stream_close};
use tokio::sync::oneshot;

use crate::{
    cgroup::Group,
    display::{Look, Screen, text},
    streams::{self, Close, Dialer, Ending},
};

/// How long the user is told that it has ended.
const FAREWELL: Duration = Duration::from_secs(15);
/// What ends a session ends its notice too, and that may be seen first.
const SAME_END: Duration = Duration::from_millis(500);

const OVER: Close = Close { code: stream_close::SESSION_OVER, why: "the session is over" };
const BY_USER: Close = Close { code: stream_close::ENDED_BY_USER, why: "the user has ended it" };

/// One time of watching.
pub(crate) struct Watch {
    /// The user's display.
    pub screen: Screen,
    /// Where everything of it lives and dies.
    pub group: Group,
    /// Where the screen is shown.
    pub socket: PathBuf,
    /// What shows it.
    pub scraper: PathBuf,
    /// Who watches, as the user is to see it.
    pub who: String,
}

impl Watch {
    /// Shows the screen until somebody ends it, and tells the user that it has ended.
    pub(crate) async fn run(self, dialer: &Dialer, order: &StreamOrder, mut told: oneshot::Receiver<Close>) -> Ending {
        let (line, begun) = tokio::join!(dialer.dial(order), self.begin());
        let was_seen = begun.is_ok();
        let ending = match (line, begun) {
            (Err(error), _) => Ending::broken(error),
            (Ok(line), Err(error)) => {
                tracing::warn!(%error, session = %order.session_id, "nobody watches: the user could not be shown it");
                let close = Close { code: stream_close::NORMAL, why: "the user could not be shown that you watch" };
                line.refuse(close).await
            }
            (Ok(line), Ok((source, notice))) => {
                let (end, ended) = oneshot::channel();
                let watching = streams::show(line, &source, Reach::View, || {}, || {}, ended);
                tokio::pin!(watching);
                let close = tokio::select! {
                    // Who ends a session says so before it kills what is of it.
                    biased;
                    close = &mut told => Ok(close.unwrap_or(OVER)),
                    ending = &mut watching => Err(ending),
                    // Nothing is shown from here on, whatever the reason.
                    () = notice.gone() => Ok(why_gone(&mut told).await),
                };
                match close {
                    Err(ending) => ending,
                    Ok(close) => {
                        let _ = end.send(close);
                        watching.await
                    }
                }
            }
        };
        self.end().await;
        let over = ending.code == Some(stream_close::SESSION_OVER);
        if was_seen && !over {
            self.tell_end().await;
        }
        ending
    }

    /// First the notice, then what it tells of.
    async fn begin(&self) -> std::io::Result<(streams::Source, notice::Notice)> {
        let display = Screen { group: self.group.clone(), ..self.screen.clone() };
        let notice = notice::show(&display, &self.who).await?;
        let source = scraper::start(&display, &self.scraper, &self.socket).await?;
        Ok((source, notice))
    }

    async fn end(&self) {
        if let Err(error) = self.group.kill() {
            tracing::error!(%error, "what showed a screen could not be ended");
        }
        let _ = tokio::time::timeout(Duration::from_secs(5), self.group.emptied()).await;
        self.group.remove();
        // In a directory of its account's, where the name may be anything by now: a link is removed, not followed.
        let _ = std::fs::remove_file(&self.socket);
    }

    async fn tell_end(&self) {
        let words = text::watched(&self.who);
        if let Err(error) = self.screen.show(Look::Message, &words, FAREWELL).await {
            tracing::info!(%error, "the user could not be told that nobody watches any more");
        }
    }
}

/// Why the notice is not seen any more.
async fn why_gone(told: &mut oneshot::Receiver<Close>) -> Close {
    tokio::time::timeout(SAME_END, told).await.map_or(BY_USER, |close| close.unwrap_or(OVER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_of_the_session_is_no_word_of_the_users() {
        let (end, mut told) = oneshot::channel();
        let why = tokio::spawn(async move { why_gone(&mut told).await.code });
        tokio::task::yield_now().await;
        end.send(OVER).unwrap();
        assert_eq!(why.await.unwrap(), stream_close::SESSION_OVER);

        let (_end, mut told) = oneshot::channel();
        assert_eq!(why_gone(&mut told).await.code, stream_close::ENDED_BY_USER);
    }
}
