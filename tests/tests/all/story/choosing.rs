//! Choosing rows, orders and values, to the last page and beyond what fits, by people of any role.

use std::time::Duration;

use deskwarden_tests::{Browser, Database, TestApp, eventually, run};
use deskwarden_types::{
    DeliveryKind, Phase, SessionId, Status,
    api::{CreateEnvironment, NewEnvironment, StartRefresh},
};

use super::{
    finding::{browser_of, goes_to, lists, sessions},
    place::row,
};
use crate::api::start::connect;

/// The boxes that are ticked on the page.
const TICKED: &str = "[...document.querySelectorAll('tr[data-session] input')].filter(b => b.checked).length";

/// So many apps of the owner, on a machine.
async fn apps(app: &TestApp, count: usize) -> Vec<SessionId> {
    let agent = app.agent("lab-07").await;
    agent.hello().await;
    let owner = app.owner().await;
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(agent.run(&owner.username, "xterm").await);
    }
    ids
}

/// Clicks on a header with Shift.
async fn sort_also(browser: &Browser, field: &str) {
    let click = format!(
        "document.querySelector('th[data-field={field}] button').dispatchEvent(\
         new MouseEvent('click', {{ bubbles: true, shiftKey: true }}))"
    );
    browser.driver().execute(&click, Vec::new()).await.expect("the header is there");
}

/// Waits until the keyboard is on the row of this session.
async fn on_row(browser: &Browser, id: SessionId) {
    let is_there = format!("document.activeElement.dataset.session == '{id}' ? 1 : 0");
    let there = async || (browser.number(&is_there).await == 1).then_some(());
    eventually(&format!("the keyboard on {id}"), Duration::from_secs(10), there).await;
}

/// At great zoom, and on a phone, what is around the cards leaves them room, also while some are selected.
async fn cards_have_the_window(app: &TestApp, browser: &Browser) {
    browser.prefer("language", Some("de")).await;
    for (width, height, least) in [(640, 400, 4), (360, 740, 3)] {
        browser.size(width, height).await;
        browser.open(&format!("{}/sessions?q=app:xterm", app.server.url())).await;
        browser.find(".chip").await;
        for row in [1, 2] {
            browser.find(&format!("tr[data-session]:nth-of-type({row}) input")).await.click().await.unwrap();
        }
        browser.find(".mass").await;
        browser.picture(&format!("90-cards-{width}-top")).await;
        let seen = "(() => { document.querySelector('tr[data-session]').scrollIntoView(); \
             const at = (css) => document.querySelector(css).getBoundingClientRect(); \
             const end = Math.min(at('.mass').top, at('.table-box').bottom); \
             const rows = [...document.querySelectorAll('tr[data-session]')].map(row => row.getBoundingClientRect()); \
             return rows.filter(row => row.top > -1 && row.bottom < end + 1).length; })()";
        let cards = browser.number(seen).await;
        browser.picture(&format!("90-cards-{width}")).await;
        assert!(cards >= least, "{cards} cards at {width} pixels");
        let below = "document.querySelector('.mass').getBoundingClientRect().bottom - innerHeight";
        assert!(browser.number(below).await <= 0, "the bar cannot be seen at {width} pixels");
        let bar = browser.number("document.querySelector('.mass').offsetHeight").await;
        assert!(bar < 48, "the bar is {bar} pixels high at {width}");
        browser.assert_accessible(&format!("cards, two of them selected, at {width}")).await;
    }
}

