//! What shows a screen to somebody else: a server of its own, for one time, that takes no input.

use std::{
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use crate::{
    display::Screen,
    exec::{self, Job},
    streams::Source,
};

/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// Starts it as the session's account, and waits until it listens.
pub(super) async fn start(screen: &Screen, program: &Path, socket: &Path) -> io::Result<Source> {
    let display = screen.env.get("DISPLAY").ok_or_else(|| io::Error::other("the session has no display"))?;
    let path = socket.display().to_string();
    let args = [
        "-display",
        display,
        "-rfbport",
        "-1",
        "-rfbunixpath",
        &path,
        "-rfbunixmode",
        "0600",
        "-SecurityTypes",
        "None",
        "-AlwaysShared",
        "-AcceptKeyEvents=0",
        "-AcceptPointerEvents=0",
        "-AcceptSetDesktopSize=0",
    ];
    let job = Job {
        group: &screen.group,
        account: &screen.account,
        env: &screen.env,
        directory: PathBuf::from("/"),
        program: program.to_owned(),
        args: args.map(str::to_owned).to_vec(),
        ours: &[],
    };
    let mut server = exec::start(job, Stdio::null()).await?;
    let listens = async {
        while tokio::net::UnixStream::connect(socket).await.is_err() {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::select! {
        listens = tokio::time::timeout(PATIENCE, listens) => {
            listens.map_err(|_| io::Error::other("what shows the screen did not listen in time"))?;
        }
        ended = server.wait() => {
            return Err(io::Error::other(format!("what shows the screen {}", exec::describe(ended?))));
        }
    }
    tokio::spawn(async move { server.wait().await });
    Ok(Source { socket: socket.to_owned(), uid: screen.account.uid, group: screen.group.clone() })
}
