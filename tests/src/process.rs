//! Child processes that cannot outlive the tests, ended by their own id.

use std::{
    ffi::OsStr,
    io,
    path::PathBuf,
    process::{Child, Command, ExitStatus},
    sync::{OnceLock, mpsc},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::eventually;

type Job = (Command, mpsc::Sender<io::Result<Child>>);

/// The kernel ends a child when the *thread* that started it ends, so one thread starts all of them and lives
/// as long as the tests.
fn starter() -> &'static mpsc::Sender<Job> {
    static STARTER: OnceLock<mpsc::Sender<Job>> = OnceLock::new();
    STARTER.get_or_init(|| {
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            for (mut command, answer) in queue {
                let _ = answer.send(command.spawn());
            }
        });
        jobs
    })
}

/// The program's path; fails, saying what to install, when it is not there.
pub fn required(program: &str, install: &str) -> PathBuf {
    let places = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&places)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")])
        .map(|place| place.join(program))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{program} is needed for this test and is not installed: {install}"))
}

/// A running child; killed when dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// The command for a program that gets `signal` when the tests end, however they end.
    pub fn guarded(program: impl AsRef<OsStr>, signal: &str) -> Command {
        let mut command = Command::new(required("setpriv", "apt install util-linux"));
        command.args(["--pdeathsig", signal, "--"]).arg(program);
        command
    }

    /// Starts a command made by [`Process::guarded`].
    pub fn start(name: &str, command: Command) -> Self {
        let (answer, child) = mpsc::channel();
        starter().send((command, answer)).expect("the starting thread lives as long as the tests");
        let child = child.recv().expect("the starting thread answers");
        let child = child.unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        Self { name: name.to_owned(), child }
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal; no error if it is gone.
    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).expect("a process id");
        let _ = kill(Pid::from_raw(id), signal);
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap_or_else(|error| panic!("{} cannot be waited for: {error}", self.name))
    }

    /// Kills it at once and waits until it is gone.
    pub fn kill9(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end (SIGTERM) and waits.
    pub async fn terminate(&mut self, limit: Duration) -> ExitStatus {
        self.signal(Signal::SIGTERM);
        let what = format!("{} to end after SIGTERM", self.name);
        eventually(&what, limit, async || self.ended()).await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// A program of ours: from this environment variable, else next to the test program.
pub(crate) fn ours(variable: &str, name: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        let path = PathBuf::from(path);
        assert!(path.is_file(), "{variable} names {}, which is not there", path.display());
        return path;
    }
    let test = std::env::current_exe().expect("the path of the test program");
    // Tests are in target/debug/deps, programs in target/debug.
    let mut folders = test.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    let path = folders.find(|path| path.is_file()).unwrap_or_else(|| test.with_file_name(name));
    let build = format!("cargo build -p deskwarden-server -p deskwarden-agent, or set {variable}");
    assert!(path.is_file(), "{} is not built: {build}", path.display());
    path
}
