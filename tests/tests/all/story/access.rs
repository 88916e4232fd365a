//! The console for people who do not see it as others do, do not use a mouse, or do not read English.

use std::time::Duration;

use deskwarden_tests::{Browser, Database, PASSWORD, TestApp, eventually, run};
use deskwarden_types::{SessionId, Verb, api::NewCommand};
use fantoccini::{Locator, key::Key};
use serde_json::json;

use super::place::row;

/// Pages and a text of each, in English and in German.
const PAGES: [(&str, &str, &str); 6] = [
    ("/sessions", "xterm", "xterm"),
    ("/hosts", "Clock skew", "Uhrabweichung"),
    ("/bulk-actions", "No bulk actions yet", "Noch keine Sammelaktionen"),
    ("/audit", "Signed in", "Angemeldet"),
    ("/settings", "Name of the institution", "Name der Einrichtung"),
    ("/settings/tokens", "No tokens yet", "Noch keine Token"),
];

/// What was announced to a screen reader last.
const LAST_SAID: &str = "return document.querySelector('body > [role=status] > p:last-child')?.textContent";

/// The languages with the words by which a test finds its way.
struct Words {
    evict: &'static str,
    timeline: &'static str,
    account: &'static str,
    keys: &'static str,
}

const ENGLISH: Words = Words { evict: "Evict", timeline: "Timeline", account: "Account", keys: "Keys" };
const GERMAN: Words = Words { evict: "Verdrängen", timeline: "Verlauf", account: "Konto", keys: "Tasten" };

/// Signed in, with some sessions, one of which is being evicted.
async fn signed_in(app: &TestApp) -> (Browser, Vec<SessionId>) {
    let agent = app.agent("lab-07").await;
    agent.hello().await;
    let owner = app.owner().await;
    let mut sessions = Vec::new();
    for program in ["xterm", "xclock", "mousepad"] {
        sessions.push(agent.run(&owner.username, program).await);
    }
    let reason = "The room is closing".parse().ok();
    owner.ask(sessions[1], NewCommand { verb: Verb::Evict, reason, message: None, hold_minutes: None }).await.unwrap();
    let browser = Browser::start().await;
    browser.open(&app.server.url()).await;
    browser.assert_accessible("the sign-in page").await;
    browser.fill("Email", &owner.email).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.sees_in(&row(sessions[0]), &["xterm"]).await;
    (browser, sessions)
}

#[test]
fn everybody_can_use_the_pages_in_every_theme_and_language() {
    run(Database::Sqlite, async |app: TestApp| {
        let (browser, sessions) = signed_in(&app).await;
        for theme in ["light", "dark", "contrast"] {
            browser.prefer("theme", Some(theme)).await;
            walk(&app, &browser, &sessions, theme, &ENGLISH, false).await;
        }
        browser.prefer("theme", Some("light")).await;
        browser.prefer("language", Some("de")).await;
        walk(&app, &browser, &sessions, "german", &GERMAN, true).await;
        browser.close().await;
    });
}

/// Every page, the panel, the dialogs and the menus, each held against the rules.
async fn walk(app: &TestApp, browser: &Browser, sessions: &[SessionId], name: &str, words: &Words, german: bool) {
    for (address, english, translated) in PAGES {
        browser.open(&format!("{}{address}", app.server.url())).await;
        browser.sees(if german { translated } else { english }).await;
        browser.assert_accessible(&format!("{address}, {name}")).await;
    }
    browser.picture(&format!("60-access-{name}-tokens")).await;
    browser.open(&format!("{}/sessions/{}", app.server.url(), sessions[1])).await;
    browser.sees_in(".panel", &[words.timeline]).await;
    browser.assert_accessible(&format!("the panel, {name}")).await;
    browser.picture(&format!("61-access-{name}-panel")).await;
    browser.open(&format!("{}/sessions", app.server.url())).await;
    browser.click_in(&row(sessions[0]), words.evict).await;
    browser.sees_in(".dialog", &["xterm", words.evict]).await;
    browser.assert_accessible(&format!("the dialog, {name}")).await;
    browser.picture(&format!("62-access-{name}-dialog")).await;
    browser.press(Key::Escape).await;
    browser.is_gone(".dialog").await;
    browser.click(words.account).await;
    browser.find(".menu-panel").await;
    browser.assert_accessible(&format!("the user's menu, {name}")).await;
    browser.click(words.keys).await;
    browser.sees_in(".dialog", &["Esc"]).await;
    browser.assert_accessible(&format!("the keys, {name}")).await;
    browser.picture(&format!("63-access-{name}-keys")).await;
    browser.press(Key::Escape).await;
    browser.is_gone(".dialog").await;
}

