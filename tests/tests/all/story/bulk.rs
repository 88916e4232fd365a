//! Bulk actions: found again by somebody whose tab is closed.

use std::time::Duration;

use deskwarden_tests::{Browser, Database, FakeAgent, TestApp, eventually, now, run};
use deskwarden_types::{
    CommandOutcome, Status,
    agent::{CommandOrder, CommandStep},
};

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
            browser.text_of("dialog").await.contains("9,999 of 10,000 sessions are on their way").then_some(())
        })
        .await;
        browser.sees_in("dialog .results", &["On its way", "9,999", "Changed in the meantime"]).await;
        browser.assert_accessible("the result of a bulk action that was found").await;
        browser.picture("182-bulk-result").await;
        // The list has gone on behind the dialog.
        let told = ["Sent", "0 of 9,999 done", "1 left alone", "9,999 on their way", "The end of term"];
        browser.sees_in(NEWEST, &told).await;
        look_again(&browser).await;
        on_a_phone(&browser).await;
        browser.close().await;
    });
}

/// More than are told one by one.
const SOME: i64 = 25;

#[test]
fn how_a_mass_action_ended_is_told_and_what_failed_is_retried() {
    run(Database::Sqlite, async |app: TestApp| {
        let (member, owner, agent) = (app.member().await, app.owner().await, app.agent("h1").await);
        agent.hello().await;
        agent.run(&member.username, "xterm").await;
        copies(&app, SOME).await;
        let browser = browser_of(&app, &owner, "/sessions?state=current").await;
        browser.sees_in(".pager", &["1–25 of 25"]).await;
        browser.click("Select all").await;
        browser.click_in(".mass", "Evict").await;
        browser.sees_in("dialog", &["Evict 25 sessions?", "To whom"]).await;
        browser.fill("Reason", "The end of term").await;
        app.sql("UPDATE sessions SET revision = revision + 1 WHERE id = (SELECT MAX(id) FROM sessions)").await;
        browser.click_in("dialog .dialog-foot", "Evict").await;
        browser.sees_in("dialog", &["Evict: 24 of 25 sessions are on their way", "1 session was left alone"]).await;

        // The open dialog goes on: what is done, what failed and why, what is still to come.
        let mut orders = agent.orders();
        for _ in 0..22 {
            agent.obey(&orders.command().await, CommandOutcome::ClosedOnRequest, Status::Evicted).await;
        }
        fail(&agent, &orders.command().await).await;
        browser
            .sees_in("dialog", &["Evict: 22 of 25 sessions are done, 1 on their way", "It failed for 1 session."])
            .await;
        let groups = ["Evict failed: the host refused", "Permission denied", "Done · Closed on request", "On its way"];
        browser.sees_in("dialog .results", &groups).await;
        browser.sees_in("dialog .dialog-foot", &["Retry what failed", "Look again"]).await;
        browser.assert_accessible("a mass action of which one command failed").await;
        browser.picture("184-bulk-failed").await;

        // Closed before the end: the list tells sent from finished, and a notice tells the end.
        browser.click_in("dialog .dialog-foot", "Close").await;
        browser.click_in(".rail", "Bulk actions").await;
        browser.sees_in(NEWEST, &["Sent", "22 of 24 done", "1 failed", "1 left alone", "1 on its way"]).await;
        fail(&agent, &orders.command().await).await;
        browser.sees_in(NEWEST, &["Finished", "22 of 24 done", "2 failed"]).await;
        browser.sees_in(".notices", &["Evict: 22 of 24 sessions are done", "It failed for 2 sessions."]).await;
        browser.assert_accessible("bulk actions, one of which failed in part").await;
        browser.picture("185-bulk-failed-list").await;

        browser.click_in(".notices", "Try again").await;
        browser.sees_in("dialog", &["Evict: 25 sessions", "It failed for 2 sessions. 1 session was left alone."]).await;
        browser.click_in("dialog .dialog-foot", "Retry what failed").await;
        browser.sees_in("dialog", &["Evict 2 sessions?", "To whom"]).await;
        browser.fill("Reason", "The second try").await;
        browser.click_in("dialog .dialog-foot", "Evict").await;
        browser.sees_in(NEWEST, &["Sent", "0 of 2 done", "The second try"]).await;
        for _ in 0..2 {
            agent.obey(&orders.command().await, CommandOutcome::Killed, Status::Evicted).await;
        }
        browser.sees_in(NEWEST, &["Finished", "2 of 2 done"]).await;
        browser.close().await;
    });
}

/// The host refuses.
async fn fail(agent: &FakeAgent, order: &CommandOrder) {
    let detail = "cgroup.kill: Permission denied".to_owned();
    agent.step(order.id, CommandStep::Failed { outcome: CommandOutcome::HostError, detail }).await;
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
    browser.sees_in(NEWEST, &["0 of 1 done", "The last one"]).await;
    assert_eq!(browser.number("document.querySelectorAll('tr[data-bulk]').length").await, 2);
    // Old or new, one is read the same way; the keyboard comes back to where it was.
    browser.click_in(NEWEST, "Evict").await;
    browser.sees_in("dialog", &["Evict: 1 session", "1 of 1 sessions are on their way"]).await;
    browser.click_in("dialog .dialog-foot", "Close").await;
    browser.is_gone("dialog").await;
}

/// Each action is a card, and nothing has to be moved sideways.
async fn on_a_phone(browser: &Browser) {
    browser.size(320, 800).await;
    browser.sees_in(NEWEST, &["1 on its way"]).await;
    let too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(browser.number(too_wide).await, 0, "the page must be moved sideways");
    let box_ = "(box => box.scrollWidth - box.clientWidth)(document.querySelector('.table-box'))";
    assert_eq!(browser.number(box_).await, 0, "the table must be moved sideways");
    browser.assert_accessible("bulk actions on a phone").await;
    browser.picture("183-bulk-phone").await;
}
