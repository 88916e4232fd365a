//! Headers that can be hit, tips that do not stand in the way, and words that are not cut where they matter.

use deskwarden_tests::{Browser, Database, TestApp, eventually, run};
use deskwarden_types::{DeliveryKind, Phase, Status, Verb, api::NewCommand};
use fantoccini::actions::{InputSource, MouseActions, PointerAction};

use super::{
    finding::{browser_of, goes_to, lists, sessions},
    place::row,
};

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

#[test]
fn the_whole_header_sorts_and_has_its_tip_and_a_click_takes_tips_away() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions").await;
        browser.size(1440, 900).await;
        lists(&browser, &ids).await;
        let low =
            "[...document.querySelectorAll('.sessions th .head')].filter((head) => head.clientHeight < 24).length";
        assert_eq!(browser.number(low).await, 0);
        // Far from the word, where the edge is not yet.
        let (x, y) = corner(&browser, "th[data-field=\"app\"]").await;
        point(&browser, x - 14, y - 4, false).await;
        browser.sees_in(".tip", &["Click to sort"]).await;
        browser.picture("200-header").await;
        point(&browser, x - 14, y - 4, true).await;
        goes_to(&browser, "sort=app").await;
        browser.is_gone(".tip").await;
        // A click on a row opens the panel, and no tip comes over it.
        let (x, y) = corner(&browser, &format!("{} .c-start", row(ids[0]))).await;
        point(&browser, x - 30, y - 8, true).await;
        browser.sees_in(".panel", &["Timeline"]).await;
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        browser.is_gone(".tip").await;
        assert_eq!(rows_of_tools(&browser).await, 1, "the open panel puts a button to a second line");
        browser.picture("201-panel-at-1440").await;
        browser.close().await;
    });
}

#[test]
fn the_past_of_desktops_has_no_actions_and_the_time_is_not_cut() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let owner = app.owner().await;
        let evict =
            NewCommand { verb: Verb::Evict, reason: "An update".parse().ok(), message: None, hold_minutes: None };
        owner.ask(ids[0], evict).await.unwrap();
        let browser = browser_of(&app, &owner, "/sessions").await;
        browser.size(1440, 900).await;
        for (language, words) in [(None, "gone by"), (Some("de"), "weg bis")] {
            browser.prefer("language", language).await;
            browser.sees_in(&row(ids[0]), &[words]).await;
            let seen = format!(
                "(() => {{ const line = document.querySelector(\"{} .command span:last-child\"); const range = new Range(); \
                 range.setStart(line.firstChild, 0); range.setEnd(line.firstChild, '{words} 00:00'.length); \
                 return line.getBoundingClientRect().right - range.getBoundingClientRect().right; }})()",
                row(ids[0])
            );
            assert!(browser.number(&seen).await >= 0, "{words} is cut");
            browser.picture(&format!("202-gone-by-{}", language.unwrap_or("en"))).await;
        }
        browser.prefer("language", None).await;
        let (kind, status, phase) = (DeliveryKind::CloudDesktop.code(), Status::Closed.code(), Phase::Over.code());
        app.sql(format!(
            "UPDATE sessions SET kind = {kind}, status = {status}, observed_status = {status}, phase = {phase}, ended_at = started_at + 1000"
        ))
        .await;
        for (state, shown) in [("all", 1), ("historical", 0)] {
            browser.open(&format!("{}/sessions/cloud_desktop?state={state}", app.server.url())).await;
            lists(&browser, &ids).await;
            let heads = "[...document.querySelectorAll('th.c-actions')].filter((head) => head.clientWidth > 0).length";
            eventually("the column", PATIENCE, async || (browser.number(heads).await == shown).then_some(())).await;
        }
        browser.picture("203-desktops-of-the-past").await;
        browser.close().await;
    });
}

/// The lower right corner of something, in pixels.
async fn corner(browser: &Browser, css: &str) -> (i64, i64) {
    let of = |side: &str| format!("document.querySelector(`{css}`).getBoundingClientRect().{side}");
    (browser.number(&of("right")).await, browser.number(&of("bottom")).await)
}

/// In how many lines the tools above the table stand.
async fn rows_of_tools(browser: &Browser) -> i64 {
    let tops = "new Set([...document.querySelectorAll('.toolbar > :not(.grow):not([hidden])')].map((tool) => \
        Math.round((tool.getBoundingClientRect().top + tool.getBoundingClientRect().bottom) / 20))).size";
    browser.number(tops).await
}

/// Moves the pointer there, and with `click` presses.
async fn point(browser: &Browser, x: i64, y: i64, click: bool) {
    let there = PointerAction::MoveTo { duration: None, x: x as f64, y: y as f64 };
    let mut mouse = MouseActions::new("mouse".to_owned()).then(there);
    if click {
        let button = fantoccini::actions::MOUSE_BUTTON_LEFT;
        mouse = mouse.then(PointerAction::Down { button }).then(PointerAction::Up { button });
    }
    browser.driver().perform_actions(mouse).await.unwrap();
}