#[test]
fn rows_of_several_pages_are_selected_and_acted_on() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = apps(&app, 8).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions?rows=5").await;
        lists(&browser, &ids[3..]).await;
        browser.click("Select all").await;
        browser.sees_in(".mass", &["5 selected"]).await;
        browser.click("Next page").await;
        lists(&browser, &ids[..3]).await;
        // It was the last page: the keyboard is at its first row, and not on the way back.
        on_row(&browser, ids[2]).await;
        browser.sees_in(".mass", &["5 selected, 5 on other pages"]).await;
        assert_eq!(browser.number(TICKED).await, 0);
        browser.find(&format!("{} input", row(ids[0]))).await.click().await.unwrap();
        browser.sees_in(".mass", &["6 selected, 5 on other pages"]).await;
        browser.assert_accessible("rows selected on several pages").await;
        browser.picture("85-selected-on-pages").await;
        browser.click_in(".mass", "Evict").await;
        browser.sees_in("dialog h2", &["Evict 6 sessions?"]).await;
        browser.click_in("dialog .dialog-foot", "Cancel").await;
        browser.is_gone("dialog").await;
        browser.click("Previous page").await;
        lists(&browser, &ids[3..]).await;
        browser.sees_in(".mass", &["6 selected, 1 on other pages"]).await;
        assert_eq!(browser.number(TICKED).await, 5);
        // Another order is the same list; another filter is another one.
        browser.click("Session ID").await;
        goes_to(&browser, "sort=id").await;
        lists(&browser, &ids[..5]).await;
        browser.sees_in(".mass", &["6 selected"]).await;
        browser.replace("Find sessions", "app:xterm").await;
        goes_to(&browser, "q=app:xterm").await;
        browser.is_gone(".mass").await;
        // All that match, and then one less: the others of this page.
        browser.find(".table-box[aria-busy=false]").await;
        browser.click("Select all").await;
        browser.click("Select all 8 that match").await;
        browser.sees_in(".mass", &["All 8 that match are selected"]).await;
        browser.click("Next page").await;
        lists(&browser, &ids[5..]).await;
        browser.sees_in(".mass", &["All 8 that match are selected"]).await;
        browser.find(&format!("{} input", row(ids[5]))).await.click().await.unwrap();
        browser.sees_in(".mass", &["2 selected"]).await;
        browser.click("Clear selection").await;
        browser.is_gone(".mass").await;
        on_row(&browser, ids[7]).await;
        cards_have_the_window(&app, &browser).await;
        browser.close().await;
    });
}

#[test]
fn a_fifth_sort_key_is_refused_in_words() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions?sort=app,name,status,id").await;
        lists(&browser, &ids).await;
        sort_also(&browser, "started_at").await;
        browser.sees_in(".notices", &["At most 4 columns sort the list", "without Shift"]).await;
        goes_to(&browser, "sort=app,name,status,id").await;
        // What another try would find as wrong is changed instead.
        browser.open(&format!("{}/sessions?from=0026-01-01", app.server.url())).await;
        browser.sees_in(".failed", &["1970", "Change the dates"]).await;
        browser.sees_in(".table-box", &["Show everything"]).await;
        assert!(!browser.text().await.contains("Try again"));
        browser.click("Change the dates").await;
        browser.sees_in(".drop", &["From", "Apply"]).await;
        browser.complains_only_of(&["status of 400"]).await;
        browser.close().await;
    });
}

#[test]
fn values_beyond_those_that_are_shown_are_found_by_typing() {
    run(Database::Sqlite, async |app: TestApp| {
        let admin = app.admin().await;
        for number in 0..23 {
            let name = format!("Room {number:02}").parse().unwrap();
            admin.send::<CreateEnvironment>(NewEnvironment { name, hosts: Vec::new() }).await.unwrap();
        }
        let browser = browser_of(&app, &admin, "/sessions").await;
        browser.click("Filter").await;
        browser.click("Environment").await;
        browser.sees_in(".drop", &["Room 00", "There are more than these 20: type above to find the others."]).await;
        assert!(!browser.text_of(".drop").await.contains("Room 21"));
        browser.assert_accessible("more values than are shown").await;
        browser.fill("Find: Environment", "21").await;
        browser.sees_in(".drop", &["Room 21"]).await;
        browser.sees_no_more("There are more than these").await;
        browser.close().await;
    });
}

