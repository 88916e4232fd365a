//! A native viewer: TigerVNC's own program.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use des::{
    Des,
    cipher::{Array, BlockCipherEncrypt, KeyInit},
};
use deskwarden_tests::{Display, Process, eventually};
use deskwarden_types::api::ViewerPassword;
use nix::sys::signal::Signal;
use tempfile::TempDir;

use super::PATIENCE;

/// With it viewers hide passwords in files, the same everywhere.
const FILE_KEY: [u8; 8] = [23, 82, 107, 6, 35, 78, 88, 7];

/// How long it may take to close.
const CLOSING: Duration = Duration::from_secs(10);

/// A running viewer.
pub struct Viewer {
    process: Process,
    folder: TempDir,
}

impl Drop for Viewer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("--- a viewer ---\n{}", self.said());
        }
    }
}

impl Viewer {
    /// Opens one with this password.
    pub fn open(display: &Display, made: &ViewerPassword) -> Self {
        Self::open_with(display, &made.address, &made.password, &[])
    }

    pub fn open_with(display: &Display, address: &str, password: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("deskwarden-viewer-").tempdir().unwrap();
        let file = folder.path().join("passwd");
        fs::write(&file, hidden(password)).unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        let said = fs::File::create(said_in(&folder)).unwrap();
        let (host, port) = address.rsplit_once(':').unwrap();
        let mut command = display.client("xtigervncviewer", "apt install tigervnc-viewer");
        command.arg("-passwd").arg(file).args(["-Log", "*:stderr:100"]).args(arguments);
        command.arg(format!("{host}::{port}")).env("HOME", folder.path());
        command.stdin(Stdio::null()).stdout(said.try_clone().unwrap()).stderr(said);
        Self { process: Process::start("the viewer", command), folder }
    }

    /// What it has printed.
    pub fn said(&self) -> String {
        fs::read_to_string(said_in(&self.folder)).unwrap()
    }

    /// Waits until it shows a desktop of this name.
    pub async fn shows(&self, display: &Display, name: &str) {
        let title = format!("{name} - TigerVNC");
        eventually(&title, PATIENCE, async || (!display.titled(&title).is_empty()).then_some(())).await;
    }

    /// Waits for what it says, in its own window or on its error stream.
    pub async fn says(&self, text: &str) {
        eventually(&format!("the viewer to say {text:?}"), PATIENCE, async || {
            // Long lines are wrapped.
            let said = self.said().split_whitespace().collect::<Vec<_>>().join(" ");
            said.contains(text).then_some(())
        })
        .await;
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        eventually("the viewer's end", PATIENCE, async || self.process.ended()).await
    }

    /// Its user closes it. One that has just come does not heed every signal, and a few hang while they end.
    pub async fn close(mut self) {
        let end = Instant::now() + CLOSING;
        while self.process.ended().is_none() {
            if Instant::now() > end {
                return self.process.kill9();
            }
            self.process.signal(Signal::SIGTERM);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn said_in(folder: &TempDir) -> PathBuf {
    folder.path().join("said")
}

/// A password as viewers keep it in a file.
fn hidden(password: &str) -> [u8; 8] {
    let mut text = [0; 8];
    text.iter_mut().zip(password.bytes()).for_each(|(to, from)| *to = from);
    let mut block = Array(text);
    Des::new(&Array(FILE_KEY.map(u8::reverse_bits))).encrypt_block(&mut block);
    block.0
}
