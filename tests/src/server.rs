//! The real server program.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tempfile::TempDir;

use crate::{Certificate, Process, eventually, process, raw::http_client};

/// How long a start may take on a busy machine.
const READY: Duration = Duration::from_secs(30);
/// How long the server may take to stop.
const STOP: Duration = Duration::from_secs(15);

/// How a server is started.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    /// The database's address.
    pub database_url: String,
    /// Further arguments of `deskwarden serve`.
    pub arguments: Vec<String>,
}

/// A running server with a data directory of its own.
pub struct Server {
    options: ServerOptions,
    folder: Arc<TempDir>,
    errors_expected: Arc<AtomicBool>,
    process: Process,
    port: u16,
    starts: u32,
}

impl Server {
    /// Starts one on a free port of loopback and waits until it is ready.
    pub async fn start(options: ServerOptions) -> Self {
        Self::start_at(options, 0).await
    }

    /// Starts one on this port of loopback, which must be free.
    pub async fn start_at(options: ServerOptions, port: u16) -> Self {
        let folder = tempfile::Builder::new().prefix("deskwarden-server-").tempdir().expect("a folder");
        let process = launch(&options, &folder, port, 0);
        let (folder, errors_expected) = (Arc::new(folder), Arc::default());
        let mut server = Self { options, folder, errors_expected, process, port: 0, starts: 0 };
        server.ready().await;
        server
    }

    /// Its address.
    pub fn url(&self) -> String {
        let scheme = if self.authority().is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// The file of who signed its certificate ([`Certificate`]), where it speaks TLS.
    fn authority(&self) -> Option<PathBuf> {
        let arguments = &self.options.arguments;
        let at = arguments.iter().position(|argument| argument == "--tls-cert")?;
        arguments.get(at + 1).map(|chain| Path::new(chain).with_file_name(Certificate::AUTHORITY))
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process's id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// How it was started.
    pub fn options(&self) -> &ServerOptions {
        &self.options
    }

    /// Where its files are.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the present run has printed.
    pub fn log(&self) -> String {
        fs::read_to_string(log_path(&self.folder, self.starts)).unwrap_or_default()
    }

    /// Its log, which outlives it.
    pub fn logs(&self) -> ServerLog {
        ServerLog { folder: self.folder.clone(), errors_expected: self.errors_expected.clone() }
    }

    /// From now on the server may log that something went wrong: the test brings it about.
    pub fn expect_errors(&self) {
        self.errors_expected.store(true, Ordering::Relaxed);
    }

    /// Kills it without a word.
    pub fn kill9(&mut self) {
        self.process.kill9();
    }

    /// Stops it in order (SIGTERM); fails if it does not exit with success.
    pub async fn stop(&mut self) {
        let status = self.process.terminate(STOP).await;
        assert!(status.success(), "the server ended with {status}:\n{}", self.log());
    }

    /// Starts it again on the same port, with the same database and files, and waits until it is ready.
    pub async fn start_again(&mut self) {
        self.start_again_soon();
        self.ready().await;
    }

    /// The same without waiting.
    pub fn start_again_soon(&mut self) {
        self.starts += 1;
        self.process = launch(&self.options, &self.folder, self.port, self.starts);
    }

    async fn ready(&mut self) {
        let client = http_client(self.authority().as_deref());
        let end = tokio::time::Instant::now() + READY;
        self.port = eventually("the server's address", READY, async || {
            let ended = self.process.ended();
            assert!(ended.is_none(), "the server has ended ({ended:?}):\n{}", self.log());
            address_in(&self.log())
        })
        .await;
        let url = format!("{}/ready", self.url());
        while !client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(tokio::time::Instant::now() < end, "the server is not ready:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Runs another command of the server's program on the same database; gives what it printed.
    pub fn command_line(&self, arguments: &[&str], input: &str) -> std::process::Output {
        command_line(&self.options.database_url, &self.data_dir(), arguments, input)
    }
}

/// What a server's runs have printed.
pub struct ServerLog {
    folder: Arc<TempDir>,
    errors_expected: Arc<AtomicBool>,
}

impl ServerLog {
    /// All of it.
    pub fn text(&self) -> String {
        (0..).map_while(|start| fs::read_to_string(log_path(&self.folder, start)).ok()).collect()
    }

    /// Fails if it tells of a panic, or of an error that no test brought about.
    pub fn check(&self) {
        let errors_expected = self.errors_expected.load(Ordering::Relaxed);
        let text = self.text();
        let is_fault = |line: &&str| {
            line.contains("panicked at") || line.contains("panic:") || (!errors_expected && line.contains("ERROR"))
        };
        let found: Vec<&str> = text.lines().filter(is_fault).collect();
        assert!(found.is_empty(), "the server's log tells of faults:\n{}", found.join("\n"));
    }
}

/// Runs a command of the server's program to its end.
fn command_line(url: &str, data: &std::path::Path, arguments: &[&str], input: &str) -> std::process::Output {
    use std::{io::Write, process::Stdio};
    let mut command = Process::guarded(server_program(), "KILL");
    command.args(arguments).args(["--database-url", url, "--data-dir"]).arg(data).env("NO_COLOR", "1");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server's program runs");
    let mut stdin = child.stdin.take().expect("its input");
    // It may have ended without reading.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the server's program ends")
}

/// The server's program.
pub fn server_program() -> PathBuf {
    process::ours("DESKWARDEN_BIN", "deskwarden")
}

fn log_path(folder: &TempDir, start: u32) -> PathBuf {
    folder.path().join(format!("server-{start}.log"))
}

fn launch(options: &ServerOptions, folder: &TempDir, port: u16, start: u32) -> Process {
    let log = File::create(log_path(folder, start)).expect("a log file");
    let mut command = Process::guarded(server_program(), "KILL");
    command
        .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--database-url", &options.database_url])
        .arg("--data-dir")
        .arg(folder.path().join("data"))
        .args(&options.arguments)
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .stdin(std::process::Stdio::null())
        .stdout(log.try_clone().expect("a log file"))
        .stderr(log);
    Process::start("the server", command)
}

/// The port in the first `127.0.0.1:PORT` that is not 0.
fn address_in(log: &str) -> Option<u16> {
    log.match_indices("127.0.0.1:").find_map(|(at, found)| {
        let rest = log.get(at + found.len()..)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        // The line may not be whole yet.
        rest.get(digits.len()..)?.chars().next()?;
        digits.parse().ok().filter(|port| *port > 0)
    })
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn the_address_is_found_once_it_is_whole() {
        assert_eq!(address_in("listen=127.0.0.1:0 ...\nListening on http://127.0.0.1:4711\n"), Some(4711));
        assert_eq!(address_in("on http://127.0.0.1:47"), None);
        assert_eq!(address_in(""), None);
    }
}
