//! Finding sessions: the search box, chips, dates, saved views.

use deskwarden_tests::{Browser, Database, PASSWORD, Person, TestApp, eventually, now, run};
use deskwarden_types::{
    SessionId, ViewPath,
    api::{ChangeView, ListViews, NewView, ViewVersion},
};
use fantoccini::key::Key;

use super::place::row;

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(15);

/// Three running apps of the owner.
pub(super) async fn sessions(app: &TestApp) -> Vec<SessionId> {
    let agent = app.agent("lab-07").await;
    agent.hello().await;
    let owner = app.owner().await;
    let mut sessions = Vec::new();
    for program in ["xterm", "xclock", "mousepad"] {
        sessions.push(agent.run(&owner.username, program).await);
    }
    sessions
}

/// A browser in which a person has signed in, at an address.
pub(super) async fn browser_of(app: &TestApp, person: &Person, address: &str) -> Browser {
    let browser = Browser::start().await;
    browser.open(&app.server.url()).await;
    browser.fill("Email", &person.email).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.sees_in(".rail", &["Sessions"]).await;
    browser.open(&format!("{}{address}", app.server.url())).await;
    browser
}

/// Waits until the list has these sessions and no others, in any order.
pub(super) async fn lists(browser: &Browser, wanted: &[SessionId]) {
    let wanted: Vec<String> = wanted.iter().map(|id| row(*id)).collect();
    let rows = "document.querySelectorAll('tr[data-session]').length";
    eventually("the rows that were asked for", PATIENCE, async || {
        let there = browser.number(rows).await == wanted.len() as i64;
        let mut all = there;
        for css in &wanted {
            all = all && browser.number(&format!("document.querySelectorAll(\"{css}\").length")).await == 1;
        }
        all.then_some(())
    })
    .await;
}

/// Waits until the page's address has this in it, decoded.
pub(super) async fn goes_to(browser: &Browser, part: &str) {
    eventually(&format!("{part} in the address"), PATIENCE, async || {
        let address = browser.driver().current_url().await.ok()?;
        let text = address.query().unwrap_or_default().replace('+', " ").replace("%22", "\"");
        text.contains(part).then_some(())
    })
    .await;
}

#[test]
fn the_box_finds_while_somebody_types_completes_and_marks_what_is_wrong() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions").await;
        lists(&browser, &ids).await;
        browser.keys("/").await;
        browser.keys("xCLo").await;
        lists(&browser, &ids[1..2]).await;
        goes_to(&browser, "q=xCLo").await;
        // Fields and values, with the keyboard alone.
        browser.replace("Find sessions", "app:xt").await;
        browser.sees_in(".suggestions", &["xterm"]).await;
        let name = "document.querySelector('.suggestions').getAttribute('role') === 'listbox' ? 1 : 0";
        assert_eq!(browser.number(name).await, 1);
        browser.press(Key::Down).await;
        let box_ = browser.focused().await;
        assert_eq!(box_.attr("role").await.unwrap().as_deref(), Some("combobox"));
        eventually("the first suggestion", PATIENCE, async || {
            box_.attr("aria-activedescendant").await.ok().flatten().filter(|id| id == "suggestions-0")
        })
        .await;
        browser.press(Key::Enter).await;
        lists(&browser, &ids[..1]).await;
        goes_to(&browser, "q=app:xterm").await;
        browser.sees_in("[data-testid=chip]", &["App or desktop: xterm"]).await;
        browser.click("Select all").await;
        browser.find(".mass").await;
        // What cannot be read is marked at its place; the rows stay.
        browser.replace("Find sessions", "app:xterm status:nonsense").await;
        browser.press(Key::Enter).await;
        browser.sees_in(".search-fault mark", &["nonsense"]).await;
        browser.sees_in(".search-fault", &["has no value", "Expected", "pending"]).await;
        assert_eq!(browser.text_of(".search-marks .wrong").await.trim(), "nonsense");
        lists(&browser, &ids[..1]).await;
        // Of what does not stand in the box nothing stays selected.
        browser.is_gone(".mass").await;
        browser.assert_accessible("a filter that cannot be read").await;
        browser.picture("70-filter-fault").await;
        // Empty, and Return.
        browser.replace("Find sessions", &char::from(Key::Backspace).to_string()).await;
        browser.press(Key::Enter).await;
        lists(&browser, &ids).await;
        browser.is_gone(".search-fault").await;
        // Escape goes back to the filter that the list has, then to none, then it closes what is open beside the list.
        let has = async |text: &str| {
            let is_so = format!("document.querySelector('.search input').value == '{text}' ? 1 : 0");
            eventually(text, PATIENCE, async || (browser.number(&is_so).await == 1).then_some(())).await;
        };
        browser.replace("Find sessions", "app:xterm").await;
        goes_to(&browser, "q=app:xterm").await;
        browser.replace("Find sessions", "app:xterm status:nonsense").await;
        browser.press(Key::Enter).await;
        browser.find(".search-fault").await;
        browser.press(Key::Escape).await;
        has("app:xterm").await;
        browser.is_gone(".search-fault").await;
        goes_to(&browser, "q=app:xterm").await;
        browser.press(Key::Escape).await;
        has("").await;
        lists(&browser, &ids).await;
        browser.click_in(&row(ids[0]), &ids[0].to_string()).await;
        browser.find(".panel").await;
        browser.keys("/").await;
        browser.press(Key::Escape).await;
        browser.is_gone(".panel").await;
        browser.close().await;
    });
}

