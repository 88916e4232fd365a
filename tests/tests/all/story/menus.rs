//! The menu of a row, while its session changes.

use deskwarden_tests::{Browser, Database, TestApp, run};
use deskwarden_types::Status;
use fantoccini::key::Key;

use super::{
    finding::{browser_of, lists},
    place::row,
};
use crate::api::start::connect;

/// Whether the menu's item that had the keyboard has it still, and is the one it was.
const SAME: &str = "Number(document.activeElement === window.item && window.item.matches('.menu-panel button'))";

#[test]
fn an_open_menu_stays_open_while_its_session_changes() {
    run(Database::Sqlite, async |app: TestApp| {
        let agent = app.agent("lab-08").await;
        // Somebody who can be told something.
        let _orders = connect(&app, &agent).await;
        let owner = app.owner().await;
        let session = agent.run(&owner.username, "gedit").await;
        let browser = browser_of(&app, &owner, "/sessions/managed_app").await;
        lists(&browser, &[session]).await;
        browser.sees_in(".top", &["Live"]).await;
        browser.pointer_away().await;
        let menu = format!("{} .actions .menu > button", row(session));
        browser.find(&menu).await.click().await.unwrap();
        browser.find(".menu-panel").await;
        browser.press(Key::Down).await;
        browser.press(Key::Up).await;
        assert_eq!(browser.focused().await.text().await.unwrap(), "Message");
        browser.driver().execute("window.item = document.activeElement", Vec::new()).await.unwrap();

        // Nobody can be told anything then: the item says so, in its place. Next the same can be done as before, and at
        // last all of it.
        let steps = [
            (Status::RenewalRequested, "Renewal Requested", Some("true")),
            (Status::UpgradeRequested, "Upgrade Requested", Some("true")),
            (Status::Running, "Running", None),
        ];
        for (status, told, disabled) in steps {
            agent.seen(session, &[status]).await;
            browser.sees_in(&format!("{} .c-status", row(session)), &[told]).await;
            stays(&browser).await;
            assert_eq!(browser.focused().await.attr("aria-disabled").await.unwrap().as_deref(), disabled, "{told}");
        }
        browser.picture("176-menu-of-a-row-that-changed").await;
        browser.press(Key::Escape).await;
        browser.is_gone(".menu-panel").await;
        assert_eq!(browser.focused().await.attr("aria-haspopup").await.unwrap().as_deref(), Some("menu"));
        browser.close().await;
    });
}

async fn stays(browser: &Browser) {
    assert_eq!(browser.number(SAME).await, 1, "the keyboard was taken from the menu");
    assert_eq!(browser.number("document.querySelectorAll('.menu-panel:popover-open').length").await, 1);
}
