//! What is looked at in the browser.

use std::time::Duration;

use deskwarden_tests::Browser;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::json;

/// Runs in each page before its own scripts: notes when all rows that a person sees were on the screen for the first time,
/// and when all of the page were drawn.
pub const ROWS_SHOWN: &str = "
    const bottom = (css) => [...document.querySelectorAll(css)].at(-1).getBoundingClientRect().bottom;
    const look = () => {
        requestAnimationFrame(look);
        const rows = document.querySelectorAll('tr[data-session]').length;
        if (!rows || window.allRows) return;
        // Behind the frame that shows them, and before whatever else waits for that.
        scheduler.postTask(() => {
            const now = performance.now();
            if (bottom('tr[data-session]') >= bottom('.table-box')) window.firstRows ??= now;
            if (rows >= 50) window.allRows ??= now;
        }, { priority: 'user-blocking' });
    };
    requestAnimationFrame(look);";
/// Whether rows are there, and no others are being waited for.
pub const ROWS_ARE_THERE: &str = "document.querySelector('tr[data-session]') !== null \
     && document.querySelector('.table-box[aria-busy=true]') === null";
/// The session of the first row.
pub const FIRST: &str = "document.querySelector('tr[data-session]').dataset.session";
/// How many elements the rows have.
pub const ELEMENTS: &str = "document.querySelectorAll('tr[data-session], tr[data-session] *').length";

/// What the page has cost the browser's main thread, in milliseconds.
#[derive(Clone)]
pub struct Costs {
    /// Everything: script, style, layout, paint.
    pub all: f64,
    /// Script alone.
    pub script: f64,
}

impl Costs {
    /// Since the page was opened.
    pub async fn of(browser: &Browser) -> Self {
        let figures: Figures = browser.ask_protocol("Performance.getMetrics", json!({})).await;
        let of = |name: &str| {
            let figure = figures.metrics.iter().find(|figure| figure.name == name);
            figure.expect("the browser's own figures").value * 1000.0
        };
        Self { all: of("TaskDuration"), script: of("ScriptDuration") }
    }

    pub fn since(&self, start: &Self) -> Self {
        Self { all: self.all - start.all, script: self.script - start.script }
    }

    /// Each figure by itself.
    pub fn median(costs: Vec<Self>) -> Self {
        let middle = |of: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = costs.iter().map(of).collect();
            figures.sort_by(f64::total_cmp);
            figures.get(figures.len() / 2).copied().unwrap_or_default()
        };
        Self { all: middle(|c| c.all), script: middle(|c| c.script) }
    }
}

/// The browser's own figures.
#[derive(Deserialize)]
struct Figures {
    metrics: Vec<Figure>,
}

#[derive(Deserialize)]
struct Figure {
    name: String,
    /// Times are in seconds.
    value: f64,
}

#[derive(Deserialize)]
struct Evaluated {
    result: Found,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    value: Value,
}

/// What an expression on the page is.
#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Value {
    Truth(bool),
    Number(f64),
    Text(String),
    Other(IgnoredAny),
    #[default]
    Nothing,
}

async fn value(browser: &Browser, expression: &str) -> Value {
    let asked = json!({ "expression": expression, "returnByValue": true });
    let evaluated: Evaluated = browser.ask_protocol("Runtime.evaluate", asked).await;
    evaluated.result.value
}

/// Waits until an expression on the page is true, or a number, which is given back. Looks rarely: each look costs the
/// page something, too.
pub async fn wait_for(browser: &Browser, expression: &str) -> f64 {
    for _ in 0..1_000 {
        match value(browser, expression).await {
            Value::Truth(true) => return 0.0,
            Value::Number(number) => return number,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    let picture = browser.picture("bench").await;
    panic!("{expression} does not become true; see {}", picture.display());
}

pub async fn text(browser: &Browser, expression: &str) -> String {
    match value(browser, expression).await {
        Value::Text(text) => text,
        _ => String::new(),
    }
}

pub async fn first_row(browser: &Browser) -> String {
    text(browser, FIRST).await
}

/// Presses what this selector finds, as a script would: what the pointer does on its way there is not measured.
pub async fn press(browser: &Browser, css: &str) {
    value(browser, &format!("document.querySelector('{css}').click()")).await;
}

/// Lets the browser draw what it has.
pub async fn settled(browser: &Browser) {
    tokio::time::sleep(Duration::from_millis(60)).await;
    let _ = value(browser, "document.body.offsetHeight").await;
}

/// The stylesheet of the console.
pub async fn stylesheet(browser: &Browser, url: &str) -> String {
    let path = text(browser, "document.querySelector('link[rel=stylesheet]').getAttribute('href')").await;
    let answer = reqwest::get(format!("{url}{path}")).await.expect("the stylesheet");
    answer.text().await.expect("the stylesheet")
}