#[test]
fn a_role_is_the_reason_where_it_is_and_nobody_being_there_is_no_beginning() {
    run(Database::Sqlite, async |app: TestApp| {
        let support = app.support().await;
        let empty = browser_of(&app, &support, "/sessions?state=current").await;
        empty.sees_in(".table-box", &["Nobody is on anything now", "Show all sessions"]).await;
        empty.click("Show historical sessions").await;
        goes_to(&empty, "state=historical").await;
        empty.close().await;

        let ids = sessions(&app).await;
        let browser = browser_of(&app, &support, "/sessions").await;
        lists(&browser, &ids).await;
        browser.click("Select all").await;
        browser.sees_in(".mass", &["Evict"]).await;
        let greyed = "[...document.querySelectorAll('.mass button')].filter(b => \
             b.getAttribute('aria-disabled') == 'true' && b.dataset.tip == 'Your role does not allow it' \
             && ['Evict', 'Expire', 'Close record'].includes(b.innerText.trim())).length";
        assert!(browser.number(greyed).await >= 1);
        // By the way of 000, what the role does not allow is not offered.
        let (kind, status, phase) = (DeliveryKind::AppStream.code(), Status::Active.code(), Phase::Live.code());
        let streamed = format!("kind = {kind}, status = {status}, observed_status = {status}, phase = {phase}");
        app.sql(format!("UPDATE sessions SET {streamed}")).await;
        browser.open(&format!("{}/sessions/app_stream", app.server.url())).await;
        lists(&browser, &ids).await;
        browser.click("Select all").await;
        browser.sees_in(".mass", &["Message"]).await;
        assert!(!browser.text_of(".mass").await.contains("Kill"));
        browser.close().await;
        let browser = browser_of(&app, &app.auditor().await, "/sessions/app_stream").await;
        lists(&browser, &ids).await;
        browser.click("Select all").await;
        let tip = "[...document.querySelectorAll('.mass button')].filter(b => b.dataset.tip == 'Your role does not allow it' \
             && b.innerText.trim() == 'Kill Session(s)').length";
        browser.sees_in(".mass", &["3 selected"]).await;
        assert_eq!(browser.number(tip).await, 1);
        browser.close().await;
    });
}

#[test]
fn a_member_with_somebody_elses_link_is_told_whose_sessions_these_are() {
    run(Database::Sqlite, async |app: TestApp| {
        sessions(&app).await;
        let member = app.member().await;
        let browser = browser_of(&app, &member, "/sessions?q=app:xterm&state=current").await;
        browser.sees_in(".list .note", &["your own sessions only", "To my page"]).await;
        // What the role may not do is not offered either.
        let offered = "[...document.querySelectorAll('.toolbar button, .top .refresh')].filter(b => b.offsetWidth > 0 \
             && ['Export', 'Refresh'].includes(b.innerText.trim())).length";
        assert_eq!(browser.number(offered).await, 0);
        browser.assert_accessible("a member with a link to the list").await;
        browser.picture("86-own-only").await;
        browser.click("To my page").await;
        browser.sees_in(".content", &["My page"]).await;
        browser.close().await;
    });
}

#[test]
fn a_page_without_a_list_tells_of_the_last_refresh() {
    run(Database::Sqlite, async |app: TestApp| {
        let owner = app.owner().await;
        owner.get::<StartRefresh>().await.unwrap();
        let browser = browser_of(&app, &owner, "/hosts").await;
        browser.sees_in("[data-testid=refreshed]", &["No host was connected (asked at"]).await;
        browser.close().await;
    });
}

#[test]
fn a_plan_says_by_when_for_each() {
    run(Database::Sqlite, async |app: TestApp| {
        let (near, far) = (app.agent("lab-07").await, app.agent("lab-08").await);
        let _orders = connect(&app, &near).await;
        far.hello().await;
        let owner = app.owner().await;
        let mut ids = Vec::new();
        for agent in [&near, &near, &far] {
            ids.push(agent.run(&owner.username, "xterm").await);
        }
        let browser = browser_of(&app, &owner, "/sessions").await;
        lists(&browser, &ids).await;
        browser.click("Select all").await;
        browser.click_in(".mass", "Evict").await;
        browser.sees_in("dialog .plan", &["By when", "2 sessions: Within", "1 session: Within"]).await;
        browser.picture("87-plan-by-when").await;
        browser.close().await;
    });
}
