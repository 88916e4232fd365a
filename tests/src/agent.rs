//! The real agent program.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Output,
    time::Duration,
};

use nix::unistd::Uid;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{Certificate, Display, Process, process};

/// How long the agent may take to stop.
const STOP: Duration = Duration::from_secs(15);

/// An enrolled agent that runs, with a state directory of its own.
pub struct Agent {
    folder: TempDir,
    display: Option<String>,
    cookie: Option<PathBuf>,
    process: Process,
    starts: u32,
    arguments: Vec<String>,
}

impl Agent {
    /// Enrols by a one-time code and runs. Sessions are shown on `display`, if there is one.
    pub fn start(server: &str, code: &str, display: Option<&Display>) -> Self {
        Self::start_with(server, code, display, &[])
    }

    /// The same with further arguments of `deskwarden-agent run`.
    pub fn start_with(server: &str, code: &str, display: Option<&Display>, arguments: &[&str]) -> Self {
        Self::enrol(&["--server", server, "--code", code], display, arguments)
    }

    /// Enrols with a server that has signed its own certificate, this one, and runs.
    pub fn start_trusting(server: &str, code: &str, certificate: &Certificate) -> Self {
        let trusted = certificate.authority().display().to_string();
        Self::enrol(&["--server", server, "--code", code, "--ca-certificate", &trusted], None, &[])
    }

    fn enrol(how: &[&str], display: Option<&Display>, arguments: &[&str]) -> Self {
        check_host();
        let folder = tempfile::Builder::new().prefix("deskwarden-agent-").tempdir().expect("a folder");
        let enrolled = command(&state_dir(&folder), &[&["enrol"], how].concat()).output();
        let enrolled = enrolled.expect("the agent's program runs");
        assert!(enrolled.status.success(), "the agent cannot enrol: {}", String::from_utf8_lossy(&enrolled.stderr));
        let (display, cookie) = display.map(|d| (d.name().to_owned(), d.cookie().to_owned())).unzip();
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let process = run(&folder, display.as_deref(), cookie.as_deref(), 0, &arguments);
        Self { folder, display, cookie, process, starts: 0, arguments }
    }

    /// Where its files are.
    pub fn state_dir(&self) -> PathBuf {
        state_dir(&self.folder)
    }

    /// Its process's id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// What all its runs have printed.
    pub fn log(&self) -> String {
        (0..=self.starts).map(|start| fs::read_to_string(log_path(&self.folder, start)).unwrap_or_default()).collect()
    }

    /// Runs a command of the agent's program against this agent, as a person on its machine would.
    pub fn command(&self, arguments: &[&str]) -> Output {
        self.local().command(arguments)
    }

    /// Somebody on the agent's machine, who stays there while the agent is killed and comes back.
    pub fn local(&self) -> Local {
        Local { state_dir: self.state_dir(), display: self.display.clone(), cookie: self.cookie.clone() }
    }

    /// Kills it without a word; what it runs lives on.
    pub fn kill9(&mut self) {
        self.process.kill9();
    }

    /// Stops it in order; fails if it does not exit with success.
    pub async fn stop(&mut self) {
        let status = self.process.terminate(STOP).await;
        assert!(status.success(), "the agent ended with {status}:\n{}", self.log());
    }

    /// Runs it again with further arguments.
    pub fn start_again_with(&mut self, arguments: &[&str]) {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self.start_again();
    }

    /// Runs it again on what it has left.
    pub fn start_again(&mut self) {
        self.starts += 1;
        self.process = run(&self.folder, self.display.as_deref(), self.cookie.as_deref(), self.starts, &self.arguments);
    }
}

/// Somebody on an agent's machine.
#[derive(Debug, Clone)]
pub struct Local {
    state_dir: PathBuf,
    display: Option<String>,
    cookie: Option<PathBuf>,
}

impl Local {
    /// Gives the agent a command, and waits for the answer.
    pub fn command(&self, arguments: &[&str]) -> Output {
        let mut command = command(&self.state_dir, arguments);
        set_display(&mut command, self.display.as_deref(), self.cookie.as_deref());
        command.output().expect("the agent's program runs")
    }

