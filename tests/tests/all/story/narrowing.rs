//! What the panels say and keep of a list, and what the bar offers for what they find, in the words of the kind.

use deskwarden_tests::{Browser, Database, TestApp, eventually, run};
use deskwarden_types::{DeliveryKind, Phase, SessionId, Status};

use super::{
    finding::{browser_of, goes_to, lists, sessions},
    place::row,
};

/// The boxes of the panel that are seen, and those of them that are ticked.
async fn boxes(browser: &Browser) -> (i64, i64) {
    let count = |which: &str| {
        format!("[...document.querySelectorAll('.drop details[open] .ticks input')].filter(b => {which}).length")
    };
    (browser.number(&count("true")).await, browser.number(&count("b.checked")).await)
}

/// Presses what has these words in the panel.
async fn press(browser: &Browser, what: &str, words: &str) {
    let of_panel = format!("[...document.querySelectorAll('.drop {what}')].find(e => e.innerText.trim() == '{words}')");
    let press = format!("{of_panel}.click()");
    let pressed = async || browser.driver().execute(&press, Vec::new()).await.ok();
    eventually(&format!("{words} in the panel"), std::time::Duration::from_secs(10), pressed).await;
}

/// Makes the session one of another kind, which is live.
async fn make(app: &TestApp, id: SessionId, kind: DeliveryKind, status: Status) {
    let (kind, status, phase) = (kind.code(), status.code(), Phase::Live.code());
    let columns = format!("kind = {kind}, status = {status}, observed_status = {status}, phase = {phase}");
    app.sql(format!("UPDATE sessions SET {columns} WHERE id = {id}")).await;
}

#[test]
fn what_was_chosen_can_be_changed_where_it_was_chosen() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions/managed_app?q=status:running").await;
        lists(&browser, &ids).await;
        browser.click("Filter").await;
        browser.sees_in(".drop details[open]", &["Running"]).await;
        assert_eq!(boxes(&browser).await, (10, 1));
        // Closed and opened again.
        press(&browser, "summary", "Status").await;
        browser.is_gone(".drop details[open]").await;
        press(&browser, "summary", "Status").await;
        browser.sees_in(".drop details[open]", &["Running"]).await;
        assert_eq!(boxes(&browser).await, (10, 1));
        press(&browser, ".check", "Running").await;
        browser.is_gone("[data-testid=chip]").await;
        // A word that several kinds have is one box.
        browser.open(&format!("{}/sessions", app.server.url())).await;
        lists(&browser, &ids).await;
        browser.click("Filter").await;
        press(&browser, "summary", "Status").await;
        browser.sees_in(".drop details[open]", &["Connected"]).await;
        press(&browser, ".check", "Connected").await;
        goes_to(&browser, "q=status:connected").await;
        assert_eq!(boxes(&browser).await.1, 1);
        press(&browser, ".check", "Active").await;
        goes_to(&browser, "q=status:connected,active").await;
        press(&browser, ".check", "Connected").await;
        goes_to(&browser, "q=status:active").await;
        browser.sees_in("[data-testid=chip]", &["Status: Active"]).await;
        press(&browser, ".check", "Active").await;
        browser.is_gone("[data-testid=chip]").await;
        browser.close().await;
    });
}

