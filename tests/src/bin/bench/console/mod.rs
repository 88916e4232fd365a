//! The console in a real browser: how soon the list is there, and what its rows cost the browser.

mod page;
mod yardstick;

use std::{path::PathBuf, time::Duration};

use deskwarden_tests::{Browser, Database, FakeAgent, PASSWORD, Person, TestApp, TestDatabase};
use deskwarden_types::{SessionId, Status, api::SessionQuery};
use serde_json::json;

use self::{page::Costs, yardstick::Yardstick};

/// Sessions in the list: as many as one page can have.
const SESSIONS: usize = 1_000;
/// How often the page is opened, and how often it is drawn anew.
const TIMES: usize = 9;
/// How many live updates there are.
const UPDATES: usize = 60;
/// How much slower than this machine the browser's processor is when the page is opened.
const SLOWER: u32 = 4;

/// Measures the console that is in the server, or the one in this folder.
pub async fn run(folder: Option<PathBuf>) {
    println!("\nConsole");
    let folder = folder.map(|folder| folder.canonicalize().expect("the console's folder"));
    let arguments: Vec<&str> =
        folder.iter().flat_map(|folder| ["--console-dir", folder.to_str().expect("a path")]).collect();
    let app = TestApp::start_with(TestDatabase::new(Database::Sqlite), &arguments).await;
    let owner = app.owner().await;
    let agent = app.agent("bench").await;
    agent.hello().await;
    let mut sessions = Vec::with_capacity(SESSIONS);
    for _ in 0..SESSIONS {
        sessions.push(agent.run(&owner.username, "bench").await);
    }
    let browser = Browser::start().await;
    let url = app.server.url();
    browser.open(&format!("{url}/sessions")).await;
    browser.fill("Email", &owner.email).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.sees("bench").await;
    // The thread's own time: what else the machine does is not counted.
    browser.protocol("Performance.enable", json!({ "timeDomain": "threadTicks" })).await;
    opened(&browser, &url).await;
    drawn(&browser, &url, &owner).await;
    updated(&browser, &url, &agent, &sessions).await;
    browser.close().await;
}

/// From nothing in the browser's cache to rows on the screen: those that a person sees, and all of the page.
async fn opened(browser: &Browser, url: &str) {
    browser.protocol("Page.addScriptToEvaluateOnNewDocument", json!({ "source": page::ROWS_SHOWN })).await;
    for slower in [SLOWER, 1] {
        browser.protocol("Emulation.setCPUThrottlingRate", json!({ "rate": slower })).await;
        let (mut seen, mut all) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            // From a page that has none of the program, so that nothing is left of it.
            browser.open("about:blank").await;
            browser.protocol("Network.clearBrowserCache", json!({})).await;
            browser.open(&format!("{url}/sessions")).await;
            all.push(page::wait_for(browser, "window.allRows").await);
            seen.push(page::wait_for(browser, "window.firstRows").await);
        }
        for (what, mut took) in [("the screen full of rows", seen), ("all 50 rows", all)] {
            took.sort_by(f64::total_cmp);
            let name = format!("{what}, cold, processor {slower} × slower");
            let middle = took.get(took.len() / 2).copied().unwrap_or_default();
            line(&name, middle, &format!("(slowest {:.0} ms)", took.last().copied().unwrap_or_default()));
        }
    }
}

