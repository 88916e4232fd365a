//! Native viewers and their seats, as the console shows them.

use deskwarden_tests::{Database, Person, TestApp, run};
use deskwarden_types::{
    CommandOutcome, Role, Status, Verb,
    agent::{Beat, Beats, SendBeats},
};

use crate::{
    api::seats::{capacity, connect, remote},
    story::{dress::in_every_dress, finding::browser_of, place::row},
};

#[test]
fn who_has_a_seat_is_seen_and_can_be_ended() {
    run(Database::Sqlite, async |app: TestApp| {
        let (agent, mut orders, pc) = remote(&app).await;
        let manager = app.new_person("mia", Role::Manager).await;
        let (ann, bob) = (app.new_person("ann", Role::Member).await, app.new_person("bob", Role::Member).await);
        capacity(&app, 5).await;
        let browser = browser_of(&app, &manager, "/seats").await;
        browser
            .sees_in(".page", &["0 of 5 seats are taken", "5 free", "Nobody has a seat.", "Nobody was refused"])
            .await;
        browser.picture("130-seats-free").await;

        let mut sessions = Vec::new();
        for (person, ip) in [(&ann, "10.0.0.1"), (&ann, "10.0.0.2"), (&bob, "203.0.113.7"), (&bob, "203.0.113.8")] {
            sessions.push(connect(&agent, person, pc, ip).await.unwrap().session_id);
        }
        let beats = sessions.iter().zip([30, 3_700, 5, 60]);
        let beats = beats.map(|(id, idle)| Beat { session_id: *id, idle_seconds: Some(idle) }).collect();
        agent.client().send::<SendBeats>(Beats { sessions: beats }).await.unwrap();
        browser.sees_in(".page", &["4 of 5 seats are taken", "Few seats are left", "1 free", "203.0.113.7"]).await;
        browser.sees_in(".page tbody tr:first-child", &["ann Example", "10.0.0.2", "61 min"]).await;
        browser.assert_accessible("seats").await;
        browser.picture("131-seats-scarce").await;
        browser.click("Change the number").await;
        browser.replace("Seats", "4").await;
        browser.click_in("dialog", "Save").await;
        browser.sees_in("dialog", &["Say why"]).await;
        browser.fill("Reason", "Fewer licences").await;
        browser.assert_accessible("changing the number of seats").await;
        browser.picture("132-seats-change").await;
        browser.click_in("dialog", "Save").await;
        browser.sees_in(".notices", &["There are 4 seats now"]).await;
        browser.sees_in(".page", &["4 of 4 seats are taken", "No seat is left"]).await;
        connect(&agent, &bob, pc, "203.0.113.9").await.unwrap_err();
        browser.sees_in(".page section:last-of-type", &["bob Example", "203.0.113.9"]).await;
        browser.picture("133-seats-full").await;

        // The list has the same.
        browser.open(&format!("{}/sessions/remote_access?cols=user,seat,idle&q=seat:yes", app.server.url())).await;
        browser.sees_in(&format!("tr[data-session='{}']", sessions[1]), &["ann Example", "Yes"]).await;

        // People, their devices, one of them, and its end.
        browser.open(&format!("{}/people", app.server.url())).await;
        let person = format!("tr[data-user='{}']", ann.id);
        browser.sees_in(&person, &["ann Example", "2"]).await;
        browser.click("Devices of ann Example").await;
        browser.sees_in("tr.below", &["10.0.0.2", "Office PC"]).await;
        browser.assert_accessible("people with sessions").await;
        browser.picture("134-people").await;
        browser.click_in(&person, "View").await;
        browser.sees_in(&row(sessions[1]), &["10.0.0.2", "Office PC", "Deskwarden gate", "< 1 min"]).await;
        browser.assert_accessible("one person's sessions").await;
        browser.picture("135-person").await;
        browser.click_in(&row(sessions[1]), "End session").await;
        browser.sees_in("dialog", &["ann Example"]).await;
        browser.fill("Reason", "Idle for an hour").await;
        browser.assert_accessible("ending a session").await;
        browser.picture("136-end").await;
        browser.click_in("dialog .dialog-foot", "End this session").await;
        let command = orders.command().await;
        assert_eq!((command.known_verb(), command.session_id), (Some(Verb::End), sessions[1]));
        agent.obey(&command, CommandOutcome::Killed, Status::Ended).await;
        browser.is_gone(&row(sessions[1])).await;
        browser.sees_in(&row(sessions[0]), &["10.0.0.1"]).await;

        let one = format!("/people/sessions/{}", ann.id);
        let pages = [("seats", "/seats"), ("people", "/people/sessions"), ("person", one.as_str()), ("my", "/my")];
        in_every_dress(&app, &browser, 137, &pages).await;
        browser.close().await;
        own_seats(&app, &ann).await;
    });
}

/// What the member sees of them.
async fn own_seats(app: &TestApp, ann: &Person) {
    let browser = browser_of(app, ann, "/my").await;
    browser.sees_in(".page", &["3 of 4 seats are taken", "Your devices that have a seat", "10.0.0.1"]).await;
    browser.click("Password for a native viewer").await;
    browser.sees_in("dialog", &["gate.example.org:5999", "One-time password", "Good for"]).await;
    browser.assert_accessible("a password for a viewer").await;
    browser.picture("138-viewer-password").await;
    browser.click_in("dialog .dialog-foot", "Close").await;
    browser.picture("139-own-seats").await;
    browser.close().await;
}
