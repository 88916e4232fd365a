//! What stays in a tab when somebody signs out: nothing of theirs.

use deskwarden_tests::{Browser, Database, PASSWORD, Person, TestApp, run};
use fantoccini::key::Key;

use super::finding::{browser_of, lists, sessions};

#[test]
fn the_next_person_sees_nothing_of_the_one_before() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let (owner, member) = (app.owner().await, app.member().await);
        let browser = browser_of(&app, &owner, "/sessions?q=app:xterm").await;
        lists(&browser, &ids[..1]).await;
        // Something told, and a dialog that is open.
        browser.click("Views").await;
        browser.fill("Name of the view", "Of the owner").await;
        browser.click("Save").await;
        browser.sees_in(".notices", &["View saved: Of the owner"]).await;
        browser.click("Select all").await;
        browser.click_in(".mass", "Message").await;
        browser.sees_in("dialog", &["xterm of"]).await;

        // Signed out in another tab, as somebody with an open dialog would.
        let driver = browser.driver();
        let first = driver.window().await.unwrap();
        let second = driver.new_window(true).await.unwrap().handle;
        driver.switch_to_window(second).await.unwrap();
        browser.open(&format!("{}/my", app.server.url())).await;
        sign_out(&browser).await;
        driver.close_window().await.unwrap();
        driver.switch_to_window(first).await.unwrap();
        // The feed ends with the sign-in, and the tab asks who is there.
        browser.find("input[name=email]").await;
        browser.sees_in(".door", &["signed out in another tab"]).await;
        assert_eq!(browser.focused().await.attr("name").await.unwrap().as_deref(), Some("email"));
        sees_nothing(&browser).await;
        for person in [&member, &owner] {
            sign_in(&browser, person).await;
            sees_nothing(&browser).await;
            browser.click("Notices").await;
            browser.sees_in(".menu-panel", &["Nothing has been told yet"]).await;
            browser.press(Key::Escape).await;
            sign_out(&browser).await;
        }
        browser.complains_only_of(&["401", "/api/v1/"]).await;
        browser.close().await;
    });
}

async fn sign_out(browser: &Browser) {
    browser.click("Account").await;
    browser.click_in("[role=menu]", "Sign out").await;
    browser.find("input[name=email]").await;
}

async fn sign_in(browser: &Browser, person: &Person) {
    browser.find("input[name=email]").await.click().await.unwrap();
    browser.keys(&person.email).await;
    browser.press(Key::Tab).await;
    browser.keys(PASSWORD).await;
    browser.press(Key::Enter).await;
    browser.find(".rail").await;
}

/// Neither what was told to the one before nor the dialog that was open, for those who see and those who listen.
async fn sees_nothing(browser: &Browser) {
    assert_eq!(browser.number("document.querySelectorAll('dialog, .notice, .badge').length").await, 0);
    let told = "document.body.textContent.includes('View saved') ? 1 : 0";
    assert_eq!(browser.number(told).await, 0);
}