#[test]
fn german_is_chosen_kept_and_missed_without_harm() {
    run(Database::Sqlite, async |app: TestApp| {
        let (browser, sessions) = signed_in(&app).await;
        assert_eq!(language(&browser).await, "en");
        browser.click("Account").await;
        choose(&browser, "Deutsch").await;
        browser.sees_in(".rail", &["Sitzungen", "Einstellungen"]).await;
        browser.sees_in(&row(sessions[0]), &["xterm", "Läuft", "Verdrängen"]).await;
        assert_eq!(language(&browser).await, "de");
        browser.driver().refresh().await.unwrap();
        browser.sees_in(".rail", &["Sitzungen"]).await;
        // What the API says in English, the console says itself.
        browser.open(&format!("{}/sessions/{}", app.server.url(), sessions[1])).await;
        browser.sees_in(".panel", &["Verlauf", "„Verdrängen“ ist nicht nötig: „Verdrängen“ ist schon unterwegs"]).await;
        browser
            .sees_in(".panel", &["„Eintrag schließen“ ist nur möglich, wenn die Sitzung sich nicht mehr meldet"])
            .await;
        assert_eq!(browser.number("document.querySelectorAll('.panel .verbs [lang=en]').length").await, 0);
        browser.open(&format!("{}/sessions", app.server.url())).await;
        browser.replace("Sitzungen suchen", "status:runing").await;
        browser.press(Key::Enter).await;
        browser.sees_in(".search-fault", &["Für status gibt es den Wert runing nicht. Meinten Sie running?"]).await;
        // The file stays away: the page is in English, and says so.
        browser.protocol("Network.enable", json!({})).await;
        browser.protocol("Network.setBlockedURLs", json!({ "urls": ["*later-words-*"] })).await;
        browser.driver().refresh().await.unwrap();
        browser.sees_in(".rail", &["Sessions"]).await;
        browser.sees_in(".notices", &["The page is in English"]).await;
        assert_eq!(language(&browser).await, "en");
        browser.complains_only_of(&["later-words-"]).await;
        browser.protocol("Network.setBlockedURLs", json!({ "urls": [] })).await;
        browser.driver().refresh().await.unwrap();
        browser.sees_in(".rail", &["Sitzungen"]).await;
        // As the browser has it: these ones ask for English.
        browser.click("Konto").await;
        choose(&browser, "Sprache des Browsers").await;
        browser.sees_in(".rail", &["Sessions"]).await;
        browser.close().await;
    });
}

async fn language(browser: &Browser) -> String {
    browser.find("html").await.attr("lang").await.unwrap().unwrap_or_default()
}

/// Presses a choice of the menu that is open.
async fn choose(browser: &Browser, label: &str) {
    let path = format!("//*[@role='menuitemradio'][normalize-space(.)=\"{label}\"]");
    browser.driver().wait().for_element(Locator::XPath(&path)).await.unwrap().click().await.unwrap();
}