#[test]
fn chips_turn_and_go_and_choices_are_written_into_the_filter() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions?q=app:xterm").await;
        lists(&browser, &ids[..1]).await;
        browser.click("Turn App or desktop: xterm into its opposite").await;
        lists(&browser, &ids[1..]).await;
        goes_to(&browser, "q=-app:xterm").await;
        browser.sees_in("[data-testid=chip]", &["not App or desktop: xterm"]).await;
        // With the keyboard.
        let off = browser.labelled("Remove not App or desktop: xterm").await;
        off.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
        lists(&browser, &ids).await;
        browser.is_gone("[data-testid=chip]").await;
        // *Filter*, *Contains*, Return (000).
        browser.click("Filter").await;
        browser.fill("Contains", "clo").await;
        browser.press(Key::Enter).await;
        lists(&browser, &ids[1..2]).await;
        goes_to(&browser, "contains=clo").await;
        browser.replace("Contains", &char::from(Key::Backspace).to_string()).await;
        browser.press(Key::Enter).await;
        lists(&browser, &ids).await;
        // A choice.
        browser.click("Status").await;
        browser.field("Running").await.click().await.unwrap();
        goes_to(&browser, "q=status:running").await;
        browser.field("Stopped").await.click().await.unwrap();
        goes_to(&browser, "q=status:running,stopped").await;
        lists(&browser, &ids).await;
        browser.assert_accessible("the filters").await;
        browser.picture("71-filters").await;
        browser.press(Key::Escape).await;
        browser.is_gone(".drop").await;
        browser.click("Clear all").await;
        browser.is_gone("[data-testid=chip]").await;
        browser.close().await;
    });
}

/// Types a day into a date field, part by part as this browser shows them: a click would begin in the middle.
async fn date(browser: &Browser, label: &str, day: chrono::NaiveDate) {
    browser.field(label).await.send_keys(&day.format("%m%d%Y").to_string()).await.unwrap();
}

