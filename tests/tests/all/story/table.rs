//! The table: the columns of each page, the order, arranging, selecting, the keyboard, a phone, and live rows.

use std::time::Duration;

use deskwarden_tests::{Browser, Database, TestApp, eventually, now, run};
use deskwarden_types::{
    DeliveryKind, Phase, SessionId, Status, Verb,
    api::{Session, SessionQuery},
};
use fantoccini::{
    actions::{InputSource, MouseActions, PointerAction},
    key::Key,
};

use super::{
    finding::{browser_of, goes_to, lists, sessions},
    place::row,
};

const PATIENCE: Duration = Duration::from_secs(15);
/// The headers, as they are read.
const HEADS: &str = "[...document.querySelectorAll('thead th[scope=col]')].map(t => t.innerText.trim()).join('|')";
/// The sessions, from top to bottom.
const ROWS: &str = "[...document.querySelectorAll('tr[data-session]')].map(r => r.dataset.session).join(' ')";

/// What an expression on the page gives.
async fn said(browser: &Browser, expression: &str) -> String {
    let answer = browser.driver().execute(&format!("return String({expression})"), Vec::new()).await;
    answer.unwrap_or_else(|error| panic!("{expression}: {error}")).as_str().unwrap_or_default().to_owned()
}

/// Waits until the expression gives this.
async fn gives(browser: &Browser, expression: &str, wanted: &str) {
    let mut last = String::new();
    for _ in 0..300 {
        last = said(browser, expression).await;
        if last == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let picture = browser.picture("table-not-so").await;
    panic!("{expression} is {last:?}, not {wanted:?}; see {}", picture.display());
}

/// Ids as [`ROWS`] has them.
fn in_order(ids: &[SessionId]) -> String {
    ids.iter().map(SessionId::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_page_has_the_columns_of_its_seed_and_is_put_in_order_by_its_headers() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let [xterm, xclock, mousepad] = ids[..] else { panic!("three sessions") };
        let browser = browser_of(&app, &app.owner().await, "/sessions").await;
        let pages = [
            (
                "",
                "Session ID|Kind|User|App or desktop|Status|Connected|Start time|Duration|IP address|Terminal|Access|Actions",
            ),
            ("/app_stream", "Session ID|Email|IP address|App name|Start time|Duration|Status|Actions"),
            ("/cloud_delivery", "Environment|Status|Username|Connected|Start date|Started ago|Valid until|Actions"),
            (
                "/cloud_desktop?state=current",
                "User|Desktop|Terminal|Login time|Duration|Client IP|Access method|Status|Actions",
            ),
            (
                "/cloud_desktop?state=historical",
                "User|Desktop|Terminal|Login time|Logout time|Online duration|Client IP|Access method|Session status|Reason|Actions",
            ),
            ("/remote_access", "User|Device|Connected to|Started|Active for|Server|Actions"),
            ("/managed_app", "App name|Username|Provision|Status|Device|Launched|Last activity|Licence|Actions"),
        ];
        for (page, wanted) in pages {
            browser.open(&format!("{}/sessions{page}", app.server.url())).await;
            gives(&browser, HEADS, wanted).await;
        }
        // What a column means is told to those who hover and to those who listen.
        let tip = "document.querySelector('th[data-field=\"started_at\"] .head').getAttribute('aria-description')";
        assert!(said(&browser, tip).await.starts_with("When the user launched it"), "{}", said(&browser, tip).await);

        // Newest first; a click sorts, the next one the other way round, Shift by several.
        gives(&browser, ROWS, &in_order(&[mousepad, xclock, xterm])).await;
        browser.click("App name").await;
        gives(&browser, ROWS, &in_order(&[mousepad, xclock, xterm])).await;
        goes_to(&browser, "sort=app").await;
        browser.click("App name").await;
        gives(&browser, ROWS, &in_order(&[xterm, xclock, mousepad])).await;
        gives(&browser, "document.querySelector('th[data-field=\"app\"]').ariaSort", "descending").await;
        let shift = "document.querySelector('th[data-field=\"username\"] button').dispatchEvent(\
                     new MouseEvent('click', { bubbles: true, shiftKey: true }))";
        said(&browser, shift).await;
        goes_to(&browser, "sort=-app,username").await;
        gives(&browser, "document.querySelectorAll('.sort-place').length", "2").await;
        gives(&browser, "document.querySelectorAll('th[aria-sort=descending], th[aria-sort=ascending]').length", "1")
            .await;

        // Who is idle shortest comes first, as it is shown.
        for (id, minutes) in [(xterm, 5), (xclock, 50), (mousepad, 20)] {
            let at = now().plus_seconds(-60 * minutes).millis();
            app.sql(format!("UPDATE sessions SET last_activity_at = {at} WHERE id = {id}")).await;
        }
        browser.open(&format!("{}/sessions/managed_app?cols=app,idle", app.server.url())).await;
        browser.click("Idle").await;
        goes_to(&browser, "sort=idle").await;
        gives(&browser, ROWS, &in_order(&[xterm, mousepad, xclock])).await;
        gives(&browser, "document.querySelector('th[data-field=\"idle\"]').ariaSort", "ascending").await;
        browser.close().await;
    });
}

