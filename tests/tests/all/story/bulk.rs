//! Bulk actions: found again by somebody whose tab is closed.

use std::time::Duration;

use deskwarden_tests::{Browser, Database, TestApp, eventually, now, run};

use super::finding::browser_of;
use crate::api::bulk_long::copies;

/// Four parts.
const MANY: i64 = 10_000;
const PATIENCE: Duration = Duration::from_secs(120);
/// The row of the action that was asked for last.
const NEWEST: &str = "tr[data-bulk]:first-child";

#[test]
fn a_bulk_action_whose_tab_was_closed_is_found_again() {
    run(Database::Sqlite, async |app: TestApp| {
        let mut app = app;
        let (member, owner, agent) = (app.member().await, app.owner().await, app.agent("h1").await);
        agent.hello().await;
        agent.run(&member.username, "xterm").await;
        copies(&app, MANY).await;
        let browser = browser_of(&app, &owner, "/sessions?state=current").await;
        begin(&app, &browser).await;
        // Left on its way by everybody, and by the server, too, until it is told to go on.
        app.server.kill9();
        // The tab goes on asking for as long as it is there.
        browser.open("about:blank").await;
        browser.complains_only_of(&["Failed to fetch", "ERR_", "network error"]).await;
        browser.close().await;
        let held = now().plus_seconds(3600).millis();
        app.sql(format!("UPDATE bulk_actions SET worked_at = {held}")).await;
        assert_eq!(app.number("SELECT COUNT(*) FROM bulk_actions WHERE state = 1").await, 1, "it was too quick");
        app.server.start_again().await;

        let browser = browser_of(&app, &owner, "/sessions").await;
        browser.click_in(".rail", "Bulk actions").await;
        browser.sees_in(NEWEST, &["Evict", "10,000", "Running", "of 10,000 done"]).await;
        browser.assert_accessible("bulk actions, one on its way").await;
        browser.picture("180-bulk-running").await;
        browser.click_in(NEWEST, "Evict").await;
        browser.sees_in("dialog", &["Evict: 10,000 sessions", "of 10,000 done", "stays under Bulk actions"]).await;
        browser.assert_accessible("a bulk action that was found, on its way").await;
        browser.picture("181-bulk-found").await;
        app.sql("UPDATE bulk_actions SET worked_at = 0").await;
        eventually("the result", PATIENCE, async || {
            browser.text_of("dialog").await.contains("Sent to 9,999 of 10,000 sessions").then_some(())
        })
        .await;
        browser.sees_in("dialog .results", &["Sent", "9,999", "Changed in the meantime"]).await;
        browser.assert_accessible("the result of a bulk action that was found").await;
        browser.picture("182-bulk-result").await;
        // The list has gone on behind the dialog.
        browser.sees_in(NEWEST, &["Finished", "9,999 sent", "1 left alone", "The end of term"]).await;
        look_again(&browser).await;
        on_a_phone(&browser).await;
        browser.close().await;
    });
}

/// Evicts all that match, but for one that is not any more what the plan saw.
async fn begin(app: &TestApp, browser: &Browser) {
    browser.sees_in(".pager", &["1–50 of 10,000"]).await;
    browser.click("Select all").await;
    browser.click("Select all 10,000 that match").await;
    browser.click_in(".mass", "Evict").await;
    browser.sees_in("dialog", &["Evict all 10,000 sessions that match?"]).await;
    browser.fill("Reason", "The end of term").await;
    app.sql("UPDATE sessions SET revision = revision + 1 WHERE id = (SELECT MAX(id) FROM sessions)").await;
    browser.click_in("dialog .dialog-foot", "Evict").await;
    browser.sees_in("dialog", &["of 10,000", "goes on", "Bulk actions"]).await;
}

/// The one that was left alone is asked for once more; that is an action of its own.
async fn look_again(browser: &Browser) {
    browser.click_in("dialog .dialog-foot", "Look again").await;
    browser.sees_in("dialog", &["To whom"]).await;
    browser.fill("Reason", "The last one").await;
    browser.click_in("dialog .dialog-foot", "Evict").await;
    browser.is_gone("dialog").await;
    browser.sees_in(NEWEST, &["1 sent", "The last one"]).await;
    assert_eq!(browser.number("document.querySelectorAll('tr[data-bulk]').length").await, 2);
    // Old or new, one is read the same way; the keyboard comes back to where it was.
    browser.click_in(NEWEST, "Evict").await;
    browser.sees_in("dialog", &["Evict: 1 session", "Sent to 1 of 1 sessions"]).await;
    browser.click_in("dialog .dialog-foot", "Close").await;
    browser.is_gone("dialog").await;
}

/// Each action is a card, and nothing has to be moved sideways.
async fn on_a_phone(browser: &Browser) {
    browser.size(320, 800).await;
    browser.sees_in(NEWEST, &["1 sent"]).await;
    let too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(browser.number(too_wide).await, 0, "the page must be moved sideways");
    let box_ = "(box => box.scrollWidth - box.clientWidth)(document.querySelector('.table-box'))";
    assert_eq!(browser.number(box_).await, 0, "the table must be moved sideways");
    browser.assert_accessible("bulk actions on a phone").await;
    browser.picture("183-bulk-phone").await;
}
