//! What an admin is told without having to look for it: what became of a message, and why a session can't be ended.

use deskwarden_tests::{Browser, Database, FakeAgent, Orders, TestApp, run};
use deskwarden_types::{
    CommandOutcome, SessionId, Source, Status, Verb,
    agent::{CommandOrder, CommandSeen, CommandStep, Observation},
};

use super::{finding::browser_of, place::row};
use crate::api::{
    seats::{connect, remote},
    start::connect as open_channel,
};

#[test]
fn whether_a_message_was_read_is_told_to_whoever_sent_it() {
    run(Database::Sqlite, async |app: TestApp| {
        let agent = app.agent("lab-07").await;
        let mut orders = open_channel(&app, &agent).await;
        let owner = app.owner().await;
        let session = agent.run(&owner.username, "xterm").await;
        let browser = browser_of(&app, &owner, "/sessions").await;

        let order = send(&browser, session, &mut orders, "Save your work").await;
        agent.obey(&order, CommandOutcome::Read, Status::Running).await;
        told(&browser, session, "Message read by the user").await;
        browser.sees_in(".notices", &["Message read by the user: xterm of"]).await;
        browser.assert_accessible("a message that was read").await;
        browser.picture("140-message-read").await;
        // It stays, and can be found.
        browser.open(&format!("{}/sessions?q=command%3Amessage", app.server.url())).await;
        told(&browser, session, "Message read by the user").await;

        let order = send(&browser, session, &mut orders, "Save it now").await;
        agent.obey(&order, CommandOutcome::Shown, Status::Running).await;
        told(&browser, session, "Message shown, not confirmed").await;
        browser.sees_in(".notices", &["Message shown, not confirmed: xterm of"]).await;

        let order = send(&browser, session, &mut orders, "Goodbye").await;
        failed(&agent, &order, CommandOutcome::NoDisplay).await;
        told(&browser, session, "Message failed: no display to show it on").await;
        browser.sees_in(".notices", &["Message failed: no display", "reach them another way"]).await;
        browser.picture("141-message-not-shown").await;

        browser.prefer("language", Some("de")).await;
        let order = {
            browser.open(&format!("{}/sessions", app.server.url())).await;
            compose(&browser, session, "Nachricht", "Senden", "Auf Deutsch").await;
            orders.command().await
        };
        agent.obey(&order, CommandOutcome::Read, Status::Running).await;
        told(&browser, session, "Nachricht vom Benutzer gelesen").await;
        browser.close().await;
    });
}

/// The owner writes a message to a session's user, from the row.
async fn send(browser: &Browser, session: SessionId, orders: &mut Orders, text: &str) -> CommandOrder {
    compose(browser, session, "Message", "Send", text).await;
    let order = orders.command().await;
    assert_eq!((order.known_verb(), order.session_id), (Some(Verb::Message), session));
    order
}

/// The verb and the field have one name.
async fn compose(browser: &Browser, session: SessionId, verb: &str, send: &str, text: &str) {
    browser.find(&format!("{} .actions .menu > button", row(session))).await.click().await.unwrap();
    browser.click_in(&row(session), verb).await;
    browser.fill(verb, text).await;
    // It is done once it has been read, or has stood for as long as it may.
    browser.sees_in("dialog", &["2 min 6 s"]).await;
    browser.picture("139-message-dialog").await;
    browser.click_in("dialog .dialog-foot", send).await;
    browser.is_gone("dialog").await;
}

async fn told(browser: &Browser, session: SessionId, text: &str) {
    browser.sees_in(&format!("{} .c-status", row(session)), &[text]).await;
}

async fn failed(agent: &FakeAgent, order: &CommandOrder, outcome: CommandOutcome) {
    let step = |step| Observation::Command(CommandSeen { command_id: order.id, step });
    agent
        .report(vec![step(CommandStep::Acknowledged {}), step(CommandStep::Failed { outcome, detail: String::new() })])
        .await;
}

#[test]
fn why_a_session_cannot_be_ended_stands_beside_it() {
    run(Database::Sqlite, async |app: TestApp| {
        let (agent, _orders, pc) = remote(&app).await;
        let (manager, person) = (app.manager().await, app.member().await);
        let mut sessions = Vec::new();
        for ip in ["10.0.0.1", "10.0.0.2"] {
            sessions.push(connect(&agent, &person, pc, ip).await.unwrap().session_id);
        }
        let [old, unknown] = sessions[..] else { panic!("two sessions") };
        // As a computer with another server would be known.
        for (id, product, version) in [(old, "RealVNC Server", "7.12.1"), (unknown, "TigerVNC", "1.15.0")] {
            app.sql(format!("UPDATE sessions SET source = {} WHERE id = {id}", Source::Agent.code())).await;
            app.sql(format!(
                "UPDATE session_extras SET server_product = '{product}', server_version = '{version}' WHERE session_id = {id}"
            ))
            .await;
        }
        let browser = browser_of(&app, &manager, &format!("/people/sessions/{}", person.id)).await;
        why_not(&browser, old, "Server is too old").await;
        why_not(&browser, unknown, "Server is not known to obey").await;
        browser.assert_accessible("sessions that cannot be ended").await;
        browser.picture("142-why-not-person").await;
        browser.open(&format!("{}/sessions", app.server.url())).await;
        greyed(&browser, old, "Server is too old").await;
        browser.picture("143-why-not-list").await;
        browser.open(&format!("{}/sessions/{old}", app.server.url())).await;
        browser.sees_in(".panel .verbs", &["RealVNC Server 7.13.0 or later", "it has 7.12.1"]).await;

        // An agent that does not know the verb.
        app.sql(format!("UPDATE sessions SET source = {} WHERE id = {old}", Source::Gate.code())).await;
        agent.hello_as(|hello| hello.verbs = vec![Verb::Message]).await.unwrap();
        browser.open(&format!("{}/people/sessions/{}", app.server.url(), person.id)).await;
        why_not(&browser, old, "Agent is too old").await;
        browser.open(&format!("{}/sessions/{old}", app.server.url())).await;
        browser.sees_in(".panel .verbs", &["update the agent on this host"]).await;
        browser.close().await;
    });
}

/// The reason is to be read beside the button, which does nothing.
async fn why_not(browser: &Browser, session: SessionId, why: &str) {
    browser.sees_in(&row(session), &["End session", why]).await;
    greyed(browser, session, why).await;
}

/// The button is greyed, and its reason is told to the pointer and to those who listen.
async fn greyed(browser: &Browser, session: SessionId, why: &str) {
    let css = row(session);
    browser.sees_in(&css, &["End session"]).await;
    let button = format!(
        "[...document.querySelectorAll(\"{css} button\")].filter(b => b.innerText.trim() == 'End session' \
         && b.getAttribute('aria-disabled') == 'true' \
         && (b.dataset.tip + b.getAttribute('aria-description')).includes('{why}')).length"
    );
    assert_eq!(browser.number(&button).await, 1, "{why}");
    browser.click_in(&css, "End session").await;
    assert_eq!(browser.number("document.querySelectorAll('dialog').length").await, 0);
}
