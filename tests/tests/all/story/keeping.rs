//! What the list is refreshed by, taken away as, and acted on as a whole.

use std::{fs, time::Duration};

use deskwarden_tests::{Database, TestApp, eventually, run};
use deskwarden_types::{NoArgs, NoBody, Status, Verb, api::StartRefresh};
use serde_json::json;

use super::{
    finding::{browser_of, lists, sessions},
    place::row,
};

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_refresh_counts_down_in_every_tab() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let owner = app.owner().await;
        let browser = browser_of(&app, &owner, "/sessions").await;
        lists(&browser, &ids).await;
        browser.sees_in(".top", &["Not refreshed yet", "Refresh"]).await;
        let first = browser.driver().window().await.unwrap();
        let second = browser.driver().new_window(true).await.unwrap().handle;
        browser.driver().switch_to_window(second.clone()).await.unwrap();
        browser.open(&format!("{}/hosts", app.server.url())).await;
        browser.sees("lab-07").await;
        let waits = "document.querySelector('.refresh').getAttribute('aria-disabled') === 'true' ? 1 : 0";
        assert_eq!(browser.number(waits).await, 0);

        browser.driver().switch_to_window(first).await.unwrap();
        browser.click("Refresh").await;
        eventually("the countdown", PATIENCE, async || (browser.number(waits).await == 1).then_some(())).await;
        let left = "parseInt(document.querySelector('.refresh .num').textContent) || 99";
        let counts = || async { Some(browser.number(left).await).filter(|left| *left < 99) };
        let before = eventually("the seconds that are left", PATIENCE, counts).await;
        assert!((15..=30).contains(&before), "{before} s");
        browser.sees_in(".top", &["No host was connected (asked at"]).await;
        eventually("a lower number", PATIENCE, async || (browser.number(left).await < before).then_some(())).await;
        browser.picture("74-refresh").await;
        // The other tab shows another page, and knows.
        browser.driver().switch_to_window(second).await.unwrap();
        assert_eq!(browser.number(waits).await, 1, "the other tab has not heard of it");
        // The server does not depend on it.
        let refused = owner.call::<StartRefresh>(NoArgs {}, NoArgs {}, NoBody {}).await.unwrap_err();
        assert!(refused.retry_after().is_some_and(|wait| wait <= Duration::from_secs(30)), "{refused:?}");
        browser.close().await;
    });
}

#[test]
fn an_export_is_a_file_with_the_rows_of_the_list() {
    run(Database::Sqlite, async |app: TestApp| {
        let ids = sessions(&app).await;
        let browser = browser_of(&app, &app.owner().await, "/sessions?q=app~x").await;
        lists(&browser, &ids[..2]).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_string_lossy().into_owned();
        browser.protocol("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": path })).await;
        browser.click("Export").await;
        browser.sees_in("dialog", &["Select Range", "From", "To", "Only what the current filter finds"]).await;
        browser.assert_accessible("the export").await;
        browser.picture("75-export").await;
        browser.click_in("dialog", "Apply").await;
        browser.sees_in(".notices", &["Export finished", "2 rows"]).await;
        browser.size(1500, 900).await;
        let cut = "[...document.querySelectorAll('.notices .notice-text > *')].filter(e => e.scrollWidth > e.clientWidth \
            || e.getBoundingClientRect().top < 0).length + (document.querySelector('.notices .notice-text > *') ? 0 : 9)";
        assert_eq!(browser.number(cut).await, 0, "the name or the rows cannot be read");
        browser.size(1120, 900).await;
        assert_eq!(browser.number(cut).await, 0, "the name or the rows cannot be read in a narrow window");
        browser.picture("75-export-finished").await;
        let file = eventually("the file", PATIENCE, async || {
            let entries = fs::read_dir(folder.path()).ok()?.flatten().map(|entry| entry.path());
            entries.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "csv"))
        })
        .await;
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("Session ID,Kind,User"), "{}", lines[0]);
        // Newest first.
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[1].starts_with(&format!("{},", ids[1])) && lines[1].contains("xclock"), "{}", lines[1]);
        assert!(lines[2].starts_with(&format!("{},", ids[0])) && lines[2].contains("xterm"), "{}", lines[2]);
        browser.close().await;
    });
}

