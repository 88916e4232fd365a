//! A real Chromium, driven as a person would, with a new profile.

mod acts;
mod axe;
mod logs;
mod protocol;

use std::{
    fs::{self, File},
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use tempfile::TempDir;

use crate::{Process, display::screenshots, eventually, required};
use logs::BrowserLog;

/// How long a person would wait for something to appear.
const PATIENCE: Duration = Duration::from_secs(15);

/// A browser with one window. Close it with [`Browser::close`], which also says whether a page complained.
pub struct Browser {
    client: Client,
    // Dropped in this order: the driver takes the browser along.
    driver: Process,
    folder: TempDir,
}

impl Browser {
    /// Starts a browser with a new profile.
    pub async fn start() -> Self {
        let driver = required("chromedriver", "apt install chromium-driver");
        let chromium = required("chromium", "apt install chromium");
        let folder = tempfile::Builder::new().prefix("deskwarden-browser-").tempdir().expect("a folder");
        let (driver, port) = start_driver(&driver, &folder).await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&chromium, &folder))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser (apt install chromium chromium-driver)");
        Self { client, driver, folder }
    }

    /// The WebDriver session, for what is not covered here.
    pub fn driver(&self) -> &Client {
        &self.client
    }

    /// The ids of the browser's processes, without those of its driver: they have the profile among their arguments, or
    /// descend from one that has.
    pub fn processes(&self) -> Vec<i32> {
        let profile = self.folder.path().join("profile").display().to_string();
        let descends = |id: &i32| {
            let mut at = Some(*id);
            while let Some(process) = at.filter(|process| *process > 1) {
                if process == i32::try_from(self.driver.id()).unwrap_or_default() {
                    return false;
                }
                let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).into_owned();
                if line.contains(&profile) && !line.contains("chromedriver") {
                    return true;
                }
                let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
                at = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
            }
            false
        };
        let all = fs::read_dir("/proc").expect("the list of processes").flatten();
        all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(descends).collect()
    }

    /// Opens an address.
    pub async fn open(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// The text that a person sees on the page.
    pub async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until a person sees this text.
    pub async fn sees(&self, text: &str) {
        let found = tokio::time::timeout(PATIENCE, async {
            while !self.text().await.contains(text) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        if found.await.is_err() {
            let picture = self.picture("not-seen").await;
            panic!("{text:?} does not appear; see {}. What does:\n{}", picture.display(), self.text().await);
        }
    }

    /// Waits for a visible element with this CSS selector.
    pub async fn find(&self, css: &str) -> Element {
        self.locate(Locator::Css(css), css).await
    }

    /// Waits for a visible button, link, tab or menu item with this label.
    pub async fn labelled(&self, label: &str) -> Element {
        let path = format!(
            "//*[self::button or self::a or self::summary or @role='button' or @role='tab' or @role='menuitem']\
             [normalize-space(.)={0} or @aria-label={0}]",
            quoted(label)
        );
        self.locate(Locator::XPath(&path), label).await
    }

    /// Waits for the field with this label.
    pub async fn field(&self, label: &str) -> Element {
        let path = format!(
            "//label[contains(normalize-space(.),{0})]//*[self::input or self::textarea or self::select] | \
             //*[self::input or self::textarea or self::select][@id=//label[contains(normalize-space(.),{0})]/@for \
             or @aria-label={0}]",
            quoted(label)
        );
        self.locate(Locator::XPath(&path), label).await
    }

    /// Presses what has this label.
    pub async fn click(&self, label: &str) {
        let end = tokio::time::Instant::now() + PATIENCE;
        // The page may draw the element anew between finding and pressing it.
        while let Err(error) = self.labelled(label).await.click().await {
            assert!(tokio::time::Instant::now() < end, "{label} cannot be pressed: {error}");
        }
    }

    /// Types into the field with this label.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.click().await.unwrap_or_else(|error| panic!("{label} cannot be chosen: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{label} cannot be typed into: {error}"));
    }

    async fn locate(&self, locator: Locator<'_>, what: &str) -> Element {
        eventually(&format!("{what:?} on the page"), PATIENCE, async || {
            for element in self.client.find_all(locator).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) {
                    return Some(element);
                }
            }
            None
        })
        .await
    }

    /// A picture of the page, kept as `tests/screenshots/NAME.png`.
    pub async fn picture(&self, name: &str) -> PathBuf {
        let path = screenshots().join(format!("{name}.png"));
        let picture = self.client.screenshot().await.expect("a picture of the page");
        fs::write(&path, picture).expect("the picture can be kept");
        path
    }

    /// What the browser's console has told since the last time: errors of scripts, failed requests, reports of the
    /// content security policy.
    pub async fn complaints(&self) -> Vec<String> {
        let lines = self.client.issue_cmd(BrowserLog).await.expect("the browser's log");
        logs::complaints(&lines.to_string())
    }

    /// Closes the browser; fails if a page has complained.
    pub async fn close(self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "the browser's console complains:\n{}", complaints.join("\n"));
        self.client.close().await.expect("the browser closes");
    }
}

/// A text inside an XPath expression.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "a label with a quote cannot be looked for: {text}");
    format!("\"{text}\"")
}

fn capabilities(chromium: &std::path::Path, folder: &TempDir) -> fantoccini::wd::Capabilities {
    let text = format!(
        r#"{{
            "acceptInsecureCerts": true,
            "goog:loggingPrefs": {{ "browser": "ALL" }},
            "goog:chromeOptions": {{
                "binary": {:?},
                "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic",
                         "--no-first-run", "--disable-background-networking", "--disable-component-update",
                         "--disable-sync",
                         "--window-size=1400,900", "--lang=en-GB", "--user-data-dir={}"]
            }}
        }}"#,
        chromium.display().to_string(),
        folder.path().join("profile").display()
    );
    serde_json::from_str(&text).expect("capabilities in good form")
}

/// Times that the driver is started: its port may be taken from it before it listens.
const STARTS: usize = 3;

async fn start_driver(driver: &std::path::Path, folder: &TempDir) -> (Process, u16) {
    let mut last = String::new();
    for _ in 0..STARTS {
        match try_driver(driver, folder).await {
            Ok(started) => return started,
            Err(log) => last = log,
        }
    }
    panic!("chromedriver has ended {STARTS} times:\n{last}")
}

/// An error is what it logged before it ended.
async fn try_driver(driver: &std::path::Path, folder: &TempDir) -> Result<(Process, u16), String> {
    let log_path = folder.path().join("driver.log");
    let log = File::create(&log_path).expect("a log file");
    // The browser outlives a killed driver, but not the processes' namespace that it lives in.
    let mut command = Process::guarded(required("unshare", "apt install util-linux"), "KILL");
    command.args(["--pid", "--fork", "--kill-child", "--mount-proc", "--"]).arg(driver).arg("--port=0");
    command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log file")).stderr(log);
    let mut process = Process::start("chromedriver", command);
    let port = eventually("chromedriver's port", PATIENCE, async || {
        let text = fs::read_to_string(&log_path).unwrap_or_default();
        if process.ended().is_some() {
            return Some(Err(text));
        }
        let (_, rest) = text.split_once("started successfully on port ")?;
        rest.split_once('.')?.0.parse().ok().map(Ok)
    })
    .await?;
    Ok((process, port))
}
