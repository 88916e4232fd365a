//! Ending and holding, the ways that are still open, and what nobody can know of those that are silent.

use deskwarden_tests::{Database, TestApp, now, run};
use deskwarden_types::{DeliveryKind, ErrorCode, Phase, Status, Verb, api::NewCommand};

use super::{
    finding::{browser_of, lists},
    place::row,
};

#[test]
fn what_is_ended_is_held_and_the_ways_to_it_lead_to_where_they_are_closed() {
    run(Database::Sqlite, async |app: TestApp| {
        let (member, agent) = (app.member().await, app.agent("lab-07").await);
        agent.hello().await;
        let id = agent.run(&member.username, "xterm").await;
        let link = |to: &str| format!("document.querySelectorAll(\"dialog .ways a[href='{to}']\").length");
        let manager = browser_of(&app, &app.manager().await, "/sessions").await;
        manager.click_in(&row(id), "Evict").await;
        manager.sees_in("dialog .ways", &["through everyone", "xterm is not suspended"]).await;
        assert_eq!(manager.number(&link("/settings/provisions")).await, 0, "no page for a manager");
        manager.close().await;

        let admin = browser_of(&app, &app.admin().await, "/sessions").await;
        admin.click_in(&row(id), "Evict").await;
        admin.sees_in("dialog .ways", &["through everyone", "xterm is not suspended"]).await;
        for page in ["/settings/provisions", "/settings/resources"] {
            assert_eq!(admin.number(&link(page)).await, 1, "{page}");
        }
        admin.fill("Reason", "An exam").await;
        admin.field("Hold").await.select_by_label("1 h").await.unwrap();
        admin.assert_accessible("ending and holding").await;
        admin.picture("90-end-and-hold").await;
        admin.click_in("dialog .dialog-foot", "Evict").await;
        admin.is_gone("dialog").await;
        let refused = agent.ask(&member.username, "xterm").await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::LaunchHeld));
        let minutes = "SELECT (until_at - (SELECT created_at FROM commands)) / 60000 FROM holds";
        assert_eq!(app.number(minutes).await, 60);

        // The panel says so, and ends it.
        admin.open(&format!("{}/sessions/{id}", app.server.url())).await;
        admin.sees_in(".panel .hold", &["Held", "cannot launch xterm again until"]).await;
        admin.assert_accessible("a hold in the panel").await;
        admin.picture("90b-held").await;
        admin.click_in(".panel .hold", "End the hold").await;
        admin.is_gone(".panel .hold").await;
        admin.sees_in(".panel", &["Still open to the user", "through everyone"]).await;
        assert!(agent.ask(&member.username, "xterm").await.is_ok());
        admin.close().await;

        // Whoever may not end sessions of others sees it all the same.
        app.sql(format!("UPDATE holds SET until_at = {}", now().plus_seconds(3_600).millis())).await;
        let support = browser_of(&app, &app.support().await, &format!("/sessions/{id}")).await;
        support.sees_in(".panel .hold", &["cannot launch xterm again until"]).await;
        assert_eq!(support.number("document.querySelectorAll('.panel .hold button').length").await, 0);
        support.prefer("language", Some("de")).await;
        support.sees_in(".panel .hold", &["Gesperrt", "kann xterm bis", "nicht wieder starten"]).await;
        support.prefer("language", None).await;
        // It is over: the panel asks what is open again.
        app.sql(format!("UPDATE holds SET until_at = {}", now().plus_seconds(12).millis())).await;
        support.open(&format!("{}/sessions/{id}", app.server.url())).await;
        support.sees_in(".panel .hold", &["Held"]).await;
        support.is_gone(".panel .hold").await;
        support.sees_in(".panel", &["Still open to the user"]).await;
        support.close().await;
    });
}

#[test]
fn of_what_is_silent_nobody_says_how_it_still_is_and_what_is_late_is_called_overdue() {
    run(Database::Sqlite, async |app: TestApp| {
        let (owner, agent) = (app.owner().await, app.agent("lab-07").await);
        agent.hello().await;
        let mut ids = Vec::new();
        for _ in 0..2 {
            ids.push(agent.run(&owner.username, "xterm").await);
        }
        let (kind, phase) = (DeliveryKind::AppStream.code(), Phase::Idle.code());
        let (shown, seen) = (Status::Unknown.code(), Status::Active.code());
        let streamed = format!("kind = {kind}, status = {shown}, observed_status = {seen}, phase = {phase}");
        app.sql(format!("UPDATE sessions SET {streamed} WHERE id = {}", ids[0])).await;
        app.sql(format!("UPDATE session_beats SET seen_at = seen_at - 600000 WHERE session_id = {}", ids[0])).await;
        let reason = "An update".parse().ok();
        owner.ask(ids[1], NewCommand { verb: Verb::Evict, reason, message: None, hold_minutes: None }).await.unwrap();
        app.sql("UPDATE commands SET effective_by = created_at - 60000").await;
        let browser = browser_of(&app, &owner, "/sessions").await;
        lists(&browser, &ids).await;
        browser.sees_in(&row(ids[0]), &["Unknown", "not heard of", "last seen connected"]).await;
        browser.sees_in(&row(ids[1]), &["Evicted", "overdue since", "still running"]).await;
        browser.picture("91-silent-and-late").await;
        browser.open(&format!("{}/sessions/{}", app.server.url(), ids[1])).await;
        browser.sees_in(".panel .way", &["It was due by"]).await;
        browser.sees_in(".panel .facts", &["Licence", "Floating"]).await;
        browser.close().await;
    });
}
