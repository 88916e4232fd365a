//! What only a long list brings: ten thousand acted on at once, orders that are refused, counts and exports that take a
//! while, and are stopped or break.

use std::time::Duration;

use deskwarden_tests::{Browser, Database, TestApp, eventually, run};
use deskwarden_types::Status;
use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use serde_json::json;

use super::finding::{browser_of, goes_to, sessions};
use crate::api::bulk_long::copies;

/// The most at once.
const MOST: i64 = 10_000;
/// More than any order without an index takes.
const TOO_WIDE: i64 = 100_100;
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn ten_thousand_are_acted_on_from_the_page() {
    run(Database::Sqlite, async |app: TestApp| {
        let (member, agent) = (app.member().await, app.agent("h1").await);
        agent.hello().await;
        agent.run(&member.username, "xterm").await;
        copies(&app, MOST).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions?state=current").await;
        browser.sees_in(".pager", &["1–50 of 10,000"]).await;
        browser.click("Select all").await;
        browser.click("Select all 10,000 that match").await;
        browser.sees_in(".mass", &["All 10,000 that match are selected"]).await;
        browser.click_in(".mass", "Evict").await;
        browser.sees_in("dialog", &["Evict all 10,000 sessions that match?", "10,000 sessions"]).await;
        browser.picture("150-plan-of-10000").await;
        browser.fill("Reason", "The end of term").await;
        // One that is not any more what the plan saw.
        app.sql("UPDATE sessions SET revision = revision + 1 WHERE id = (SELECT MAX(id) FROM sessions)").await;
        browser.click_in("dialog .dialog-foot", "Evict").await;
        browser.sees_in("dialog", &["of 10,000", "goes on"]).await;
        browser.assert_accessible("a long action on its way").await;
        browser.picture("151-progress-of-10000").await;
        let start = std::time::Instant::now();
        eventually("the result", PATIENCE * 3, async || {
            let text = browser.text_of("dialog").await;
            text.contains("9,999 of 10,000").then_some(())
        })
        .await;
        println!("ten thousand: {} ms to the result", start.elapsed().as_millis());
        browser.sees_in("dialog .results", &["9,999", "1"]).await;
        browser.assert_accessible("the result of a long action").await;
        browser.picture("152-result-of-10000").await;
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, MOST - 1);
        browser.click_in("dialog .dialog-foot", "Close").await;
        browser.close().await;
    });
}

#[test]
fn a_long_action_whose_dialog_was_closed_ends_in_the_words_of_the_dialog() {
    run(Database::Sqlite, async |app: TestApp| {
        let (member, agent) = (app.member().await, app.agent("h1").await);
        agent.hello().await;
        agent.run(&member.username, "xterm").await;
        copies(&app, 1_200).await;
        let over = agent.run(&member.username, "xclock").await;
        agent.seen(over, &[Status::Removed]).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions").await;
        browser.sees_in(".pager", &["1–50 of 1,201"]).await;
        browser.click("Select all").await;
        browser.click("Select all 1,201 that match").await;

        // What the plan left out is no failure.
        browser.click_in(".mass", "Message").await;
        browser.sees_in("dialog h2", &["Message 1,200 of the 1,201 sessions that match?"]).await;
        act_and_close(&browser, "Message", "Send").await;
        browser.sees_in(".notices .good", &["Message is on its way: 1,200 sessions"]).await;

        // What was selected for it is selected no longer.
        browser.is_gone(".mass").await;
        browser.click("Select all").await;
        browser.click("Select all 1,201 that match").await;
        browser.click_in(".mass", "Evict").await;
        browser.sees_in("dialog h2", &["Evict 1,200 of the 1,201 sessions that match?"]).await;
        app.sql("UPDATE sessions SET revision = revision + 1 WHERE id = (SELECT MIN(id) FROM sessions)").await;
        act_and_close(&browser, "Reason", "Evict").await;
        let told = ["Evict: 1,199 of 1,200 sessions are on their way", "1 session was left alone."];
        browser.sees_in(".notices .bad", &told).await;
        browser.click_in(".notices", "Try again").await;
        browser.sees_in("dialog", &told).await;
        browser.sees_in("dialog .results", &["1,199", "Changed in the meantime"]).await;
        browser.picture("158-result-again").await;
        browser.click_in("dialog .dialog-foot", "Look again").await;
        browser.sees_in("dialog .plan", &["To whom"]).await;
        browser.click_in("dialog .dialog-foot", "Cancel").await;
        browser.close().await;
    });
}

/// Goes ahead, and closes the dialog while that lasts.
async fn act_and_close(browser: &Browser, field: &str, verb: &str) {
    browser.fill(field, "The end of term").await;
    browser.click_in("dialog .dialog-foot", verb).await;
    browser.sees_in("dialog", &["goes on"]).await;
    browser.click_in("dialog .dialog-foot", "Close").await;
}

#[test]
fn a_long_list_says_what_it_cannot_and_stops_when_told() {
    run(Database::Sqlite, async |app: TestApp| {
        let mut app = app;
        sessions(&app).await;
        copies(&app, TOO_WIDE).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions").await;
        browser.sees_in(".pager", &["of at least 10,000"]).await;
        count(&browser).await;
        too_wide(&browser).await;
        export(&mut app, &browser).await;
        browser.complains_only_of(&["422", "Failed to fetch", "ERR_", "network error", "502", "503"]).await;
        browser.close().await;
    });
}

