//! A host with an agent on it: a state directory and a process.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use deskwarden_types::SessionId;
use sha2::{Digest, Sha256};

use crate::server::Server;

pub const AGENT: &str = env!("CARGO_BIN_EXE_deskwarden-agent");

pub struct Host {
    pub server: Server,
    pub dir: tempfile::TempDir,
    pub env: Vec<(String, String)>,
    agent: Option<Child>,
}

impl Host {
    /// An enrolled and running agent with a server of its own.
    pub fn start() -> Self {
        let mut host = Self::enrolled();
        host.run();
        host
    }

    pub fn enrolled() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
        Self::enrolled_in(dir)
    }

    pub fn enrolled_in(dir: tempfile::TempDir) -> Self {
        assert!(nix::unistd::Uid::effective().is_root(), "these tests must run as root: they use cgroups and accounts");
        let host = Self { server: Server::start(), dir, env: vec![], agent: None };
        let server = host.server.url.clone();
        let enrolled = host.cli(&["enrol", "--server", &server, "--code", "good", "--name", "test host"]);
        assert!(enrolled.status.success(), "{enrolled:?}");
        host
    }

    pub fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// Starts the agent and waits for its socket.
    pub fn run(&mut self) {
        let mut command = self.command(&["run", "--terminate-seconds", "4"]);
        let log = fs::File::options().create(true).append(true).open(self.dir.path().join("agent.log")).unwrap();
        // A process group of its own, so that a Ctrl-C for the tests does not reach it.
        self.agent = Some(command.stderr(log).process_group(0).spawn().unwrap());
        let before = self.server.book().hellos.len();
        self.until("the agent's socket", || self.cli(&["status"]).status.success().then_some(()));
        if self.server.book().refuse.is_none() {
            self.server.wait("hello", |b| (b.hellos.len() > before).then_some(()));
        }
    }

    /// The agent dies this moment.
    pub fn kill_9(&mut self) {
        let mut agent = self.agent.take().unwrap();
        agent.kill().unwrap();
        agent.wait().unwrap();
    }

    /// Asks the agent to end; gives its exit code and how long it took.
    pub fn terminate(&mut self) -> (Option<i32>, Duration) {
        let mut agent = self.agent.take().unwrap();
        let start = Instant::now();
        let pid = nix::unistd::Pid::from_raw(agent.id() as i32);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        (agent.wait().unwrap().code(), start.elapsed())
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(AGENT);
        command.args(args).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", "/root");
        command.env("DESKWARDEN_AGENT_STATE_DIR", self.state()).current_dir(self.dir.path());
        command.envs(self.env.iter().cloned()).stdin(Stdio::null());
        command
    }

    pub fn cli(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Launches a shell script as an app.
    pub fn launch(&self, script: &str) -> SessionId {
        let out = self.cli(&["launch", "sh", "-c", script]);
        assert!(out.status.success(), "{out:?}\n{}", self.log());
        session(&out)
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("agent.log")).unwrap_or_default()
    }

    pub fn cgroup(&self, name: &str) -> PathBuf {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let line = mounts.lines().find(|l| l.contains(" - cgroup2 ")).expect("these tests need cgroup v2");
        Path::new(line.split(' ').nth(4).unwrap()).join("deskwarden").join(self.mark()).join(name)
    }

    /// What tells this agent's things on the host from those of others.
    pub fn mark(&self) -> String {
        let digest = Sha256::digest(self.state().canonicalize().unwrap().as_os_str().as_encoded_bytes());
        digest.iter().take(6).map(|b| format!("{b:02x}")).collect()
    }

    pub fn pids(&self, session: SessionId) -> Vec<i32> {
        self.processes(&session.to_string())
    }

    pub fn dialogs(&self, session: SessionId) -> Vec<i32> {
        self.processes(&format!("{session}.dialogs"))
    }

    fn processes(&self, group: &str) -> Vec<i32> {
        let procs = fs::read_to_string(self.cgroup(group).join("cgroup.procs")).unwrap_or_default();
        procs.lines().map(|l| l.parse().unwrap()).collect()
    }

    /// Waits for something that no report tells.
    pub fn until<T>(&self, what: &str, find: impl Fn() -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(found) = find() {
                return found;
            }
            assert!(Instant::now() < end, "{what} did not come\n{}", self.log());
            pause(20);
        }
    }
}

/// Looks again a little later; nothing wakes us for what other processes do.
#[expect(clippy::disallowed_methods, reason = "there is nothing to wait on")]
pub fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

/// The session that `launch` printed.
pub fn session(out: &Output) -> SessionId {
    let text = String::from_utf8(out.stdout.clone()).unwrap();
    text.strip_prefix("session ").unwrap().split(':').next().unwrap().parse().unwrap()
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some(mut agent) = self.agent.take() {
            let _ = agent.kill();
            let _ = agent.wait();
        }
        // Apps and desktops outlive agents on purpose; not the tests.
        let tree = self.cgroup("");
        let _ = fs::write(tree.join("cgroup.kill"), "1");
        for place in ["/run/deskwarden", "/var/lib/deskwarden-homes"] {
            let _ = fs::remove_dir_all(Path::new(place).join(self.mark()));
        }
        for _ in 0..50 {
            for group in fs::read_dir(&tree).into_iter().flatten().flatten() {
                for part in fs::read_dir(group.path()).into_iter().flatten().flatten() {
                    let _ = fs::remove_dir(part.path());
                }
                let _ = fs::remove_dir(group.path());
            }
            if fs::remove_dir(&tree).is_ok() {
                return;
            }
            pause(20);
        }
    }
}
