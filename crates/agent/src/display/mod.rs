//! Dialogs on the display of a session's user.
//!
//! They run as the user, in a cgroup of their own beside the app's: they neither keep the app alive nor outlive it.
//! Texts are arguments of a program, never of a shell.

pub(crate) mod check;
pub(crate) mod text;

use std::{
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use deskwarden_domain::MESSAGE_SECONDS;
use tokio::process::Child;

use crate::{
    cgroup::Group,
    exec::{self, Account, Environment, Job},
};

/// Where dialog programs are looked for: never in the user's own path.
const PLACES: &[&str] = &["/usr/bin", "/bin", "/usr/local/bin"];
/// How long a message stays on the screen.
pub(crate) const MESSAGE: Duration = Duration::from_secs(MESSAGE_SECONDS.unsigned_abs());
/// A dialog that ends within this time was never seen, unless its button was pressed.
const FALLS_OVER: Duration = Duration::from_millis(600);
/// A bare X server begins anew when its last client leaves, and takes nobody for a moment: on a busy machine for a second.
const TRIES: &[Duration] = &[
    Duration::ZERO,
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_600),
];
/// How long a display may take to answer.
const ANSWER: Duration = Duration::from_secs(6);

/// Our texts are UTF-8; without a locale to match, zenity refuses them. A window that was closed is told from a button by
/// its exit code.
const OURS: &[(&str, &str)] = &[("LC_ALL", "C.UTF-8"), ("ZENITY_ESC", "3")];
/// The exit code of a dialog whose window was closed.
pub(crate) const WINDOW_CLOSED: i32 = 3;
/// The exit code of a dialog that closed itself.
pub(crate) const TIMED_OUT: i32 = 5;

/// A user's display.
#[derive(Debug, Clone)]
pub(crate) struct Screen {
    pub account: Account,
    pub env: Environment,
    pub group: Group,
}

/// What a dialog is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Warning,
    Message,
}

/// An open dialog.
pub(crate) struct Dialog {
    child: Child,
    /// The exit code of its button.
    confirmed: i32,
}

impl Dialog {
    /// Waits until it is closed. True if the user pressed its button; false if it closed itself, was closed, or the
    /// app went.
    pub(crate) async fn closed(mut self) -> bool {
        self.child.wait().await.is_ok_and(|status| status.code() == Some(self.confirmed))
    }
}

impl Screen {
    /// Whether windows can be shown.
    pub(crate) async fn reachable(&self) -> bool {
        if !self.env.contains_key("DISPLAY") && !self.env.contains_key("WAYLAND_DISPLAY") {
            return false;
        }
        let check = async {
            for pause in TRIES {
                tokio::time::sleep(*pause).await;
                let mut child = self.run(Path::new(exec::OURSELVES), vec![check::WORD.to_owned()]).await?;
                if child.wait().await?.success() {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        match tokio::time::timeout(ANSWER, check).await {
            Ok(Ok(reachable)) => reachable,
            Ok(Err::<_, io::Error>(error)) => {
                tracing::warn!(%error, account = self.account.name, "the display could not be checked");
                false
            }
            Err(_) => false,
        }
    }

    /// Shows a dialog that closes itself. An error says why none could be shown.
    pub(crate) async fn show(&self, look: Look, text: &str, close_after: Duration) -> io::Result<Dialog> {
        if !self.reachable().await {
            return Err(io::Error::other("the session has no display that takes windows"));
        }
        let seconds = close_after.as_millis().div_ceil(1000).max(1).to_string();
        let xmessage = ["-title", "Deskwarden", "-center", "-buttons", "OK:10", "-timeout", &seconds, text];
        let zenity = Tool { program: "zenity", args: zenity_args(look, text, &seconds), confirmed: 0 };
        let xmessage = Tool { program: "xmessage", args: xmessage.map(str::to_owned).to_vec(), confirmed: 10 };
        // Twice, because the check may have been the last client of a bare X server, see `TRIES`.
        let tools = [zenity.clone(), zenity, xmessage];
        let mut why = io::Error::other("neither zenity nor xmessage is installed");
        for tool in tools {
            let Some(program) = find(tool.program) else { continue };
            match self.open(&program, tool).await {
                Ok(dialog) => return Ok(dialog),
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    /// Opens a dialog and sees that it does not fall over at once.
    async fn open(&self, program: &Path, tool: Tool) -> io::Result<Dialog> {
        let mut child = self.run(program, tool.args).await?;
        if let Ok(ended) = tokio::time::timeout(FALLS_OVER, child.wait()).await {
            let ended = ended?;
            // A signal is the end of the app, which takes its dialogs along.
            if ended.code().is_some_and(|code| code != tool.confirmed) {
                return Err(io::Error::other(format!("{} {}", tool.program, exec::describe(ended))));
            }
        }
        Ok(Dialog { child, confirmed: tool.confirmed })
    }

    async fn run(&self, program: &Path, args: Vec<String>) -> io::Result<Child> {
        self.run_heard(program, args, Stdio::null()).await
    }

    /// Runs a program on this display as its user. Its environment is the session's and this agent's, never its caller's.
    pub(crate) async fn run_heard(&self, program: &Path, args: Vec<String>, stdout: Stdio) -> io::Result<Child> {
        let env = &self.env;
        let job = Job {
            group: &self.group,
            account: &self.account,
            env,
            directory: "/".into(),
            program: program.to_owned(),
            args,
            ours: OURS,
        };
        exec::start_heard(job, stdout, Stdio::null()).await
    }
}

/// A program that shows dialogs.
#[derive(Clone)]
struct Tool {
    program: &'static str,
    args: Vec<String>,
    /// The exit code of its button.
    confirmed: i32,
}

fn zenity_args(look: Look, text: &str, seconds: &str) -> Vec<String> {
    // Every value is glued to its option, so that none can be taken for one; zenity reads backslashes as escapes.
    let text = text.replace('\\', "\\\\");
    vec![
        if look == Look::Warning { "--warning" } else { "--info" }.to_owned(),
        "--title=Deskwarden".to_owned(),
        "--no-markup".to_owned(),
        "--width=420".to_owned(),
        format!("--timeout={seconds}"),
        format!("--text={text}"),
    ]
}

/// Where a dialog program is.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    PLACES.iter().map(|place| Path::new(place).join(program)).find(|path| path.is_file())
}