#[test]
fn keys_lead_everywhere() {
    run(Database::Sqlite, async |app: TestApp| {
        let (browser, sessions) = signed_in(&app).await;
        browser.keys("?").await;
        browser.sees_in(".dialog", &["Keys", "Go to Hosts", "Select the session"]).await;
        browser.press(Key::Escape).await;
        browser.is_gone(".dialog").await;
        browser.keys("/").await;
        assert_eq!(browser.focused().await.attr("aria-label").await.unwrap().as_deref(), Some("Find sessions"));
        // What is typed is text, not a key.
        browser.keys("g?").await;
        browser.is_gone(".dialog").await;
        assert_eq!(browser.focused().await.prop("value").await.unwrap().as_deref(), Some("g?"));
        browser.press(Key::Escape).await;
        browser.sees_in(&row(sessions[0]), &["xterm"]).await;
        browser.find("#content").await.click().await.unwrap();
        browser.driver().execute("document.activeElement.blur()", Vec::new()).await.unwrap();
        browser.keys("gh").await;
        browser.sees("Clock skew").await;
        assert_eq!(browser.driver().title().await.unwrap(), "Hosts · Deskwarden");
        eventually("the page's name to be announced", Duration::from_secs(5), async || {
            let last = browser.driver().execute(LAST_SAID, Vec::new()).await.ok()?;
            (last.as_str() == Some("Hosts")).then_some(())
        })
        .await;
        browser.keys("gs").await;
        browser.sees_in(&row(sessions[0]), &["xterm"]).await;
        assert_eq!(browser.driver().title().await.unwrap(), "Sessions · Deskwarden");
        // Whoever speaks to the machine, or strikes keys by accident, turns single keys off.
        browser.keys("?").await;
        browser.field("Keys without Ctrl work everywhere on the page").await.click().await.unwrap();
        browser.press(Key::Escape).await;
        browser.is_gone(".dialog").await;
        browser.driver().refresh().await.unwrap();
        browser.sees_in(&row(sessions[0]), &["xterm"]).await;
        browser.keys("/gh?").await;
        browser.sees_in(&row(sessions[0]), &["xterm"]).await;
        assert_eq!(browser.number("document.querySelectorAll('.dialog').length").await, 0);
        assert_eq!(browser.number("document.activeElement === document.body ? 1 : 0").await, 1);
        browser.open(&format!("{}/sessions/{}", app.server.url(), sessions[0])).await;
        browser.sees_in(".panel", &["Timeline"]).await;
        browser.press(Key::Escape).await;
        browser.is_gone(".panel").await;
        // The first Tab leads past the rail.
        browser.driver().refresh().await.unwrap();
        browser.sees_in(&row(sessions[0]), &["xterm"]).await;
        browser.press_until(Key::Tab, "Skip to content").await;
        browser.press(Key::Enter).await;
        assert_eq!(browser.focused().await.attr("id").await.unwrap().as_deref(), Some("content"));
        browser.close().await;
    });
}