/// A count that takes too long is stopped; asked for again it comes.
async fn count(browser: &Browser) {
    // Held back on its way out, for as long as this lasts.
    let held = json!({ "patterns": [{ "urlPattern": "*total=exact*" }] });
    browser.protocol("Fetch.enable", held).await;
    browser.click("Count exactly").await;
    browser.sees_in(".list-foot", &["Counting…", "Stop counting"]).await;
    browser.picture("153-counting").await;
    browser.click("Stop counting").await;
    browser.sees_in(".list-foot", &["of at least 10,000", "Count exactly"]).await;
    browser.protocol("Fetch.disable", json!({})).await;
    browser.click("Count exactly").await;
    browser.sees_in(".list-foot", &["of 100,100"]).await;
}

/// The order is refused, with what can be done; the rows that were there stay.
async fn too_wide(browser: &Browser) {
    // Off to the right, under the actions: pressed as the keyboard would.
    let press = "document.querySelector('th[data-field=ip] .head').click()";
    browser.driver().execute(press, Vec::new()).await.unwrap();
    browser.sees_in(".failed", &["Too many sessions for this order", "100,000", "Sort by session ID"]).await;
    browser.assert_accessible("an order that is refused").await;
    browser.picture("154-too-wide").await;
    browser.click_in(".failed", "Sort by session ID").await;
    browser.is_gone(".failed").await;
    browser.find("tr[data-session]").await;
}

/// The server is gone in the middle of a file; told so, one tries again and gets the whole.
async fn export(app: &mut TestApp, browser: &Browser) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_string_lossy().into_owned();
    browser.protocol("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": path })).await;
    let slow = json!({ "offline": false, "latency": 0, "downloadThroughput": 200_000, "uploadThroughput": -1 });
    browser.protocol("Network.enable", json!({})).await;
    browser.protocol("Network.emulateNetworkConditions", slow).await;
    browser.click("Export").await;
    browser.click_in("dialog", "Apply").await;
    eventually("the first rows on their way", PATIENCE, async || {
        (app.number("SELECT COUNT(*) FROM exports WHERE state = 2").await == 1).then_some(())
    })
    .await;
    app.server.kill9();
    app.server.start_again().await;
    let free = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.protocol("Network.emulateNetworkConditions", free).await;
    // The server that is gone can't say so: it is found out by the silence.
    eventually("the notice of the break", PATIENCE * 2, async || {
        let text = browser.text_of(".notices").await;
        (text.contains("Export broke off") && text.contains("Try again")).then_some(())
    })
    .await;
    browser.picture("155-export-broken").await;
    browser.click_in(".notices", "Try again").await;
    eventually("the whole file", PATIENCE * 2, async || {
        let text = browser.text_of(".notices").await;
        (text.contains("Export finished") && text.contains("100,100 rows")).then_some(())
    })
    .await;
    browser.picture("156-export-again").await;
}

#[test]
fn columns_are_made_wider_and_moved_by_the_pointer() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions").await;
        browser.find(&super::place::row(ids[0])).await;
        let width = "document.querySelector('th[data-field=user]').offsetWidth";
        let before = browser.number(width).await;
        let [x, y] = middle(&browser, "th[data-field=user] .edge").await;
        drag(&browser, [x, y], [x + 80.0, y]).await;
        goes_to(&browser, "user:").await;
        let after = browser.number(width).await;
        assert!((before + 70..=before + 90).contains(&after), "{before} became {after}");

        browser.click("Columns").await;
        browser.find(".arrange li:nth-child(4) > .icon").await;
        let head =
            "[...document.querySelectorAll('thead th[data-field]')].slice(0, 4).map(t => t.dataset.field).join(' ')";
        let names = browser.driver().execute(&format!("return {head}"), Vec::new()).await.unwrap();
        // The browser's own events of dragging: the driver cannot drag what the page calls draggable.
        let events = "const at = (n, type) => document.querySelectorAll('.arrange li')[n].dispatchEvent(\
            new DragEvent(type, { bubbles: true, cancelable: true })); \
            at(1, 'dragstart'); at(3, 'dragover'); at(3, 'drop'); at(1, 'dragend')";
        browser.driver().execute(events, Vec::new()).await.unwrap();
        browser.picture("157-columns-dragged").await;
        eventually("another order of the columns", PATIENCE, async || {
            let now = browser.driver().execute(&format!("return {head}"), Vec::new()).await.ok()?;
            (now != names).then_some(())
        })
        .await;
        browser.close().await;
    });
}

/// The middle of what a selector finds.
async fn middle(browser: &Browser, css: &str) -> [f64; 2] {
    let of = |side: &str, size: &str| {
        format!("(r => r.{side} + r.{size} / 2)(document.querySelector('{css}').getBoundingClientRect())")
    };
    [browser.number(&of("left", "width")).await as f64, browser.number(&of("top", "height")).await as f64]
}

/// From here to there, with a few stops on the way.
async fn drag(browser: &Browser, from: [f64; 2], to: [f64; 2]) {
    let at = |share: f64| PointerAction::MoveTo {
        duration: Some(Duration::from_millis(50)),
        x: from[0] + (to[0] - from[0]) * share,
        y: from[1] + (to[1] - from[1]) * share,
    };
    let mouse = MouseActions::new("mouse".to_owned())
        .then(at(0.0))
        .then(PointerAction::Down { button: 0 })
        .then(at(0.2))
        .then(at(0.6))
        .then(at(1.0))
        .then(PointerAction::Up { button: 0 });
    browser.driver().perform_actions(mouse).await.unwrap();
}
