//! A real X display.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::host::Host;

pub struct Screen {
    pub display: String,
    server: Child,
}

impl Screen {
    pub fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need Xvfb");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        assert!(!number.trim().is_empty(), "Xvfb did not start");
        Self { display: format!(":{}", number.trim()), server }
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
        let out = Command::new("xdotool").args(args).env("DISPLAY", &self.display).output();
        String::from_utf8(out.expect("these tests need xdotool").stdout).unwrap()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
