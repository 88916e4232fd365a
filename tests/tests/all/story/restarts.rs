//! Server and agent stop, are killed and come back, while the page stays open; a host is revoked.

use std::{fs, time::Duration};

use deskwarden_tests::{Database, eventually};
use deskwarden_types::{
    EventKind, NoBody, SessionId, SessionPath, Status,
    api::{ListEvents, PageQuery},
};

use super::{
    Place,
    place::{row, tell},
};

const PATIENCE: Duration = Duration::from_secs(20);
/// What the browser says while there is no server.
const NO_SERVER: [&str; 4] =
    ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"];

#[test]
fn the_list_stays_true() {
    tell("restarts", Database::Sqlite, async |place| {
        place.set_up().await;
        let id = place.launch_terminal("xterm");
        place.browser.sees_in(&row(id), &["Running"]).await;
        the_server_restarts(place, id).await;
        the_agent_is_killed(place, id).await;
        the_server_is_killed(place, id).await;
        hosts(place).await;
    });
}

/// The page comes back by itself, and so does the agent.
async fn the_server_restarts(place: &mut Place, id: SessionId) {
    place.server.stop().await;
    place.browser.sees_in(".top", &["Reconnecting"]).await;
    place.browser.picture("20-reconnecting").await;
    place.server.start_again().await;
    place.browser.sees_in(".top", &["Live"]).await;
    place.browser.sees_in(&row(id), &["Running"]).await;
    place.agent_answers().await;
    let other = place.launch_terminal("after the restart");
    place.browser.sees_in(&row(other), &["Running"]).await;
    place.browser.complains_only_of(&NO_SERVER).await;
}

/// The app lives on; the restarted agent takes over the same session.
async fn the_agent_is_killed(place: &mut Place, id: SessionId) {
    let window = place.window("xterm").await;
    place.agent.kill9();
    assert_eq!(place.window("xterm").await, window, "the app does not need its agent to live");
    place.agent.start_again();
    place.agent_answers().await;
    place.browser.click_in(&row(id), &id.to_string()).await;
    place.browser.sees_in(".panel", &["Taken over by the restarted agent"]).await;
    place.browser.picture("21-adopted").await;
    place.browser.sees_in(&row(id), &["Running"]).await;
    assert_eq!(place.window("xterm").await, window);
    place.browser.click("Close panel").await;
}

/// What happens meanwhile is told afterwards, once.
async fn the_server_is_killed(place: &mut Place, id: SessionId) {
    place.server.kill9();
    place.display.types(&place.window("xterm").await, "exit");
    place.no_window("xterm").await;
    place.browser.sees_in(".top", &["Reconnecting"]).await;
    place.browser.sees_in(&row(id), &["Running"]).await;
    place.server.start_again().await;
    place.browser.sees_in(&row(id), &["Stopped"]).await;
    place.browser.sees_in(".top", &["Live"]).await;
    place.agent_answers().await;
    let (path, query) = (SessionPath { id }, PageQuery::default());
    let events = place.client().await.call::<ListEvents>(path, query, NoBody {}).await.unwrap().items;
    let stops = events.iter().filter(|event| event.to_status == Some(Status::Stopped)).count();
    let adoptions = events.iter().filter(|event| event.kind == EventKind::Adopted).count();
    assert_eq!((stops, adoptions), (1, 1), "{events:#?}");
    place.browser.complains_only_of(&NO_SERVER).await;
}

/// A code for one more host; the revoked agent is told, and its key is refused.
async fn hosts(place: &mut Place) {
    let browser = &place.browser;
    browser.click("Hosts").await;
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    browser.sees_in("tbody", &[host.trim(), env!("CARGO_PKG_VERSION"), "Connected"]).await;
    browser.click("Add a host").await;
    browser.sees_in("dialog", &["deskwarden-agent enrol --server", "works once", "Good for"]).await;
    browser.picture("22-add-a-host").await;
    browser.click_in("dialog .dialog-foot", "Close").await;
    browser.click_in("tbody", "Revoke").await;
    let what = ["Revoke the agent of", "key is refused from now on", "Apps on the machine are not ended"];
    browser.sees_in("dialog", &what).await;
    browser.picture("23-revoke").await;
    browser.click_in("dialog", "Revoke").await;
    browser.sees_in("tbody", &["Revoked"]).await;
    browser.sees_in(".notices", &["is revoked"]).await;
    browser.picture("24-revoked").await;
    let told = async || place.agent.log().contains("was revoked").then_some(());
    eventually("the agent to be told", PATIENCE, told).await;
    let refused = place.agent.command(&["launch", "xterm"]);
    assert!(!refused.status.success(), "a revoked agent launches nothing: {refused:?}");
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(text.contains("revoked"), "its user is told why: {text}");
}