#[test]
fn columns_are_arranged_and_a_link_shows_the_same_list() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let owner = app.owner().await;
        let browser = browser_of(&app, &owner, "/sessions/managed_app").await;
        lists(&browser, &ids).await;
        browser.click("Columns").await;
        browser.field("Session ID").await.click().await.unwrap();
        browser.field("Provision").await.click().await.unwrap();
        for _ in 0..2 {
            browser.click("Move Session ID up").await;
        }
        let wanted = "App name|Username|Status|Device|Launched|Session ID|Last activity|Licence|Actions";
        gives(&browser, HEADS, wanted).await;
        let place = "document.activeElement.getAttribute('aria-label')";
        gives(&browser, place, "Move Session ID up").await;
        browser.click("Close").await;
        // The width, with the keyboard.
        said(&browser, "document.querySelector('th[data-field=\"status\"] button').focus()").await;
        browser.keys(&format!("{}{}{}", char::from(Key::Shift), char::from(Key::Right), char::from(Key::Null))).await;
        goes_to(&browser, "status:216").await;
        let width = browser.number("document.querySelector('th[data-field=\"status\"]').offsetWidth").await;
        assert!((215..=218).contains(&width), "{width}");
        // Somebody else, with the link.
        let link = browser.driver().current_url().await.unwrap();
        let other = browser_of(&app, &owner, &format!("{}?{}", link.path(), link.query().unwrap())).await;
        gives(&other, HEADS, wanted).await;
        assert_eq!(other.number("document.querySelector('th[data-field=\"status\"]').offsetWidth").await, width);
        other.close().await;
        // This browser remembers it for the page, until it is told not to.
        browser.open(&format!("{}/sessions/managed_app", app.server.url())).await;
        gives(&browser, HEADS, wanted).await;
        // And says it in the address, for whoever gets the link.
        goes_to(&browser, "cols=app,username,status:216").await;
        browser.open(&format!("{}/sessions/managed_app?cols=app,nonsense,status", app.server.url())).await;
        gives(&browser, HEADS, "App name|Status|Actions").await;
        browser.sees("cols=app,nonsense,status").await;
        browser.open(&format!("{}/sessions/managed_app", app.server.url())).await;
        gives(&browser, HEADS, wanted).await;
        browser.click("Columns").await;
        browser.click("Reset").await;
        let own = "App name|Username|Provision|Status|Device|Launched|Last activity|Licence|Actions";
        gives(&browser, HEADS, own).await;
        browser.close().await;
    });
}

