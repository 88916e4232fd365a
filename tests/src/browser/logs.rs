//! The browser's own log: what its console shows.

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::{Method, Url};
use serde::Deserialize;

/// Asks for what was logged since the last time.
#[derive(Debug)]
pub(super) struct BrowserLog;

impl WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(r#"{"type":"browser"}"#.to_owned()))
    }
}

#[derive(Deserialize)]
struct Line {
    level: String,
    source: String,
    message: String,
}

/// The lines that tell of something wrong.
pub(super) fn complaints(json: &str) -> Vec<String> {
    let lines: Vec<Line> = serde_json::from_str(json).expect("chromedriver's log is a list of lines");
    lines
        .into_iter()
        .filter(|line| matches!(line.level.as_str(), "SEVERE" | "WARNING") || line.source == "security")
        .map(|line| format!("{} ({}): {}", line.level, line.source, line.message))
        .collect()
}
