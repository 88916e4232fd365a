//! Starting a program as an account, in a cgroup.

pub(crate) mod child;

use std::{
    collections::BTreeMap,
    io::{self, Read},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{ExitStatus, Stdio},
};

use nix::unistd::{Gid, Uid, User};
use tokio::process::{Child, Command};

use crate::cgroup::Group;

/// The running program.
pub(crate) const OURSELVES: &str = "/proc/self/exe";

/// A local account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// Its own group.
    pub gid: u32,
}

impl Account {
    /// The account with this number, by the host's user database.
    pub fn of(uid: u32) -> io::Result<Self> {
        let user = User::from_uid(Uid::from_raw(uid)).map_err(io::Error::from)?;
        let user = user.ok_or_else(|| io::Error::other(format!("no account of this host has the number {uid}")))?;
        Ok(Self { name: user.name, uid, gid: Gid::as_raw(user.gid) })
    }
}

/// What an app gets from the terminal it is launched from.
pub type Environment = BTreeMap<String, String>;

/// The variables that go from the launcher's terminal to the app: the display, the language, the places. Others may
/// change what the agent's own process does while it still has root's rights.
pub const PASSED_ON: &[&str] = &[
    "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "PATH",
    "XDG_RUNTIME_DIR",
    "XDG_SESSION_TYPE",
    "DBUS_SESSION_BUS_ADDRESS",
    "TERM",
];

/// What to start, and how.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// Where its processes live and die.
    pub group: &'a Group,
    /// Whose rights it has.
    pub account: &'a Account,
    /// Its environment.
    pub env: &'a Environment,
    /// Its working directory; `/` where the account can't enter it.
    pub directory: PathBuf,
    /// The program, an absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables that are the agent's own, whatever the environment has.
    pub ours: &'a [(&'a str, &'a str)],
}

/// Starts a program. Returns once the program runs, or with what kept it from running. `stderr` is what it says.
pub async fn start(job: Job<'_>, stderr: Stdio) -> io::Result<Child> {
    start_heard(job, Stdio::null(), stderr).await
}

/// As [`start`]; what it prints goes to `stdout`.
pub async fn start_heard(job: Job<'_>, stdout: Stdio, stderr: Stdio) -> io::Result<Child> {
    job.group.create()?;
    let (mut reports, report) = io::pipe()?;
    // By this name it is this very program, even where its file was replaced by a newer one.
    let mut command = Command::new(OURSELVES);
    command
        .arg(child::WORD)
        .arg(std::process::id().to_string())
        .arg(job.group.path())
        .arg(&job.account.name)
        .args([job.account.uid.to_string(), job.account.gid.to_string()])
        .arg(&job.directory)
        .arg(&job.program)
        .args(&job.args)
        .env_clear()
        .envs(job.env.iter().filter(|(name, _)| PASSED_ON.contains(&name.as_str())))
        .env("USER", &job.account.name)
        .env("LOGNAME", &job.account.name)
        .stdin(report)
        .envs(job.ours.iter().copied())
        .stdout(stdout)
        .stderr(stderr);
    let mut child = command.spawn()?;
    // The parent's copy of the pipe goes with the command, so that its end is the program's start.
    drop(command);
    let said = tokio::task::spawn_blocking(move || {
        let mut said = String::new();
        reports.read_to_string(&mut said).map(|_| said)
    });
    let said = said.await.map_err(io::Error::other)??;
    if said.is_empty() {
        return Ok(child);
    }
    child.wait().await?;
    Err(io::Error::other(said))
}

/// How a process ended, for people.
pub fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit status {code}"),
        (None, Some(signal)) => format!("ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}
