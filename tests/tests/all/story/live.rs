//! The live list: sessions that come to match and fit no more, beside the page and on it, and what is counted.

use deskwarden_tests::{Browser, Database, FakeAgent, TestApp, run};
use deskwarden_types::{SessionId, Status};

use super::finding::{browser_of, lists};

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

/// The sessions that are shown, from top to bottom.
async fn rows(browser: &Browser) -> Vec<SessionId> {
    let ids = "return [...document.querySelectorAll('tr[data-session]')].map((row) => row.dataset.session).join(' ')";
    let ids = browser.driver().execute(ids, Vec::new()).await.unwrap();
    ids.as_str().unwrap_or_default().split(' ').filter_map(|id| id.parse().ok()).collect()
}