#[test]
fn nothing_is_cut_off_on_small_screens_and_the_system_s_wishes_are_kept() {
    run(Database::Sqlite, async |app: TestApp| {
        let (browser, sessions) = signed_in(&app).await;
        // A small phone; and 1280 × 720 at 200 %.
        for (width, height) in [(320, 800), (640, 360)] {
            browser.size(width, height).await;
            for (address, english, _) in PAGES {
                browser.open(&format!("{}{address}", app.server.url())).await;
                browser.sees(english).await;
                assert_fits(&browser, address, width).await;
                let name = address.rsplit('/').next().unwrap_or_default();
                browser.picture(&format!("64-small-{width}-{name}")).await;
            }
            browser.open(&format!("{}/sessions/{}", app.server.url(), sessions[1])).await;
            browser.sees_in(".panel", &["Timeline"]).await;
            assert_fits(&browser, "the panel", width).await;
            browser.picture(&format!("64-small-{width}-panel")).await;
            browser.click("Account").await;
            browser.find(".menu-panel").await;
            let inside = "document.querySelector('.menu-panel').getBoundingClientRect().bottom - innerHeight";
            assert!(browser.number(inside).await <= 0, "the menu leaves the page at {width}");
            browser.picture(&format!("64-small-{width}-menu")).await;
            browser.press(Key::Escape).await;
            // A dialog that is higher than the window can be read and answered.
            browser.keys("?").await;
            browser.sees_in(".dialog", &["Keys", "Close"]).await;
            let foot = "const f = document.querySelector('.dialog-foot'); f.scrollIntoView(); \
                        const r = f.getBoundingClientRect(); return String(r.top >= 0 && r.bottom <= innerHeight)";
            let seen = browser.driver().execute(foot, Vec::new()).await.unwrap();
            assert_eq!(seen.as_str(), Some("true"), "the dialog's buttons cannot be reached at {width}");
            browser.picture(&format!("64-small-{width}-dialog")).await;
            browser.press(Key::Escape).await;
            browser.is_gone(".dialog").await;
        }
        browser.size(1280, 720).await;
        browser.emulate("prefers-contrast", "more").await;
        becomes(&browser, "--text-2", "#1f2229").await;
        browser.emulate("prefers-contrast", "").await;
        becomes(&browser, "--text-2", "#4a4f59").await;
        browser.emulate("forced-colors", "active").await;
        browser.picture("65-forced-colours").await;
        browser.emulate("prefers-reduced-motion", "reduce").await;
        browser.open(&app.server.url()).await;
        browser.sees_in(&row(sessions[0]), &["xterm"]).await;
        let moving = "document.getAnimations().filter((a) => a.effect.getTiming().duration > 0).length";
        assert_eq!(browser.number(moving).await, 0, "something moves");
        browser.close().await;
    });
}

/// Nothing makes the page wider than the window.
async fn assert_fits(browser: &Browser, place: &str, width: u32) {
    let too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(browser.number(too_wide).await, 0, "{place} must be moved sideways at {width} pixels");
}

/// Waits until a colour of the page is this one in the light.
async fn becomes(browser: &Browser, name: &str, hex: &str) {
    eventually(&format!("{name} to be {hex}"), Duration::from_secs(5), async || {
        (colour(browser, name).await == hex).then_some(())
    })
    .await;
}

async fn colour(browser: &Browser, name: &str) -> String {
    let script = format!(
        "const at = document.createElement('i'); at.style.color = 'var({name})'; document.body.append(at); \
         const [r, g, b] = getComputedStyle(at).color.match(/\\d+/g); at.remove(); \
         return '#' + [r, g, b].map((c) => (+c).toString(16).padStart(2, '0')).join('')"
    );
    browser.driver().execute(&script, Vec::new()).await.unwrap().as_str().unwrap_or_default().to_owned()
}

#[test]
fn times_are_in_the_zone_that_was_chosen() {
    run(Database::Sqlite, async |app: TestApp| {
        app.set(|settings| settings.time_zone = "Asia/Tokyo".to_owned()).await;
        let (browser, sessions) = signed_in(&app).await;
        browser.protocol("Emulation.setTimezoneOverride", json!({ "timezoneId": "America/New_York" })).await;
        browser.driver().refresh().await.unwrap();
        browser.sees_in(".top .zone", &["Asia/Tokyo"]).await;
        let tip = browser.find(".top .zone").await.attr("data-tip").await.unwrap();
        assert_eq!(tip.as_deref(), Some("Times are in Asia/Tokyo (GMT+9 now)"));
        let tokyo = browser.text_of(&format!("{} .c-start .moment", row(sessions[0]))).await;
        browser.click("Account").await;
        choose(&browser, "Browser's zone").await;
        browser.sees_in(&row(sessions[0]), &["xterm"]).await;
        browser.sees_in(".top .zone", &["America/New_York"]).await;
        let tip = browser.find(".top .zone").await.attr("data-tip").await.unwrap().unwrap_or_default();
        assert!(tip.starts_with("Times are in America/New_York (") && tip.ends_with(" now)"), "{tip}");
        let york = browser.text_of(&format!("{} .c-start .moment", row(sessions[0]))).await;
        assert_ne!(tokyo, york, "thirteen or fourteen hours are between them");
        browser.close().await;
    });
}
