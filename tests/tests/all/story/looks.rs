//! What the console makes of hostile text, of a phone and of the dark.

use deskwarden_tests::{Browser, Database, PASSWORD, TestApp, run};
use deskwarden_types::{
    SessionId, Status, Verb,
    agent::{Observation, StatusSeen},
    api::NewCommand,
};

use super::place::row;

/// Texts that are something else than text to a careless page.
const SCRIPT: &str = "<script>document.title='taken'</script>";
/// The same for a program: what stands before a slash is its folder.
const IMAGE: &str = "<img src=x onerror=\"document.title='taken'\">";
/// An agent's word that would turn what stands around it; what is left of it.
const TURNED: (&str, &str) = ("gnp.\u{202e}exe.lleh", "gnp.exe.lleh");

#[test]
fn hostile_text_a_phone_and_the_dark() {
    run(Database::Sqlite, async |app: TestApp| {
        let sessions = hostile_sessions(&app).await;
        let browser = Browser::start().await;
        let owner = app.owner().await;
        browser.open(&app.server.url()).await;
        browser.fill("Email", &owner.email).await;
        browser.fill("Password", PASSWORD).await;
        browser.click("Sign in").await;
        hostile_text(&browser, &sessions).await;
        the_dark(&browser).await;
        a_phone(&browser, sessions[0]).await;
        browser.close().await;
    });
}

/// Sessions of programs with names, on a host with a name and with reasons that nobody means well.
async fn hostile_sessions(app: &TestApp) -> Vec<SessionId> {
    let agent = app.agent(&format!("host {SCRIPT}")).await;
    agent.hello().await;
    let owner = app.owner().await;
    let long = "very-long-name-".repeat(12);
    let mut sessions = Vec::new();
    for program in [IMAGE, "xterm", &long] {
        sessions.push(agent.run(&owner.username, program).await);
    }
    let reason = format!("{SCRIPT} {}", "long ".repeat(60));
    let evict = NewCommand { verb: Verb::Evict, reason: reason.parse().ok(), message: None, hold_minutes: None };
    owner.ask(sessions[0], evict).await.unwrap();
    let stopped = StatusSeen {
        session_id: sessions[1],
        status: Status::Stopped,
        end_reason: None,
        adopted: false,
        connected: None,
        closes_in_ms: None,
        detail: Some(TURNED.0.to_owned()),
    };
    agent.report(vec![Observation::Status(stopped)]).await;
    sessions
}

/// Every character is shown, and none does anything.
async fn hostile_text(browser: &Browser, sessions: &[SessionId]) {
    browser.sees_in(&row(sessions[0]), &[IMAGE]).await;
    browser.sees_in(&row(sessions[2]), &["very-long-name-"]).await;
    browser.picture("40-hostile-list").await;
    browser.click_in(&row(sessions[0]), &sessions[0].to_string()).await;
    browser.sees_in(".panel", &[IMAGE, SCRIPT, &format!("host {SCRIPT}"), "long long"]).await;
    browser.picture("41-hostile-panel").await;
    let injected = browser.number("document.querySelectorAll('img[src=\"x\"], td script, .panel script').length").await;
    assert_eq!(injected, 0, "text became elements");
    let title = browser.driver().title().await.unwrap();
    assert!(!title.contains("taken"), "{title}");
    assert_fits(browser).await;
    browser.click("Close panel").await;
    browser.click_in(&row(sessions[1]), &sessions[1].to_string()).await;
    browser.sees_in(".panel", &["Stopped", TURNED.1]).await;
    browser.click("Close panel").await;
}

/// Nothing makes the page wider than the window.
async fn assert_fits(browser: &Browser) {
    let too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(browser.number(too_wide).await, 0, "the page must be moved sideways to be read");
}

async fn the_dark(browser: &Browser) {
    let light = background(browser).await;
    browser.click("Account").await;
    browser.click("Dark").await;
    browser.is_gone(".menu-panel").await;
    browser.picture("42-dark").await;
    let dark = background(browser).await;
    assert!(light > 600 && dark < 200, "light {light}, dark {dark}");
    browser.driver().refresh().await.unwrap();
    browser.sees_in(".top", &["Live"]).await;
    assert_eq!(background(browser).await, dark, "the choice is kept");
    browser.click("Account").await;
    browser.click("Light").await;
}

/// How bright the page is: the sum of its background's red, green and blue.
async fn background(browser: &Browser) -> i64 {
    let script = "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((s, n) => s + +n, 0)";
    browser.number(script).await
}

async fn a_phone(browser: &Browser, session: SessionId) {
    browser.size(390, 844).await;
    browser.sees_in(&row(session), &["Evicted"]).await;
    assert_fits(browser).await;
    browser.picture("43-phone").await;
    browser.find(&format!("{} .c-app", row(session))).await.click().await.unwrap();
    browser.sees_in(".panel", &["Evict", "Timeline"]).await;
    assert_fits(browser).await;
    browser.picture("44-phone-panel").await;
    browser.click("Back to the list").await;
    browser.is_gone(".panel").await;
}
