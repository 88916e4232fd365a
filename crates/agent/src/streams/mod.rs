//! Streams: a session's screen, through a WebSocket of the agent's to the server that has the viewer.
//!
//! The agent says the first words to either side itself, so that nobody else holds what opens a screen, and lets pass
//! what the rules of `deskwarden_domain::rfb` let pass.

mod dial;
mod frames;
mod hello;
mod line;
mod native;
mod pipe;
mod source;

use std::sync::atomic::{AtomicU64, Ordering};

use deskwarden_domain::rfb::Reach;
use deskwarden_types::agent::{StreamOrder, stream_close};
use tokio::sync::oneshot;

pub(crate) use self::{dial::Dialer, native::native, source::Source};
use crate::clock::Clock;

/// How a stream is to be closed by this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Close {
    /// One of [`stream_close`].
    pub code: u16,
    /// For the log of either side.
    pub why: &'static str,
}

/// How a stream ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    /// The close code, whoever said it; none where the connection broke.
    pub code: Option<u16>,
    /// In words.
    pub why: String,
}

impl std::fmt::Display for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.code {
            Some(code) => write!(f, "{} ({code})", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl From<Close> for Ending {
    fn from(close: Close) -> Self {
        Self { code: Some(close.code), why: close.why.to_owned() }
    }
}

impl Ending {
    /// Without a word of the other side.
    pub(crate) fn broken(why: impl std::fmt::Display) -> Self {
        Self { code: None, why: why.to_string() }
    }
}

/// When a session's user last typed or moved anything.
#[derive(Debug, Default)]
pub(crate) struct InputClock(AtomicU64);

impl InputClock {
    /// Just now, by the boot's clock.
    pub(crate) fn touch(&self, now_ms: u64) {
        self.0.store(now_ms.max(1), Ordering::Relaxed);
    }

    /// Seconds since then, where that is known.
    pub(crate) fn idle(&self, now_ms: u64) -> Option<u32> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            last => Some(u32::try_from(now_ms.saturating_sub(last) / 1_000).unwrap_or(u32::MAX)),
        }
    }
}

/// Streams a session's screen to its user. Closes when `told` says so, and when what it belongs to is gone.
pub(crate) async fn control(
    dialer: &Dialer,
    order: &StreamOrder,
    source: &Source,
    input: &InputClock,
    clock: &Clock,
    opened: impl FnOnce(),
    told: oneshot::Receiver<Close>,
) -> Ending {
    let line = match dialer.dial(order).await {
        Ok(line) => line,
        Err(error) => return Ending::broken(error),
    };
    let touched = || input.touch(clock.boot_ms());
    show(line, source, Reach::Control, opened, touched, told).await
}

/// Shows a screen over a line that is open.
pub(crate) async fn show(
    mut line: line::Line,
    source: &Source,
    reach: Reach,
    opened: impl FnOnce(),
    touched: impl Fn(),
    mut told: oneshot::Receiver<Close>,
) -> Ending {
    let screen = match source.open(reach).await {
        Ok(screen) => screen,
        Err(error) => {
            tracing::warn!(%error, "a screen could not be opened");
            return line.refuse(Close { code: stream_close::NORMAL, why: "the screen could not be opened" }).await;
        }
    };
    let greeted = tokio::select! {
        greeted = hello::greet(&mut line, &screen.init) => greeted,
        close = &mut told => Err(said(close)),
    };
    if let Err(ending) = greeted {
        return line.close(ending).await;
    }
    opened();
    pipe::pipe(line, screen.stream, reach, touched, told).await
}

/// Dials only to say why the screen is not shown.
pub(crate) fn refuse(dialer: Dialer, order: StreamOrder, close: Close) {
    tracing::info!(session = %order.session_id, stream = %order.stream_id, why = close.why, "a stream was refused");
    tokio::spawn(async move {
        match dialer.dial(&order).await {
            Ok(line) => drop(line.refuse(close).await),
            Err(error) => tracing::info!(%error, "a refusal could not be told"),
        }
    });
}

/// What was said; where who could have said it is gone, the session is.
pub(crate) fn said(close: Result<Close, oneshot::error::RecvError>) -> Ending {
    let gone = Close { code: stream_close::SESSION_OVER, why: "the session is over" };
    close.unwrap_or(gone).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_time_is_known_from_the_first_input_on() {
        let input = InputClock::default();
        assert_eq!(input.idle(5_000), None);
        input.touch(5_000);
        assert_eq!((input.idle(5_999), input.idle(67_000), input.idle(1)), (Some(0), Some(62), Some(0)));
    }

    #[test]
    fn a_stream_of_a_session_that_is_gone_says_that_it_is_over() {
        let (told, heard) = oneshot::channel::<Close>();
        drop(told);
        assert_eq!(said(heard.blocking_recv()).code, Some(stream_close::SESSION_OVER));
    }
}
