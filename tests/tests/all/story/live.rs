//! The live list: sessions that come to match and fit no more, beside the page and on it, and what is counted.

use std::time::Duration;

use deskwarden_tests::{Browser, Database, FakeAgent, TestApp, eventually, run};
use deskwarden_types::{
    SessionId, Status, Verb,
    api::{NewBulkAction, SessionQuery, StartBulkAction},
};

use super::{
    finding::{browser_of, lists},
    place::row,
};
use crate::api::bulk_long::copies;

const PATIENCE: Duration = Duration::from_secs(30);

/// A browser whose pointer rests beside the table, at an address, with the live feed open.
async fn watching(app: &TestApp, address: &str) -> Browser {
    let browser = browser_of(app, &app.owner().await, address).await;
    browser.sees_in(".top", &["Live"]).await;
    browser.pointer_away().await;
    browser
}

/// An agent, and so many running apps of the owner, the oldest first.
async fn running(app: &TestApp, count: usize) -> (FakeAgent, Vec<SessionId>) {
    let agent = app.agent("lab-07").await;
    agent.hello().await;
    let owner = app.owner().await;
    let mut ids = Vec::new();
    for n in 0..count {
        ids.push(agent.run(&owner.username, &format!("app-{n}")).await);
    }
    (agent, ids)
}

#[test]
fn older_sessions_that_come_to_match_take_their_place() {
    run(Database::Sqlite, async |app: TestApp| {
        let (agent, ids) = running(&app, 4).await;
        let browser = watching(&app, "/sessions/managed_app?q=status:stopped").await;
        browser.sees_in(".table-box", &["Nothing matches"]).await;
        // From the middle, then an older and a newer one.
        for (at, shown) in [(1, &[1][..]), (0, &[1, 0]), (3, &[3, 1, 0])] {
            agent.seen(ids[at], &[Status::Stopped]).await;
            let shown: Vec<SessionId> = shown.iter().map(|at| ids[*at]).collect();
            lists(&browser, &shown).await;
            assert_eq!(rows(&browser).await, shown);
            browser.sees_in(".pager", &[&format!("1–{0} of {0}", shown.len())]).await;
        }
        // What fits no more goes, and is counted no more.
        agent.seen(ids[1], &[Status::Running]).await;
        lists(&browser, &[ids[3], ids[0]]).await;
        browser.sees_in(".pager", &["1–2 of 2"]).await;
        browser.close().await;
    });
}

#[test]
fn what_comes_to_match_beside_the_page_is_counted_and_found() {
    run(Database::Sqlite, async |app: TestApp| {
        let (agent, ids) = running(&app, 5).await;
        for id in &ids[2..] {
            agent.seen(*id, &[Status::Stopped]).await;
        }
        // Two rows a page: the oldest comes to match on the second.
        let browser = watching(&app, "/sessions/managed_app?q=status:stopped&rows=2").await;
        lists(&browser, &ids[3..]).await;
        browser.sees_in(".pager", &["1–2 of 3"]).await;
        agent.seen(ids[0], &[Status::Stopped]).await;
        browser.sees_in(".pager", &["1–2 of 4"]).await;
        lists(&browser, &ids[3..]).await;
        browser.close().await;

        // In an order of names its place is known to the server alone, which is asked.
        let browser = watching(&app, "/sessions/managed_app?q=status:stopped&sort=app").await;
        lists(&browser, &[ids[0], ids[2], ids[3], ids[4]]).await;
        agent.seen(ids[1], &[Status::Stopped]).await;
        lists(&browser, &ids).await;
        assert_eq!(rows(&browser).await, ids);
        browser.sees_in(".pager", &["1–5 of 5"]).await;
        browser.close().await;
    });
}

/// Counts the feeds that are open, and lets a test refuse the list: `window.busy`.
const WATCH: &str = "\
    const real = window.fetch; window.feeds = []; window.refused = 0; \
    window.fetch = async (request, ...rest) => { \
        const url = new URL(request.url ?? request, location.href); \
        if (url.pathname === '/api/v1/sessions/stream') window.feeds.push(request.signal); \
        if (window.busy && url.pathname === '/api/v1/sessions') { \
            window.refused += 1; \
            const problem = { type: 'urn:deskwarden:error:busy', title: 'Busy', status: 503, detail: 'Nothing was changed.', \
                              code: 'busy', request_id: 'r' }; \
            const headers = { 'content-type': 'application/problem+json', 'retry-after': '1' }; \
            return new Response(JSON.stringify(problem), { status: 503, headers }); \
        } \
        return real(request, ...rest); \
    }";

