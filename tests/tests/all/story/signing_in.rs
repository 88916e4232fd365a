//! Signing in and out with the keyboard alone, staying signed in, and two tabs at once.

use deskwarden_tests::{Browser, Database, PASSWORD, TestApp, run};
use deskwarden_types::SessionId;
use fantoccini::key::Key;

/// What the browser says of a refused password.
const REFUSED: [&str; 1] = ["/api/v1/auth/sign-in"];

#[test]
fn by_keyboard_and_in_two_tabs() {
    run(Database::Sqlite, async |app: TestApp| {
        let owner = app.owner().await;
        let agent = app.agent("desk-7").await;
        agent.hello().await;
        let id = agent.run(&owner.username, "gimp").await;
        let browser = Browser::start().await;
        a_deep_link_comes_back(&app, &browser, &owner.email, id).await;
        first_load(&browser).await;
        two_tabs(&browser).await;
        out_by_keyboard(&browser).await;
        browser.close().await;
    });
}

/// Who opens a session's address signs in first and then sees that session.
async fn a_deep_link_comes_back(app: &TestApp, browser: &Browser, email: &str, id: SessionId) {
    browser.open(&format!("{}/sessions/{id}", app.server.url())).await;
    browser.sees("Sign in").await;
    browser.find("input[name=email]").await;
    browser.picture("30-sign-in").await;
    sign_in(browser, email, "not the password").await;
    browser.sees_in(".door [role=alert]", &["The email or the password is wrong"]).await;
    browser.picture("31-wrong-password").await;
    browser.complains_only_of(&REFUSED).await;
    browser.keys(&format!("{}a{}", char::from(Key::Control), char::from(Key::Null))).await;
    browser.keys(PASSWORD).await;
    browser.press(Key::Enter).await;
    browser.sees_in(".panel", &[&format!("Session {id}"), "gimp", "Running"]).await;
    let address = browser.driver().current_url().await.unwrap();
    assert_eq!(address.path(), format!("/sessions/{id}"));
}

/// Types into the form as it is opened: the first field has the keyboard.
async fn sign_in(browser: &Browser, email: &str, password: &str) {
    browser.keys(email).await;
    browser.press(Key::Tab).await;
    browser.keys(password).await;
    browser.press(Key::Enter).await;
}

/// The whole console and the first rows, over the wire.
async fn first_load(browser: &Browser) {
    let script = "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize || 0), 0)";
    let bytes = browser.number(script).await;
    println!("first load of the Sessions page, over the wire: {bytes} bytes");
    assert!(bytes > 10_000, "this cannot be all: {bytes} bytes");
}

/// Both tabs ask for a new token at the same time, again and again; nobody is signed out.
async fn two_tabs(browser: &Browser) {
    let driver = browser.driver();
    let first = driver.window().await.unwrap();
    let address = driver.current_url().await.unwrap();
    let second = driver.new_window(true).await.unwrap().handle;
    driver.switch_to_window(second.clone()).await.unwrap();
    browser.open(address.join("/sessions").unwrap().as_str()).await;
    for _ in 0..4 {
        for tab in [&first, &second] {
            driver.switch_to_window(tab.clone()).await.unwrap();
            // Comes back before the page has loaded, so that both load at once.
            browser.reload_soon().await;
        }
        for tab in [&first, &second] {
            driver.switch_to_window(tab.clone()).await.unwrap();
            browser.sees_in(".top", &["Live"]).await;
            browser.sees_in("tbody", &["gimp", "Running"]).await;
        }
    }
    driver.close_window().await.unwrap();
    driver.switch_to_window(first).await.unwrap();
}

/// Out by keys alone; the page that was left is not shown to who comes next, nor when it is loaded anew.
async fn out_by_keyboard(browser: &Browser) {
    browser.press_until(Key::Tab, "Account").await;
    browser.press(Key::Enter).await;
    // The menu comes over the wire when it is opened for the first time.
    browser.sees_in("[role=menu]", &["Sign out"]).await;
    browser.press_until(Key::Down, "Sign out").await;
    browser.press(Key::Enter).await;
    browser.find("input[name=email]").await;
    let text = browser.text().await;
    assert!(!text.contains("gimp"), "{text}");
    browser.driver().refresh().await.unwrap();
    browser.find("input[name=email]").await;
}