#[test]
fn all_that_match_are_asked_about_and_acted_on_beyond_the_page() {
    run(Database::Sqlite, async |app: TestApp| {
        let agent = app.agent("lab-07").await;
        agent.hello().await;
        let owner = app.owner().await;
        let mut ids = Vec::new();
        for number in 0..14 {
            ids.push(agent.run(&owner.username, if number < 2 { "xclock" } else { "xterm" }).await);
        }
        let browser = browser_of(&app, &owner, "/sessions?q=app:xterm&rows=5").await;
        lists(&browser, &ids[9..].iter().rev().copied().collect::<Vec<_>>()).await;
        browser.click("Select all").await;
        browser.click("Select all 12 that match").await;
        browser.click_in(".mass", "Evict").await;
        browser.sees_in("dialog", &["Evict all 12 sessions that match?", "12 sessions"]).await;
        browser.assert_accessible("a plan for many").await;
        browser.picture("76-plan-of-many").await;
        browser.fill("Reason", "The room is closing").await;
        browser.click_in("dialog", "Evict").await;
        browser.sees_in(".notices", &["Evict is on its way"]).await;
        for (at, id) in ids.iter().enumerate() {
            let commands = owner.show(*id).await.unwrap().commands;
            assert_eq!(commands.iter().filter(|c| c.verb == Verb::Evict).count(), usize::from(at >= 2), "{id}");
        }
        // They are selected no longer, nor is what comes to match later; the keyboard is in the table.
        browser.is_gone(".mass").await;
        let in_rows = "document.activeElement.closest('tr[data-session]') ? 1 : 0";
        eventually("the keyboard", PATIENCE, async || (browser.number(in_rows).await == 1).then_some(())).await;
        ids.push(agent.run(&owner.username, "xterm").await);
        browser.find(&row(ids[14])).await;
        assert_eq!(browser.number("document.querySelectorAll('tr[aria-selected=true]').length").await, 0);
        // Nor are rows that stay in the list.
        browser.find(&format!("{} input", row(ids[14]))).await.click().await.unwrap();
        browser.click_in(".mass", "Evict").await;
        browser.fill("Reason", "This one, too").await;
        browser.click_in("dialog .dialog-foot", "Evict").await;
        browser.is_gone("dialog").await;
        browser.is_gone(".mass").await;
        // What leaves the list is counted no longer at once.
        for _ in 0..7 {
            ids.push(agent.run(&owner.username, "xclock").await);
        }
        browser.open(&format!("{}/sessions?q=status:running&rows=5", app.server.url())).await;
        browser.sees_in(".pager", &["1–5 of 9"]).await;
        browser.click("Select all").await;
        browser.click_in(".mass", "Evict").await;
        browser.fill("Reason", "The first page").await;
        browser.click_in("dialog .dialog-foot", "Evict").await;
        browser.sees_in(".pager", &["1–4 of 4"]).await;
        let in_table = "document.activeElement.closest('.table-box') ? 1 : 0";
        eventually("the keyboard", PATIENCE, async || (browser.number(in_table).await == 1).then_some(())).await;
        browser.close().await;
    });
}

#[test]
fn only_those_who_are_acted_on_are_counted() {
    run(Database::Sqlite, async |app: TestApp| {
        let agent = app.agent("lab-07").await;
        agent.hello().await;
        let owner = app.owner().await;
        let mut ids = Vec::new();
        for number in 0..9 {
            let id = agent.run(&owner.username, if number < 3 { "xterm" } else { "xclock" }).await;
            if number == 0 || number > 2 {
                agent.seen(id, &[Status::Removed]).await;
            }
            ids.push(id);
        }
        let browser = browser_of(&app, &owner, "/sessions?q=app:xterm").await;
        lists(&browser, &ids[..3]).await;
        browser.click("Select all").await;
        browser.click_in(".mass", "Evict").await;
        browser.sees_in("dialog h2", &["Evict 2 sessions?"]).await;
        browser.sees_in("dialog .plan", &["To whom", "Not these", "Session is over · Removed"]).await;
        let whom = "document.querySelectorAll('dialog .plan dd')[0].querySelectorAll('.people li').length";
        assert_eq!(browser.number(whom).await, 2);
        browser.assert_accessible("a plan with what is over").await;
        browser.picture("78-plan-and-not-these").await;
        browser.fill("Reason", "The room is closing").await;
        // One that is not any more what the plan saw: the sum and what stands below it say the same.
        app.sql(format!("UPDATE sessions SET revision = revision + 1 WHERE id = {}", ids[2])).await;
        browser.click_in("dialog .dialog-foot", "Evict").await;
        // What was answered is no question any more.
        browser.sees_in("dialog h2", &["Evict: 1 of 2 sessions are on their way"]).await;
        browser.sees_in("dialog .dialog-body", &["1 session was left alone."]).await;
        browser.sees_in("dialog .results", &["On its way", "Was so already", "Changed in the meantime"]).await;
        browser.picture("78-result-and-not-these").await;
        browser.click_in("dialog .dialog-foot", "Close").await;
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 1);

        browser.open(&format!("{}/sessions?q=app:xclock&rows=5", app.server.url())).await;
        lists(&browser, &ids[4..]).await;
        browser.click("Select all").await;
        browser.click("Select all 6 that match").await;
        browser.click_in(".mass", "Evict").await;
        browser.sees_in("dialog h2", &["Evict: nothing to do"]).await;
        browser.sees_in("dialog", &["There is nothing to do", "6 sessions: Session is over", "Close"]).await;
        assert_eq!(browser.number("document.querySelectorAll('dialog .danger, dialog textarea').length").await, 0);
        browser.assert_accessible("a plan with nothing to do").await;
        browser.picture("78-plan-of-nothing").await;
        browser.click_in("dialog .dialog-foot", "Close").await;

        // What is only recorded is done at once.
        app.sql(format!("UPDATE session_beats SET seen_at = seen_at - 600000 WHERE session_id = {}", ids[2])).await;
        browser.open(&format!("{}/sessions/{}", app.server.url(), ids[2])).await;
        browser.click_in(".panel .verbs", "Close record").await;
        browser.fill("Reason", "The machine is gone").await;
        browser.click_in("dialog .dialog-foot", "Close record").await;
        browser.sees_in(".notices", &["Close record done: xterm of"]).await;
        assert!(!browser.text_of(".notices").await.contains("at the latest"));
        browser.close().await;
    });
}