#[test]
fn a_range_of_dates_is_applied_refused_and_reset() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions").await;
        lists(&browser, &ids).await;
        let today = now().to_chrono().date_naive();
        let (before, after) = (today - chrono::Days::new(3), today + chrono::Days::new(1));
        browser.click("Filter by date range").await;
        browser.sees_in(".drop", &["Days are those of"]).await;
        date(&browser, "From", today + chrono::Days::new(2)).await;
        browser.sees_in(".drop", &["From lies in the future"]).await;
        date(&browser, "From", today).await;
        date(&browser, "To", before).await;
        browser.click("Apply").await;
        browser.sees_in(".drop", &["From is after To"]).await;
        browser.assert_accessible("the date range").await;
        browser.picture("72-dates").await;
        // `11/20/26` is a day of the year 26.
        browser.field("From").await.send_keys("112026").await.unwrap();
        browser.click("Apply").await;
        browser.sees_in(".drop .field-error", &["four digits, from 1970 to 9999"]).await;
        let told = "[...document.querySelectorAll('.drop [aria-invalid=true]')].filter(f => f.id == 'range-from' \
             && f == document.activeElement && f.getAttribute('aria-errormessage') == 'range-about').length";
        assert_eq!(browser.number(told).await, 1);
        // To includes its whole day.
        date(&browser, "From", before).await;
        date(&browser, "To", today).await;
        browser.click("Apply").await;
        goes_to(&browser, &format!("from={before}&to={after}")).await;
        lists(&browser, &ids).await;
        browser.open(&format!("{}/sessions?to={today}", app.server.url())).await;
        browser.sees_in(".table-box", &["Nothing matches"]).await;
        browser.click("Filter by date range").await;
        browser.click("Reset").await;
        lists(&browser, &ids).await;
        browser.click("Filter by date range").await;
        browser.click("Last 7 days").await;
        goes_to(&browser, "from=today-6d").await;
        browser.sees_in("[data-testid=chip]", &["Last 7 days"]).await;
        lists(&browser, &ids).await;
        // What nobody has touched stays relative, and begins where it began: an hour is shown by no field.
        let hour = format!("from={before}T05:00:00Z");
        let end = format!("to={after}T05:00:00Z");
        for asked in ["from=today-6d", &hour, "from=-7d&to=now", &end] {
            browser.open(&format!("{}/sessions?{asked}", app.server.url())).await;
            lists(&browser, &ids).await;
            browser.click("Filter by date range").await;
            browser.click("Apply").await;
            browser.is_gone(".drop").await;
            goes_to(&browser, asked).await;
        }
        // Chips say days as people do; of a view that is not there any more the page says so.
        let asked = "q=user:me started>=today&from=today-3d&to=tomorrow&view=99999";
        browser.open(&format!("{}/sessions?{asked}", app.server.url())).await;
        lists(&browser, &ids).await;
        browser.sees_in(".chips", &["User: me", "≥ Today", &before.format("%Y").to_string()]).await;
        assert!(!browser.text_of(".chips").await.contains("today-3d"));
        let bounds = "started>-7d started>-90m started<+2d duration>1h30m -ip:10.0.0.0/8 -id:5 started<now";
        let asked = format!("q={}&to={}T05:00:00Z", bounds.replace('+', "%2B"), after);
        browser.open(&format!("{}/sessions?{asked}", app.server.url())).await;
        let words = [
            "Start time > 7 d ago",
            "Start time > 90 min ago",
            "Start time < in 2 d",
            "Duration > 90 min",
            "not IP address: 10.0.0.0/8",
            "not Session ID: 5",
            "Start time < now",
            ":00:00 ",
        ];
        browser.sees_in(".chips", &words).await;
        browser.open(&format!("{}/sessions?q=user:me&view=99999", app.server.url())).await;
        lists(&browser, &ids).await;
        browser.sees_in(".list .note", &["saved view of this link is not there any more"]).await;
        browser.assert_accessible("a link of a view that is gone").await;
        // What is exported is what is shown: the fields have the last day of which anything is asked for.
        browser.open(&format!("{}/sessions?{end}", app.server.url())).await;
        lists(&browser, &ids).await;
        browser.click("Export").await;
        browser.sees_in("dialog", &["Select Range"]).await;
        let shown = format!("document.querySelector('#range-to').value === '{after}' ? 1 : 0");
        assert_eq!(browser.number(&shown).await, 1);
        let asks = "window.exported = new Promise((done) => { const real = window.fetch; window.fetch = async (request, ...rest) => { \
                    if (request.method === 'POST' && request.url.endsWith('/exports')) done(await request.clone().text()); \
                    return real(request, ...rest); }; })";
        browser.driver().execute(asks, Vec::new()).await.unwrap();
        browser.click("Apply").await;
        let body = browser.driver().execute_async("window.exported.then(arguments[0])", Vec::new()).await.unwrap();
        assert!(body.as_str().unwrap().contains(&format!("\"to\":\"{after}T05:00:00Z\"")), "{body}");
        browser.close().await;
    });
}

