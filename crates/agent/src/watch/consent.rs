//! Asking a user whether somebody may watch.

use std::{process::Stdio, time::Duration};

use deskwarden_types::{CommandOutcome, agent::CommandOrder};
use tokio::sync::oneshot;

use crate::{
    display::{self, Screen, TIMED_OUT, WINDOW_CLOSED, text},
    exec,
};

/// The exit code of the button that agrees. Nothing else is a yes.
const AGREED: i32 = 0;
/// The exit code of the button that does not.
const DECLINED: i32 = 1;
/// How long a yes is good for, in milliseconds.
const GOOD_FOR_MS: u64 = 60_000;

/// What a user is asked.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    words: String,
    seconds: u32,
}

/// A user's yes, for one time of watching.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    /// Who may watch, as the user saw it.
    pub who: String,
    until_ms: u64,
}

impl Question {
    /// What an order asks about the session of this name.
    pub(crate) fn of(name: &str, order: &CommandOrder, seconds: u32) -> Self {
        let seconds = seconds.clamp(1, 600);
        Self { words: text::consent(name, order.requested_by.as_deref(), order.reason.as_deref(), seconds), seconds }
    }
}

impl Grant {
    /// What a yes to this order allows, from now on.
    pub(crate) fn of(order: &CommandOrder, now_ms: u64) -> Self {
        let who = text::person(order.requested_by.as_deref());
        Self { who, until_ms: now_ms + GOOD_FOR_MS }
    }

    /// Whether it still does.
    pub(crate) fn holds(&self, now_ms: u64) -> bool {
        now_ms <= self.until_ms
    }
}

/// Asks, and says what the user answered. Dropping the other end of `taken_back` takes the question back.
pub(crate) async fn ask(
    screen: &Screen,
    question: &Question,
    taken_back: oneshot::Receiver<()>,
) -> (CommandOutcome, String) {
    let no_display = |why: &str| (CommandOutcome::NoDisplay, format!("the question could not be shown: {why}"));
    let Some(zenity) = display::find("zenity") else {
        return no_display("zenity is not installed");
    };
    if !screen.reachable().await {
        return no_display("the session's display takes no windows");
    }
    // Return and Escape both decline; to agree takes the button.
    let args = vec![
        "--question".to_owned(),
        "--title=Deskwarden".to_owned(),
        "--no-markup".to_owned(),
        "--width=460".to_owned(),
        "--default-cancel".to_owned(),
        "--ok-label=_Allow".to_owned(),
        "--cancel-label=_Deny".to_owned(),
        format!("--timeout={}", question.seconds),
        // Zenity reads backslashes as escapes.
        format!("--text={}", question.words.replace('\\', "\\\\")),
    ];
    let mut dialog = match screen.run_heard(&zenity, args, Stdio::null()).await {
        Ok(dialog) => dialog,
        Err(error) => return no_display(&error.to_string()),
    };
    let patience = Duration::from_secs(u64::from(question.seconds) + 15);
    let code = tokio::select! {
        biased;
        _ = taken_back => {
            stop(&mut dialog).await;
            return (CommandOutcome::NobodyThere, "the user left before the answer".to_owned());
        }
        ended = tokio::time::timeout(patience, dialog.wait()) => match ended {
            Ok(Ok(status)) => status.code().ok_or_else(|| exec::describe(status)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => {
                stop(&mut dialog).await;
                Ok(TIMED_OUT)
            }
        },
    };
    answer(code)
}

fn answer(code: Result<i32, String>) -> (CommandOutcome, String) {
    match code {
        Ok(AGREED) => (CommandOutcome::Granted, String::new()),
        Ok(DECLINED) => (CommandOutcome::Denied, "the user said no".to_owned()),
        Ok(TIMED_OUT) => (CommandOutcome::NotAnswered, "the user did not answer in time".to_owned()),
        Ok(WINDOW_CLOSED) => (CommandOutcome::QuestionClosed, "the user closed the question".to_owned()),
        Ok(code) => (CommandOutcome::QuestionClosed, format!("the question ended with exit status {code}")),
        Err(why) => (CommandOutcome::QuestionClosed, format!("the question {why}")),
    }
}

async fn stop(dialog: &mut tokio::process::Child) {
    let _ = dialog.start_kill();
    let _ = tokio::time::timeout(Duration::from_secs(5), dialog.wait()).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_button_that_agrees_is_a_yes() {
        assert_eq!(answer(Ok(0)).0, CommandOutcome::Granted);
        for code in (1..=255).chain([-1, i32::MAX, i32::MIN]) {
            assert_ne!(answer(Ok(code)).0, CommandOutcome::Granted, "{code}");
        }
        assert_eq!(answer(Ok(1)).0, CommandOutcome::Denied);
        assert_eq!(answer(Ok(3)).0, CommandOutcome::QuestionClosed);
        assert_eq!(answer(Ok(5)).0, CommandOutcome::NotAnswered);
        assert_eq!(answer(Err("ended by signal 9".into())).0, CommandOutcome::QuestionClosed);
    }
}
