//! Pages in every dress: dark, in German, and on the smallest phone; held against the rules for everybody's use.

use std::time::Duration;

use deskwarden_tests::{Browser, TestApp, eventually};

/// Opens each page, which has a name and an address, in each dress. Nothing may be cut off or have to be moved sideways;
/// the pictures' names begin with the number.
pub async fn in_every_dress(app: &TestApp, browser: &Browser, number: u32, pages: &[(&str, &str)]) {
    for (theme, language, width) in [("dark", "de", 1400), ("dark", "de", 320), ("light", "en", 320)] {
        browser.prefer("theme", Some(theme)).await;
        browser.prefer("language", Some(language)).await;
        browser.size(width, 900).await;
        for (name, address) in pages {
            browser.open(&format!("{}{address}", app.server.url())).await;
            is_there(browser).await;
            let place = format!("{address} in {language} at {width}");
            browser.picture(&format!("{number}-{name}-{language}-{width}")).await;
            browser.assert_accessible(&place).await;
            fits(browser, &place).await;
        }
    }
    browser.size(1400, 900).await;
    browser.prefer("theme", Some("light")).await;
    browser.prefer("language", Some("en")).await;
}

/// Waits until nothing on the page is still to come.
async fn is_there(browser: &Browser) {
    browser.find("h1").await;
    let waits = "document.querySelectorAll('[aria-busy=true], .bone').length";
    eventually("the page", Duration::from_secs(30), async || (browser.number(waits).await == 0).then_some(())).await;
}

/// The page is not wider than the window, and neither is what is in its boxes: on a small phone tables are cards.
pub async fn fits(browser: &Browser, place: &str) {
    let too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(browser.number(too_wide).await, 0, "{place} must be moved sideways");
    let boxes = "innerWidth > 640 ? 0 : [...document.querySelectorAll('.table-box:has(.stacks)')].filter(b => b.scrollWidth > b.clientWidth + 1).length";
    assert_eq!(browser.number(boxes).await, 0, "a table of {place} must be moved sideways");
}