    /// The same beside other work.
    pub async fn ask(&self, arguments: &[&str]) -> Output {
        let (local, arguments) = (self.clone(), arguments.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>());
        let work = move || local.command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(work).await.expect("the agent's program runs")
    }
}

impl Agent {
    /// Tells the files of this agent from those of others.
    fn mark(&self) -> Option<String> {
        let digest = Sha256::digest(self.state_dir().canonicalize().ok()?.as_os_str().as_encoded_bytes());
        Some(digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Where its screens have their sockets.
    pub fn screens(&self) -> Option<PathBuf> {
        Some(Path::new("/run/deskwarden").join(self.mark()?))
    }

    /// The part of the cgroup tree that belongs to this agent's state directory: a folder for each session whose app
    /// runs.
    pub fn cgroups(&self) -> Option<PathBuf> {
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let line = mounts.lines().find(|line| line.contains(" - cgroup2 "))?;
        Some(Path::new(line.split(' ').nth(4)?).join("deskwarden").join(self.mark()?))
    }
}

impl Drop for Agent {
    /// Apps outlive agents on purpose, but not the tests.
    fn drop(&mut self) {
        self.process.kill9();
        let Some(tree) = self.cgroups() else { return };
        let _ = fs::write(tree.join("cgroup.kill"), "1");
        for place in ["/run/deskwarden", "/var/lib/deskwarden-homes"] {
            let _ = self.mark().map(|mark| fs::remove_dir_all(Path::new(place).join(mark)));
        }
        // Killed is not gone yet: a group can be removed once it is empty.
        for _ in 0..10_000 {
            for group in fs::read_dir(&tree).into_iter().flatten().flatten() {
                for part in fs::read_dir(group.path()).into_iter().flatten().flatten() {
                    let _ = fs::remove_dir(part.path());
                }
                let _ = fs::remove_dir(group.path());
            }
            if !tree.exists() || fs::remove_dir(&tree).is_ok() {
                return;
            }
            std::thread::yield_now();
        }
    }
}

/// What supervising apps needs of the machine.
fn check_host() {
    assert!(Uid::effective().is_root(), "the agent's tests need root: it puts apps into cgroups. sudo make test");
    let mounts = fs::read_to_string("/proc/self/mountinfo").expect("the list of mounts");
    let is_cgroup2 = |line: &str| line.split(" - ").nth(1).is_some_and(|kind| kind.starts_with("cgroup2 "));
    assert!(mounts.lines().any(is_cgroup2), "no cgroup v2 is mounted: mount -t cgroup2 none /sys/fs/cgroup");
}

/// The agent's program.
pub fn agent_program() -> PathBuf {
    process::ours("DESKWARDEN_AGENT_BIN", "deskwarden-agent")
}

fn state_dir(folder: &TempDir) -> PathBuf {
    folder.path().join("state")
}

fn log_path(folder: &TempDir, start: u32) -> PathBuf {
    folder.path().join(format!("agent-{start}.log"))
}

fn command(state_dir: &Path, arguments: &[&str]) -> std::process::Command {
    let mut command = Process::guarded(agent_program(), "KILL");
    // The word of the command comes first, what belongs to it after the options.
    let (word, rest) = arguments.split_first().expect("a command");
    command.arg(word).arg("--state-dir").arg(state_dir).args(rest).env("NO_COLOR", "1");
    command
}

fn set_display(command: &mut std::process::Command, display: Option<&str>, cookie: Option<&Path>) {
    match display {
        Some(display) => command.env("DISPLAY", display),
        None => command.env_remove("DISPLAY"),
    };
    if let Some(cookie) = cookie {
        command.env("XAUTHORITY", cookie);
    }
}

fn run(folder: &TempDir, display: Option<&str>, cookie: Option<&Path>, start: u32, arguments: &[String]) -> Process {
    let log = File::create(log_path(folder, start)).expect("a log file");
    let mut command = command(&state_dir(folder), &["run"]);
    command.args(arguments);
    set_display(&mut command, display, cookie);
    command.stdin(std::process::Stdio::null()).stdout(log.try_clone().expect("a log file")).stderr(log);
    Process::start("the agent", command)
}