#[test]
fn a_feed_that_is_not_needed_ends_at_once_and_a_busy_server_ends_none() {
    run(Database::Sqlite, async |app: TestApp| {
        let (agent, ids) = running(&app, 3).await;
        agent.seen(ids[2], &[Status::Stopped]).await;
        let browser = watching(&app, "/sessions/managed_app?sort=app").await;
        browser.driver().execute(WATCH, Vec::new()).await.unwrap();
        for _ in 0..4 {
            browser.click_in("th[data-field=app]", "App name").await;
            browser.sees_in(".top", &["Live"]).await;
        }
        let open = "window.feeds.filter((signal) => !signal.aborted).length";
        eventually("one feed, and none from before", Duration::from_secs(3), async || {
            (browser.number("window.feeds.length").await >= 3 && browser.number(open).await == 1).then_some(())
        })
        .await;
        // What came beside the page is asked for; a refusal leaves what is shown as it is, and it is asked for again.
        browser.open(&format!("{}/sessions/managed_app?q=status:stopped&sort=app", app.server.url())).await;
        lists(&browser, &ids[2..]).await;
        browser.sees_in(".top", &["Live"]).await;
        browser.pointer_away().await;
        browser.driver().execute(&format!("{WATCH}; window.busy = true"), Vec::new()).await.unwrap();
        agent.seen(ids[1], &[Status::Stopped]).await;
        eventually("a refusal", PATIENCE, async || (browser.number("window.refused").await > 1).then_some(())).await;
        browser.sees_in(".top", &["Live"]).await;
        browser.is_gone(".failed").await;
        agent.seen(ids[2], &[Status::Running]).await;
        lists(&browser, &[]).await;
        browser.driver().execute("window.busy = false", Vec::new()).await.unwrap();
        lists(&browser, &ids[1..2]).await;
        // Of another list that does not come nothing is shown and nothing can be selected: no row of the one before.
        browser.click("Select all").await;
        browser.find(".mass").await;
        browser.driver().execute("window.busy = true", Vec::new()).await.unwrap();
        browser.replace("Find sessions", "status:running").await;
        browser.find(".failed").await;
        lists(&browser, &[]).await;
        browser.click("Select all").await;
        browser.is_gone(".mass").await;
        browser.driver().execute("window.busy = false", Vec::new()).await.unwrap();
        lists(&browser, &[ids[0], ids[2]]).await;
        browser.is_gone(".failed").await;
        browser.close().await;
    });
}

#[test]
fn very_many_changes_at_once_are_shown_when_nobody_points() {
    run(Database::Sqlite, async |app: TestApp| {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        agent.hello().await;
        agent.run(&member.username, "xterm").await;
        copies(&app, 256).await;
        let query = SessionQuery { limit: Some(250), ..Default::default() };
        let all: Vec<SessionId> = manager.list(query).await.unwrap().items.iter().map(|s| s.id).collect();
        let browser = watching(&app, "/sessions").await;
        browser.sees_in(".pager", &["1–50 of 256"]).await;
        let asked = NewBulkAction {
            plan_id: None,
            verb: Some(Verb::Evict),
            ids: all.clone(),
            reason: "many".parse().ok(),
            message: None,
            hold_minutes: None,
        };
        manager.send::<StartBulkAction>(asked).await.unwrap();
        browser.sees_in(&row(all[0]), &["Evicted"]).await;
        browser.sees_in(".pager", &["1–50 of 256"]).await;
        browser.close().await;
    });
}

/// The sessions that are shown, from top to bottom.
async fn rows(browser: &Browser) -> Vec<SessionId> {
    let ids = "return [...document.querySelectorAll('tr[data-session]')].map((row) => row.dataset.session).join(' ')";
    let ids = browser.driver().execute(ids, Vec::new()).await.unwrap();
    ids.as_str().unwrap_or_default().split(' ').filter_map(|id| id.parse().ok()).collect()
}
