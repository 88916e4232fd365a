//! A real X display with a cookie of its own: numbers are given out again, and one test must not show its
//! windows on another's.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::Once,
};

use tempfile::NamedTempFile;

use crate::host::Host;

pub struct Screen {
    pub display: String,
    cookie: NamedTempFile,
    server: Child,
}

/// An Xauthority file with one random cookie, good for whatever display (`FamilyWild`).
fn cookie() -> NamedTempFile {
    let mut secret = [0; 16];
    getrandom::fill(&mut secret).unwrap();
    let name = b"MIT-MAGIC-COOKIE-1";
    let file = NamedTempFile::new().unwrap();
    fs::write(file.path(), [&b"\xff\xff\0\0\0\0\0\x12"[..], name, b"\0\x10", &secret].concat()).unwrap();
    file
}

impl Screen {
    pub fn start() -> Self {
        let cookie = cookie();
        let mut server = Command::new("Xvfb")
            .arg("-auth")
            .arg(cookie.path())
            .args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need Xvfb");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        assert!(!number.trim().is_empty(), "Xvfb did not start");
        let screen = Self { display: format!(":{}", number.trim()), cookie, server };
        screen.warm_up();
        screen
    }

    /// Shows one dialog. The first on a machine reads two hundred libraries from the disk, for longer than a warning stands.
    fn warm_up(&self) {
        static FIRST: Once = Once::new();
        FIRST.call_once(|| {
            let dialog = Command::new("zenity").args(["--info", "--timeout=1", "--text=-"]).envs(self.env()).output();
            dialog.expect("these tests need zenity");
        });
    }

    /// What a client of this display has in its environment.
    pub fn env(&self) -> [(String, String); 2] {
        let cookie = self.cookie.path().to_str().unwrap().to_owned();
        [("DISPLAY".into(), self.display.clone()), ("XAUTHORITY".into(), cookie)]
    }

    /// The windows whose title is this.
    pub fn windows(&self, title: &str) -> Vec<String> {
        let out = self.xdotool(&["search", "--onlyvisible", "--name", &format!("^{title}$")]);
        out.lines().map(str::to_owned).collect()
    }

    pub fn wait_windows(&self, host: &Host, count: usize) -> Vec<String> {
        let what = format!("{count} dialogs on the screen");
        host.until(&what, || Some(self.windows("Deskwarden")).filter(|windows| windows.len() == count))
    }

    pub fn xdotool(&self, args: &[&str]) -> String {
        let out = Command::new("xdotool").args(args).envs(self.env()).output();
        String::from_utf8(out.expect("these tests need xdotool").stdout).unwrap()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