#[test]
fn chips_and_panels_have_the_words_of_their_page() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let owner = app.owner().await;
        let address = "/sessions/app_stream?q=status:connected app:x";
        let browser = browser_of(&app, &owner, address).await;
        browser.sees_in(".chips", &["Status: Connected", "App name: x"]).await;
        assert!(!browser.text_of(".chips").await.contains("Active"));
        browser.open(&format!("{}/sessions/cloud_desktop?q=app:x access:public", app.server.url())).await;
        browser.sees_in(".chips", &["Desktop: x", "Access method: Public network"]).await;
        browser.click("Filter").await;
        browser.sees_in(".drop", &["Access method"]).await;
        // A text in a field with fixed words, and none in a field that the institution does not show.
        browser.open(&format!("{}/sessions?contains=runn&field=status", app.server.url())).await;
        lists(&browser, &ids).await;
        browser.sees_in(".chips", &["Status: \u{201c}runn\u{201d}"]).await;
        browser.click("Filter").await;
        browser.find("#contains-in").await;
        let option = |which: &str| format!("document.querySelectorAll('#contains-in option{which}').length");
        assert_eq!(browser.number(&option("[value=status]:checked")).await, 1);
        for field in ["id", "kind", "terminal", "email"] {
            assert_eq!(browser.number(&option(&format!("[value={field}]"))).await, 1, "{field}");
        }
        assert_eq!(browser.number(&option("[value=ad_username]")).await, 0);
        // With the time of day, however long ago it was.
        let year_ago = deskwarden_tests::now().millis() - 400 * 86_400_000;
        app.sql(format!("UPDATE sessions SET started_at = {year_ago}")).await;
        browser.open(&format!("{}/sessions", app.server.url())).await;
        lists(&browser, &ids).await;
        let start = browser.text_of(&format!("{} .c-start", row(ids[0]))).await;
        assert!(start.contains(", ") && start.contains(':'), "{start}");
        browser.picture("88-long-ago").await;
        browser.close().await;
    });
}

#[test]
fn a_verb_for_several_kinds_has_no_kinds_name_and_all_that_match_have_all_verbs() {
    run(Database::Sqlite, async |app: TestApp| {
        let agent = app.agent("lab-07").await;
        let mut ids = sessions_of(&app, &agent, 4).await;
        make(&app, ids[0], DeliveryKind::AppStream, Status::Active).await;
        make(&app, ids[1], DeliveryKind::CloudDesktop, Status::Connected).await;
        make(&app, ids[2], DeliveryKind::AppStream, Status::Active).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions?q=-kind:managed_app").await;
        lists(&browser, &ids[..3]).await;
        browser.click("Select all").await;
        browser.sees_in(".mass", &["Kill"]).await;
        assert!(!browser.text_of(".mass").await.contains("End desktop"));
        browser.click_in(".mass", "Kill").await;
        browser.sees_in("dialog h2", &["Kill 3 sessions?"]).await;
        browser.click_in("dialog .dialog-foot", "Cancel").await;
        browser.is_gone("dialog").await;
        browser.open(&format!("{}/sessions?q=kind:cloud_desktop", app.server.url())).await;
        lists(&browser, &ids[1..2]).await;
        browser.click("Select all").await;
        browser.click_in(".mass", "End desktop").await;
        browser.sees_in("dialog h2", &["End desktop"]).await;
        // A managed app on this page, the others further down.
        browser.open(&format!("{}/sessions?rows=1", app.server.url())).await;
        lists(&browser, &ids[3..]).await;
        browser.click("Select all").await;
        browser.find(".mass").await;
        assert!(!browser.text_of(".mass").await.contains("Disconnect"));
        browser.click("Select all 4 that match").await;
        browser.sees_in(".mass", &["All 4 that match", "Disconnect", "Evict", "Expire", "Kill", "End session"]).await;
        browser.picture("89-all-verbs").await;
        browser.click_in(".mass", "Kill").await;
        browser.sees_in("dialog h2", &["Kill 3 of the 4 sessions that match?"]).await;
        browser.sees_in("dialog .plan", &["Not these"]).await;
        browser.click_in("dialog .dialog-foot", "Cancel").await;
        browser.is_gone("dialog").await;
        browser.click("Clear selection").await;
        // What comes on top of a page that is selected takes nothing away.
        browser.open(&format!("{}/sessions?rows=2", app.server.url())).await;
        lists(&browser, &ids[2..]).await;
        browser.click("Select all").await;
        browser.sees_in(".above", &["All 2 on this page selected", "Select all 4 that match"]).await;
        ids.push(agent.run(&app.owner().await.username, "xterm").await);
        browser.find(&row(ids[4])).await;
        browser.sees_in(".above", &["Select all 5 that match"]).await;
        browser.close().await;
    });
}

async fn sessions_of(app: &TestApp, agent: &deskwarden_tests::FakeAgent, count: usize) -> Vec<SessionId> {
    agent.hello().await;
    let owner = app.owner().await;
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(agent.run(&owner.username, "xterm").await);
    }
    ids
}