#[test]
fn a_view_is_saved_shared_changed_and_opens_the_page() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let (owner, support) = (app.owner().await, app.support().await);
        let mine = browser_of(&app, &owner, "/sessions?q=app:xterm").await;
        lists(&mine, &ids[..1]).await;
        mine.click("Views").await;
        mine.fill("Name of the view", "Terminals").await;
        mine.field("Who sees it").await.select_by_value("shared").await.unwrap();
        mine.assert_accessible("saved views").await;
        mine.click("Save").await;
        mine.sees_in(".notices", &["View saved: Terminals"]).await;
        mine.sees_in(".toolbar", &["View: Terminals"]).await;
        mine.picture("73-view").await;

        let theirs = browser_of(&app, &support, "/sessions").await;
        lists(&theirs, &ids).await;
        theirs.click("Views").await;
        theirs.click_in(".drop", "Terminals").await;
        lists(&theirs, &ids[..1]).await;
        // Not theirs to change.
        theirs.replace("Find sessions", "app:xclock").await;
        lists(&theirs, &ids[1..2]).await;
        theirs.click("View: Terminals (changed)").await;
        theirs.sees_in(".drop", &["Shared", "Terminals"]).await;
        assert!(!theirs.text_of(".drop").await.contains("Save the changes in"));
        theirs.close().await;

        // What everybody's page opens with.
        mine.open(&format!("{}/sessions?q=app:mousepad", app.server.url())).await;
        lists(&mine, &ids[2..]).await;
        mine.click("Views").await;
        mine.fill("Name of the view", "Writing").await;
        mine.field("Who sees it").await.select_by_value("default").await.unwrap();
        mine.click("Save").await;
        mine.sees_in(".notices", &["View saved: Writing"]).await;
        let theirs = browser_of(&app, &support, "/sessions").await;
        lists(&theirs, &ids[2..]).await;
        theirs.sees_in(".toolbar", &["View: Writing"]).await;
        // Everything again is everything, and not the view once more.
        theirs.click("Clear all").await;
        lists(&theirs, &ids).await;
        // It has an address, too: nobody who gets that link sees the view instead.
        goes_to(&theirs, "view=none").await;
        theirs.driver().refresh().await.unwrap();
        lists(&theirs, &ids).await;
        theirs.sees_in(".toolbar", &["Views"]).await;
        theirs.replace("Find sessions", "app:xterm").await;
        lists(&theirs, &ids[..1]).await;
        goes_to(&theirs, "q=app:xterm").await;
        // Without the server the panel does not claim that there are none.
        theirs.protocol("Network.enable", serde_json::json!({})).await;
        theirs.protocol("Network.setBlockedURLs", serde_json::json!({ "urls": ["*/api/v1/views*"] })).await;
        theirs.driver().refresh().await.unwrap();
        lists(&theirs, &ids[..1]).await;
        theirs.click("Views").await;
        theirs.sees_in(".drop", &["Try again"]).await;
        assert!(!theirs.text_of(".drop").await.contains("No views yet"));
        theirs.protocol("Network.setBlockedURLs", serde_json::json!({ "urls": [] })).await;
        theirs.click("Try again").await;
        theirs.sees_in(".drop", &["Terminals", "Writing"]).await;
        theirs.close().await;

        // What a colleague has made of it meanwhile is told, and undone by nobody who only gives it another name.
        mine.click("View: Writing").await;
        mine.click("Rename Writing").await;
        let admin = app.admin().await;
        let views = admin.get::<ListViews>().await.unwrap().items;
        let writing = views.into_iter().find(|view| view.view.name.as_str() == "Writing").unwrap();
        let sorted = NewView { sort: Some("app".to_owned()), ..writing.view };
        let (path, newest) = (ViewPath { id: writing.id }, ViewVersion::default());
        admin.call::<ChangeView>(path, newest, sorted.clone()).await.unwrap();
        let renames = async || {
            mine.find(".line-form input").await.send_keys(" now").await.unwrap();
            mine.click_in(".line-form", "Rename").await;
        };
        renames().await;
        mine.sees_in(".drop", &["Somebody has changed this view"]).await;
        renames().await;
        mine.sees_in(".notices", &["View renamed: Writing now"]).await;
        let views = admin.get::<ListViews>().await.unwrap().items;
        let renamed = views.into_iter().find(|view| view.id == writing.id).unwrap().view;
        assert_eq!(renamed, NewView { name: renamed.name.clone(), ..sorted });
        mine.complains_only_of(&["409"]).await;
        mine.click("Remove Writing now").await;
        mine.sees_in(".drop", &["Remove Writing now for everybody"]).await;
        mine.click("Remove").await;
        mine.sees_in(".notices", &["View removed: Writing now"]).await;
        mine.close().await;
    });
}
