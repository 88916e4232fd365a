//! The browser's own protocol, for what WebDriver has no words for.

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::{Method, Url};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::json;

use super::Browser;

#[derive(Serialize)]
struct Order<'a, P> {
    cmd: &'a str,
    params: P,
}

#[derive(Debug)]
struct Protocol {
    body: String,
}

impl WebDriverCompatibleCommand for Protocol {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.clone()))
    }
}

impl Browser {
    /// Gives the browser a command of its own protocol.
    pub async fn protocol(&self, command: &str, parameters: impl Serialize) {
        let IgnoredAny = self.ask_protocol(command, parameters).await;
    }

    /// The same, for a command that answers.
    pub async fn ask_protocol<A: DeserializeOwned>(&self, command: &str, parameters: impl Serialize) -> A {
        let body = Order { cmd: command, params: parameters };
        let body = serde_json::to_string(&body).expect("parameters can be written");
        let answer = self.driver().issue_cmd(Protocol { body }).await;
        let answer = answer.unwrap_or_else(|error| panic!("{command}: {error}"));
        serde_json::from_value(answer).unwrap_or_else(|error| panic!("the answer to {command}: {error}"))
    }

    /// Gives the page what the system would: `emulate("prefers-contrast", "more")`; an empty value takes it back.
    pub async fn emulate(&self, feature: &str, value: &str) {
        self.protocol("Emulation.setEmulatedMedia", json!({ "features": [{ "name": feature, "value": value }] })).await;
    }

    /// Keeps a preference of the console in the browser, or forgets it, and loads the page anew.
    pub async fn prefer(&self, key: &str, value: Option<&str>) {
        let script = match value {
            Some(value) => format!("localStorage.setItem('deskwarden.{key}', '{value}')"),
            None => format!("localStorage.removeItem('deskwarden.{key}')"),
        };
        self.driver().execute(&script, Vec::new()).await.expect("the page can keep something");
        self.driver().refresh().await.expect("the page can be loaded anew");
    }
}
