//! A real X display, with a cookie of its own.

mod picture;

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{Process, eventually, required};

/// How long a display may take to start.
const READY: Duration = Duration::from_secs(15);
/// How long a window that is there may take until it can be typed into.
const MAPPED: Duration = Duration::from_secs(10);
/// Times that the windows are looked for.
const LOOKS: u32 = 50;

/// A running display; gone when dropped.
pub struct Display {
    name: String,
    cookie: PathBuf,
    folder: TempDir,
    _process: Process,
}

impl Display {
    /// Starts one with a number that nobody has, and waits until it takes connections.
    pub async fn start() -> Self {
        let server = required("Xvfb", "apt install xvfb");
        let folder = tempfile::Builder::new().prefix("deskwarden-x-").tempdir().expect("a folder");
        let cookie = folder.path().join("cookie");
        let number_file = folder.path().join("number");
        let secret = secret();
        add_cookie(&cookie, ":0", &secret);
        let mut command = Process::guarded(server, "KILL");
        let number = File::create(&number_file).expect("a file");
        let log = File::create(folder.path().join("log")).expect("a log file");
        // With `-noreset`, or it would begin anew when its last client leaves, and take nobody for a moment.
        // The server chooses the number itself, so that no two can choose the same, and tells it on its output.
        command
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset", "-auth"])
            .arg(&cookie);
        command.arg("-fbdir").arg(folder.path());
        command.stdin(Stdio::null()).stdout(number).stderr(log);
        let mut process = Process::start("Xvfb", command);
        let number = eventually("the display's number", READY, async || {
            let ended = process.ended();
            let log = || fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            assert!(ended.is_none(), "Xvfb has ended ({ended:?}):\n{}", log());
            let text = fs::read_to_string(&number_file).ok()?;
            text.strip_suffix('\n').map(str::to_owned)
        })
        .await;
        let name = format!(":{number}");
        // The server takes any display's cookie; clients look for their display's name.
        add_cookie(&cookie, &name, &secret);
        Self { name, cookie, folder, _process: process }
    }

    /// Its name, for `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its cookie, for `XAUTHORITY`.
    pub fn cookie(&self) -> &Path {
        &self.cookie
    }

    /// The windows on it, each with its title, as `xwininfo` tells.
    pub fn windows(&self) -> String {
        for _ in 0..LOOKS {
            let output = self.client("xwininfo", "apt install x11-utils").args(["-root", "-tree"]).output();
            let output = output.expect("xwininfo runs");
            // It gives up half-way where a window goes while it looks.
            if output.status.success() {
                return String::from_utf8_lossy(&output.stdout).into_owned();
            }
        }
        panic!("the display's windows could not be listed");
    }

    /// Whether a window's title contains this text.
    pub fn shows(&self, title: &str) -> bool {
        self.windows().contains(title)
    }

    /// The ids of the windows with exactly this title.
    pub fn titled(&self, title: &str) -> Vec<String> {
        let title = format!(" \"{title}\": ");
        let windows = self.windows();
        let lines = windows.lines().filter(|line| line.contains(&title));
        lines.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
    }

    /// Types into a window, as its user would, and presses Return.
    pub fn types(&self, window: &str, text: &str) {
        let steps: [&[&str]; 3] =
            [&["windowfocus", "--sync", window], &["type", "--delay", "20", text], &["key", "Return"]];
        for step in steps {
            // A window that has just come may not be mapped yet: X then refuses the focus.
            let patience = if step.first() == Some(&"windowfocus") { MAPPED } else { Duration::ZERO };
            let end = Instant::now() + patience;
            let done = loop {
                let done = self.client("xdotool", "apt install xdotool").args(step).status().expect("xdotool runs");
                if done.success() || Instant::now() >= end {
                    break done.success();
                }
            };
            assert!(done, "xdotool {step:?} failed for {patience:?}");
        }
    }

    /// A picture of it, kept as `tests/screenshots/NAME.png`.
    pub fn picture(&self, name: &str) -> PathBuf {
        let screen = fs::read(self.folder.path().join("Xvfb_screen0")).expect("the display's screen");
        let path = screenshots().join(format!("{name}.png"));
        fs::write(&path, picture::png(&screen).expect("a screen of colours")).expect("the picture can be kept");
        path
    }

    /// A command of an X client on this display.
    pub fn client(&self, program: &str, install: &str) -> Command {
        let mut command = Process::guarded(required(program, install), "KILL");
        command.env("DISPLAY", &self.name).env("XAUTHORITY", &self.cookie);
        command
    }
}

/// Where pictures are kept.
pub(crate) fn screenshots() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    fs::create_dir_all(&folder).expect("the folder of pictures");
    folder
}

/// A secret that nobody can guess.
fn secret() -> String {
    let mut bytes = [0; 16];
    let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.expect("random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn add_cookie(file: &Path, display: &str, secret: &str) {
    let xauth = required("xauth", "apt install xauth");
    let done = Command::new(xauth).args(["-q", "-f"]).arg(file).args(["add", display, ".", secret]).output();
    let done = done.expect("xauth runs");
    assert!(done.status.success(), "xauth: {}", String::from_utf8_lossy(&done.stderr));
}
