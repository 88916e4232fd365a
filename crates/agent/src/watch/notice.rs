//! The notice on the user's display while somebody watches. It stays; closing or answering it ends the watching.

use std::{io, process::Stdio, time::Duration};

use tokio::{
    io::AsyncReadExt,
    process::{Child, ChildStdout},
};

use super::keep;
use crate::{
    display::{self, Screen, text},
    exec,
};

/// How long the notice may take to be on the screen.
const PATIENCE: Duration = Duration::from_secs(15);

/// A notice that the user sees.
pub(super) struct Notice {
    dialog: Child,
    keeper: Child,
    _line: ChildStdout,
}

/// Shows it, and comes back when it is seen. On an error nothing may be shown of the session.
pub(super) async fn show(screen: &Screen, who: &str) -> io::Result<Notice> {
    let zenity = display::find("zenity").ok_or_else(|| io::Error::other("zenity is not installed"))?;
    let args = vec![
        "--info".to_owned(),
        format!("--title={}", keep::TITLE),
        "--no-markup".to_owned(),
        "--width=320".to_owned(),
        "--ok-label=End".to_owned(),
        format!("--text={}", text::watching(who).replace('\\', "\\\\")),
    ];
    let dialog = screen.run_heard(&zenity, args, Stdio::null()).await?;
    let pid = dialog.id().ok_or_else(|| io::Error::other("the notice ended at once"))?;
    let args = vec![keep::WORD.to_owned(), pid.to_string()];
    let mut keeper = screen.run_heard(std::path::Path::new(exec::OURSELVES), args, Stdio::piped()).await?;
    let mut line = keeper.stdout.take().ok_or_else(|| io::Error::other("the notice's keeper has no voice"))?;
    let mut seen = [0; keep::SEEN.len()];
    let hears = tokio::time::timeout(PATIENCE, line.read_exact(&mut seen)).await;
    match hears {
        Ok(Ok(_)) if seen == *keep::SEEN => Ok(Notice { dialog, keeper, _line: line }),
        Ok(_) => Err(io::Error::other("the notice could not be kept on the screen")),
        Err(_) => Err(io::Error::other("the notice was not on the screen in time")),
    }
}

impl Notice {
    /// Comes back when the user does not see it any more.
    pub(super) async fn gone(mut self) {
        tokio::select! {
            _ = self.dialog.wait() => {}
            // Without it nothing keeps the notice in sight.
            _ = self.keeper.wait() => {}
        }
    }
}
