//! What the first page asks for before its program is there (`assets/first.js`) is what the program asks for.

use deskwarden_tests::{Database, TestApp, run};

use super::finding::{browser_of, lists, sessions};

#[test]
fn the_first_page_asks_for_everything_once() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions").await;
        lists(&browser, &ids).await;
        browser.sees_in(".pager", &["1–3 of 3"]).await;
        for part in ["/auth/refresh", "/api/v1/sessions?", "/api/v1/sessions/total?", "/api/v1/views"] {
            let asked =
                format!("performance.getEntriesByType('resource').filter(r => r.name.includes('{part}')).length");
            assert_eq!(browser.number(&asked).await, 1, "{part}: what was asked early is not what the program asks");
        }
        // Another list is none of its business, and neither is whoever is not signed in.
        browser.open(&format!("{}/sessions?state=current", app.server.url())).await;
        lists(&browser, &ids).await;
        let all = "performance.getEntriesByType('resource').filter(r => r.name.includes('/api/v1/sessions?')).length";
        assert_eq!(browser.number(all).await, 1);
        browser.driver().execute("localStorage.clear()", Vec::new()).await.unwrap();
        browser.open(&format!("{}/sessions", app.server.url())).await;
        browser.sees("Sign in").await;
        let any = "performance.getEntriesByType('resource').filter(r => r.name.includes('/api/')).length";
        assert_eq!(browser.number(any).await, 0);
        browser.close().await;
    });
}