/// A page of 1,000 rows in another order, beside plain JavaScript that draws the same cells.
async fn drawn(browser: &Browser, url: &str, owner: &Person) {
    browser.open(&format!("{url}/sessions?rows={SESSIONS}")).await;
    page::wait_for(browser, page::ROWS_ARE_THERE).await;
    let rows = browser.number("document.querySelectorAll('tr[data-session]').length").await;
    let elements = browser.number(page::ELEMENTS).await;
    let mut console = Vec::new();
    for _ in 0..TIMES {
        let before = page::first_row(browser).await;
        let start = Costs::of(browser).await;
        page::press(browser, "th[data-field=started_at] .head").await;
        page::wait_for(browser, &format!("{} !== '{before}' && {}", page::FIRST, page::ROWS_ARE_THERE)).await;
        page::settled(browser).await;
        console.push(Costs::of(browser).await.since(&start));
    }
    let console = Costs::median(console);

    let list = async |sort: &str| {
        let query =
            SessionQuery { sort: Some(sort.to_owned()), limit: Some(SESSIONS as u32), ..SessionQuery::default() };
        serde_json::to_string(&owner.list(query).await.expect("a list")).expect("JSON")
    };
    let lists = [list("started_at").await, list("-started_at").await];
    let style = page::stylesheet(browser, url).await;
    let yardstick = Yardstick::start(lists, style).await;
    for drawn in [SESSIONS as i64, rows] {
        browser.open(&format!("{}?rows={drawn}", yardstick.url())).await;
        page::wait_for(browser, page::ROWS_ARE_THERE).await;
        let same = browser.number(page::ELEMENTS).await * rows / drawn;
        let mut plain = Vec::new();
        for _ in 0..TIMES {
            let before = page::first_row(browser).await;
            let start = Costs::of(browser).await;
            page::press(browser, "#again").await;
            page::wait_for(browser, &format!("{} !== '{before}'", page::FIRST)).await;
            page::settled(browser).await;
            plain.push(Costs::of(browser).await.since(&start));
        }
        let plain = Costs::median(plain);
        let name = format!("yardstick: plain JavaScript, {drawn} rows");
        line(&name, plain.all, &format!("({same} elements for {rows} rows, script {:.1} ms)", plain.script));
        let name = format!("{SESSIONS} rows in another order, {rows} drawn");
        let note = format!(
            "{:.2} × yardstick ({elements} elements, script {:.1} ms)",
            console.all / plain.all,
            console.script
        );
        line(&name, console.all, &note);
    }
}

/// One row of a list of 50 changes, as an agent tells it.
async fn updated(browser: &Browser, url: &str, agent: &FakeAgent, sessions: &[SessionId]) {
    browser.open(&format!("{url}/sessions")).await;
    page::wait_for(browser, page::ROWS_ARE_THERE).await;
    browser.sees_in(".top", &["Live"]).await;
    let (mut took, mut idle) = (Vec::new(), Vec::new());
    for (at, session) in sessions.iter().rev().take(40).cycle().take(UPDATES).enumerate() {
        let status = if at < 40 { Status::Stopped } else { Status::Removed };
        let shown = format!("document.querySelector(\"tr[data-session='{session}'] .status-word\").textContent");
        let before = page::text(browser, &shown).await;
        page::settled(browser).await;
        // What the looking itself costs, and the page's own clock: the same once more without an update.
        let start = Costs::of(browser).await;
        page::wait_for(browser, &format!("{shown} === '{before}'")).await;
        page::settled(browser).await;
        idle.push(Costs::of(browser).await.since(&start));
        let start = Costs::of(browser).await;
        agent.seen(*session, &[status]).await;
        page::wait_for(browser, &format!("{shown} !== '{before}'")).await;
        page::settled(browser).await;
        took.push(Costs::of(browser).await.since(&start));
    }
    let worst = took.iter().map(|costs| costs.script).fold(0.0, f64::max);
    let (middle, idle) = (Costs::median(took), Costs::median(idle));
    let note = format!(
        "(most {worst:.1} ms; the whole thread {:.1} ms; without an update {:.1} ms, of which script {:.1})",
        middle.all, idle.all, idle.script
    );
    line("script for a live update", middle.script, &note);
    tokio::time::sleep(Duration::from_millis(10)).await;
}

fn line(name: &str, milliseconds: f64, note: &str) {
    println!("  {name:52} {milliseconds:9.1} ms {note}");
}