#[test]
fn all_that_match_are_selected_beyond_the_page_and_acted_on() {
    run(Database::Sqlite, async |app: TestApp| {
        let agent = app.agent("lab-07").await;
        agent.hello().await;
        let owner = app.owner().await;
        for _ in 0..53 {
            agent.run(&owner.username, "xterm").await;
        }
        let (kind, status, phase) = (DeliveryKind::AppStream.code(), Status::Active.code(), Phase::Live.code());
        let streamed = format!("kind = {kind}, status = {status}, observed_status = {status}, phase = {phase}");
        app.sql(format!("UPDATE sessions SET {streamed}")).await;
        let browser = browser_of(&app, &owner, "/sessions/app_stream?state=current").await;
        browser.sees_in(".pager", &["1–50 of 53"]).await;
        let ticked = "[...document.querySelectorAll('tr[data-session] input')].filter(b => b.checked).length";
        // A range with Shift.
        let click = |at: usize, shift: bool| {
            format!(
                "document.querySelectorAll('tr[data-session] input')[{at}].dispatchEvent(\
                 new MouseEvent('click', {{ bubbles: true, shiftKey: {shift} }}))"
            )
        };
        said(&browser, &click(2, false)).await;
        said(&browser, &click(6, true)).await;
        gives(&browser, ticked, "5").await;
        browser.click("Deselect all").await;
        gives(&browser, ticked, "0").await;
        browser.click("Select all").await;
        gives(&browser, ticked, "50").await;
        browser.sees_in(".mass", &["50 selected"]).await;
        browser.click("Select all 53 that match").await;
        browser.sees_in(".mass", &["All 53 that match are selected"]).await;
        // In the words of 000.
        browser.click("Kill Session(s)").await;
        browser.sees_in(".mass", &["Kill the selected session(s)", "Message"]).await;
        browser.click("Update").await;
        browser.fill("Reason", "the room is being closed").await;
        browser.picture("60-all-that-match").await;
        browser.click_in("dialog", "Kill").await;
        eventually("a command on its way to each of them", PATIENCE, async || {
            let query = SessionQuery { q: Some("command:kill".to_owned()), limit: Some(100), ..Default::default() };
            let found = owner.list(query).await.ok()?;
            let killed = |s: &Session| s.command.as_ref().is_some_and(|c| c.verb == Verb::Kill);
            (found.items.len() == 53 && found.items.iter().all(killed)).then_some(())
        })
        .await;
        browser.close().await;
    });
}

#[test]
fn the_table_works_with_the_keyboard_alone() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let [xterm, xclock, mousepad] = ids[..] else { panic!("three sessions") };
        let browser = browser_of(&app, &app.owner().await, "/sessions/managed_app").await;
        lists(&browser, &ids).await;
        // Tab comes to one row only, and from there out of the table.
        let on_row = "document.activeElement.dataset.session ?? ''";
        browser.press_until(Key::Tab, "Columns").await;
        for _ in 0..3 {
            browser.press(Key::Tab).await;
        }
        gives(&browser, on_row, &mousepad.to_string()).await;
        browser.press(Key::Down).await;
        gives(&browser, on_row, &xclock.to_string()).await;
        browser.press(Key::End).await;
        gives(&browser, on_row, &xterm.to_string()).await;
        browser.press(Key::Home).await;
        gives(&browser, on_row, &mousepad.to_string()).await;
        browser.keys(" ").await;
        let selected = "[...document.querySelectorAll('tr[aria-selected=true]')].length";
        gives(&browser, selected, "1").await;
        browser.press(Key::Down).await;
        browser.keys(&format!("{} {}", char::from(Key::Shift), char::from(Key::Null))).await;
        gives(&browser, selected, "2").await;
        gives(
            &browser,
            "document.querySelector('body > [role=status] > p:last-child').innerText.trim()",
            "2 sessions selected",
        )
        .await;
        // The actions of the row, and back to it.
        browser.keys("a").await;
        gives(&browser, "document.activeElement.innerText.trim()", "Evict").await;
        gives(&browser, "document.activeElement.closest('tr').dataset.session", &xclock.to_string()).await;
        for _ in 0..4 {
            browser.press(Key::Left).await;
        }
        gives(&browser, on_row, &xclock.to_string()).await;
        browser.press(Key::Enter).await;
        browser.sees_in(".panel", &[&format!("Session {xclock}"), "Timeline"]).await;
        browser.press(Key::Escape).await;
        browser.is_gone(".panel").await;
        // Up from the first row are the headers.
        said(&browser, &format!("document.querySelector(\"{}\").focus()", row(mousepad))).await;
        browser.press(Key::Up).await;
        browser.press(Key::Enter).await;
        goes_to(&browser, "sort=app").await;
        browser.close().await;
    });
}

#[test]
fn a_long_page_draws_what_is_seen_and_a_phone_has_cards() {
    run(Database::Sqlite, async |app: TestApp| {
        let agent = app.agent("lab-07").await;
        agent.hello().await;
        let owner = app.owner().await;
        let mut ids = Vec::new();
        for _ in 0..140 {
            ids.push(agent.run(&owner.username, "xterm").await);
        }
        let browser = browser_of(&app, &owner, "/sessions/managed_app?rows=200").await;
        browser.sees_in(".pager", &["1–140 of 140"]).await;
        let drawn = browser.number("document.querySelectorAll('tr[data-session]').length").await;
        assert!((20..100).contains(&drawn), "{drawn} rows are drawn");
        let high = browser.number("document.querySelector('.sessions').offsetHeight / 36").await;
        assert!((139..=144).contains(&high), "the scroll bar is as long as for all rows: {high}");
        said(&browser, "document.querySelector('tr[data-session]').focus()").await;
        browser.press(Key::End).await;
        let on_row = "document.activeElement.dataset.session ?? ''";
        gives(&browser, on_row, &ids[0].to_string()).await;
        gives(
            &browser,
            "document.activeElement.ariaRowIndex ?? document.activeElement.getAttribute('aria-rowindex')",
            "141",
        )
        .await;
        browser.press(Key::PageUp).await;
        let up = browser.number("Number(document.activeElement.dataset.session)").await;
        assert!(up > ids[5].0, "a screenful up: {up}");
        browser.size(390, 844).await;
        browser.open(&format!("{}/sessions/managed_app", app.server.url())).await;
        browser.sees_in(&row(ids[139]), &["xterm", "Running"]).await;
        let cells = format!("getComputedStyle(document.querySelector(\"{}\")).display", row(ids[139]));
        gives(&browser, &cells, "grid").await;
        gives(&browser, "getComputedStyle(document.querySelector('.sessions thead')).display", "none").await;
        let too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.number(too_wide).await, 0);
        browser.picture("61-cards").await;
        // Cards have no headers to click.
        browser.field("Sort by").await.select_by_value("app").await.unwrap();
        goes_to(&browser, "sort=app").await;
        // All have the same name: the id decides, the oldest first.
        browser.sees_in(&row(ids[0]), &["xterm", "Running"]).await;
        let chosen = "document.querySelector('.order-choice')?.selectedOptions[0].textContent ?? ''";
        gives(&browser, chosen, "App name, ascending").await;
        // A wide window has no such choice, until it is made narrow.
        browser.size(1280, 800).await;
        browser.open(&format!("{}/sessions/managed_app?sort=app", app.server.url())).await;
        browser.sees_in(&row(ids[0]), &["xterm", "Running"]).await;
        assert_eq!(browser.number("document.querySelectorAll('.order-choice').length").await, 0);
        browser.size(390, 844).await;
        gives(&browser, chosen, "App name, ascending").await;
        browser.close().await;
    });
}

#[test]
fn rows_do_not_move_under_the_pointer() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let agent = app.agent("lab-08").await;
        agent.hello().await;
        let owner = app.owner().await;
        let browser = browser_of(&app, &owner, "/sessions/managed_app").await;
        lists(&browser, &ids).await;
        browser.sees_in(".top", &["Live"]).await;
        let top = format!("document.querySelector(\"{}\").getBoundingClientRect().top", row(ids[1]));
        let before = browser.number(&top).await;
        let over = PointerAction::MoveTo { duration: None, x: 500.0, y: before as f64 + 10.0 };
        point(&browser, over).await;
        let new = agent.run(&owner.username, "gedit").await;
        browser.sees_in(".above", &["1 new session", "Show"]).await;
        assert_eq!(browser.number(&top).await, before);
        // What is there changes in its place.
        agent.run(&owner.username, "xeyes").await;
        browser.sees_in(".above", &["2 new sessions", "Show"]).await;
        assert_eq!(browser.number(&top).await, before);
        let show = browser.find(".above .button.new").await;
        show.click().await.unwrap();
        browser.sees_in(&row(new), &["gedit"]).await;
        assert_eq!(browser.number(&top).await, before + 72, "two rows of 36 pixels stand above it now");
        browser.close().await;
    });
}

/// Moves the pointer.
async fn point(browser: &Browser, to: PointerAction) {
    let mouse = MouseActions::new("mouse".to_owned()).then(to);
    browser.driver().perform_actions(mouse).await.expect("the pointer moves");
}
