//! A member opens a desktop, leaves it and comes back, with a network that fails and one that does not.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    time::{Duration, Instant},
};

use deskwarden_tests::{Browser, eventually};
use deskwarden_types::{Access, SessionId, Status, Terminal};
use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{
    Room,
    room::{PATIENCE, close_tab, new_tab, sees_screen, tell},
};
use crate::story::place::row;

/// The list may be so much later than the threshold.
const LATER: Duration = Duration::from_secs(2);

#[test]
fn a_desktop_is_opened_left_and_found_again() {
    tell("using", async |room| {
        let (theirs, ours) = (&room.theirs, &room.ours);
        // A member begins on their own page, and sees nobody else's.
        assert_eq!(theirs.driver().current_url().await.unwrap().path(), "/my");
        theirs.sees_in("[data-resource]", &["Open"]).await;
        let rail = theirs.text_of(".rail").await;
        assert!(!rail.contains("Settings") && !rail.contains("People"), "{rail}");
        theirs.assert_accessible("my page").await;
        theirs.picture("90-my-page").await;
        let mine = theirs.driver().window().await.unwrap();
        room.list().await;

        let start = Instant::now();
        let id = room.press_card(room.desktop, "Open").await;
        sees_screen(theirs).await;
        println!("from the click to a desktop in the tab: {} ms", start.elapsed().as_millis());
        types_into_the_desktop(room, id).await;
        theirs.assert_accessible("a screen").await;
        theirs.picture("91-screen").await;
        let row = row(id);
        ours.sees_in(&row, &["Connected", "Study desktop", "Browser", "127.0.0.1", "Internal network"]).await;
        let session = room.session(id).await;
        assert_eq!((session.terminal, session.access), (Terminal::Browser, Access::Internal));
        assert_eq!((session.status, session.connected), (Status::Connected, true));
        ours.picture("92-list-connected").await;

        // Launched once more, the one that is there is offered.
        theirs.driver().switch_to_window(mine.clone()).await.unwrap();
        theirs.sees_in(&format!("[data-resource='{}']", room.desktop), &["Reconnect", "Connected"]).await;
        theirs.picture("93-my-page-open").await;
        theirs.assert_accessible("my page with sessions").await;
        for tab in theirs.driver().windows().await.unwrap() {
            if tab != mine {
                theirs.driver().switch_to_window(tab).await.unwrap();
                close_tab(theirs, &mine).await;
            }
        }
        ours.sees_in(&row, &["Disconnected"]).await;
        assert!(room.seat(id).lives(), "the desktop went with its tab");
        assert_eq!(room.press_card(room.desktop, "Reconnect").await, id);
        sees_screen(theirs).await;
        ours.sees_in(&row, &["Connected"]).await;
        elsewhere(room, id).await;
        close_tab(theirs, &mine).await;
        conflict(room).await;
        an_app_ends_with_its_program(room).await;
    });
}

/// What is typed in the tab is typed on the desktop, by an account without rights.
async fn types_into_the_desktop(room: &Room<'_>, id: SessionId) {
    let browser = &room.theirs;
    clicks_on_the_terminal(room, id).await;
    let file = format!("/tmp/deskwarden-typed-{}-{id}", room.app.server.port());
    browser.keys(&format!("echo hello > {file}\u{e007}")).await;
    let written =
        eventually("what was typed", PATIENCE, async || fs::read_to_string(&file).ok().filter(|text| !text.is_empty()))
            .await;
    let owner = fs::metadata(&file).unwrap().uid();
    fs::remove_file(&file).unwrap();
    assert_eq!(written, "hello\n");
    assert_ne!(owner, 0, "the desktop is root's");
}

/// A terminal that was there before the window manager has no focus: who types clicks on it first.
async fn clicks_on_the_terminal(room: &Room<'_>, id: SessionId) {
    let browser = &room.theirs;
    let seat = room.seat(id);
    let terminal = eventually("the desktop's terminal", PATIENCE, async || {
        let found = seat.x("xdotool", &["search", "--onlyvisible", "--class", "xterm"]);
        String::from_utf8(found.stdout).ok()?.lines().next().map(str::to_owned)
    })
    .await;
    let at = seat.x("xdotool", &["getwindowgeometry", "--shell", &terminal]);
    let at = String::from_utf8(at.stdout).unwrap();
    let field = |name: &str| at.lines().find_map(|line| line.strip_prefix(name)?.parse::<f64>().ok()).unwrap();
    let scale = "(() => { const c = document.querySelector('.screen canvas'); \
        return 1000 * c.getBoundingClientRect().width / c.width; })()";
    let scale = browser.number(scale).await as f64 / 1000.0;
    let edge = |side: &str| format!("document.querySelector('.screen canvas').getBoundingClientRect().{side}");
    let (left, top) = (browser.number(&edge("left")).await as f64, browser.number(&edge("top")).await as f64);
    let to = PointerAction::MoveTo {
        duration: None,
        x: left + (field("X=") + 40.0) * scale,
        y: top + (field("Y=") + 40.0) * scale,
    };
    let (down, up) = (PointerAction::Down { button: 0 }, PointerAction::Up { button: 0 });
    let mouse = MouseActions::new("mouse".to_owned()).then(to).then(down).then(up);
    browser.driver().perform_actions(mouse).await.unwrap();
    eventually("the terminal to have the keyboard", PATIENCE, async || {
        let focused = seat.x("xdotool", &["getwindowfocus"]);
        String::from_utf8_lossy(&focused.stdout).trim().eq(&terminal).then_some(())
    })
    .await;
}

/// Opened in another tab, the first one is told.
async fn elsewhere(room: &Room<'_>, id: SessionId) {
    let browser = &room.theirs;
    let first = browser.driver().window().await.unwrap();
    let second = browser.driver().new_window(true).await.unwrap().handle;
    browser.driver().switch_to_window(second).await.unwrap();
    room.open_screen(id).await;
    close_tab(browser, &first).await;
    browser.sees_in(".screen-cover", &["Opened elsewhere", "another tab", "Reconnect"]).await;
    browser.assert_accessible("a screen that is gone").await;
    browser.picture("94-elsewhere").await;
    browser.click_in(".screen-cover", "Reconnect").await;
    sees_screen(browser).await;
}

/// A session that the page does not know of yet: launching again says so, and leads to it.
async fn conflict(room: &Room<'_>) {
    let browser = &room.theirs;
    let card = format!("[data-resource='{}']", room.delivery);
    browser.sees_in(&card, &["Open"]).await;
    // The page looks every few seconds: right after a look.
    browser.driver().refresh().await.unwrap();
    browser.sees_in(&card, &["Open"]).await;
    let id = room.launch(room.delivery).await;
    browser.click_in(&card, "Open").await;
    browser.sees_in("dialog", &["Lab is open already", "nothing in it is lost"]).await;
    browser.assert_accessible("a session that is there already").await;
    browser.picture("95-open-already").await;
    let mine = browser.driver().window().await.unwrap();
    let tab = new_tab(browser, async || browser.click_in("dialog", "Reconnect").await).await;
    browser.driver().switch_to_window(tab).await.unwrap();
    sees_screen(browser).await;
    let session = room.session(id).await;
    assert!(session.valid_until.is_some(), "{session:?}");
    room.ours.sees_in(&row(id), &["Active"]).await;
    // A cloud delivery is active with and without a tab.
    connected(room, id, true).await;
    close_tab(browser, &mine).await;
    connected(room, id, false).await;
    assert_eq!(room.session(id).await.status, Status::Active);
    browser.complains_only_of(&["409", "willReadFrequently"]).await;
}

async fn connected(room: &Room<'_>, id: SessionId, yes: bool) {
    eventually(&format!("connected: {yes}"), PATIENCE, async || {
        (room.session(id).await.connected == yes).then_some(())
    })
    .await;
}

/// One app, and a network that stalls under it.
async fn an_app_ends_with_its_program(room: &Room<'_>) {
    let (theirs, ours) = (&room.theirs, &room.ours);
    let mine = theirs.driver().window().await.unwrap();
    let id = room.press_card(room.stream, "Open").await;
    sees_screen(theirs).await;
    ours.sees_in(&row(id), &["Connected", "Terminal"]).await;
    let stalled = Stalled::of(theirs);
    let start = Instant::now();
    eventually("a poor network", PATIENCE, async || {
        (room.session(id).await.status == Status::PoorNetwork).then_some(())
    })
    .await;
    let took = start.elapsed();
    println!("from the stalled browser to a poor network: {} ms", took.as_millis());
    assert!(took < Duration::from_secs(3) + LATER, "it took {took:?}");
    ours.sees_in(&row(id), &["Disconnected with a poor network detected"]).await;
    ours.picture("96-poor-network").await;
    drop(stalled);
    // By itself.
    ours.sees_in(&row(id), &["Connected"]).await;
    sees_screen(theirs).await;
    clicks_on_the_terminal(room, id).await;
    theirs.keys("exit\u{e007}").await;
    theirs.sees_in(".screen-cover", &["The session is over", "Terminal: Logged out"]).await;
    theirs.assert_accessible("a screen that is over").await;
    theirs.picture("97-over").await;
    ours.click("Historical").await;
    ours.sees_in(&row(id), &["Ended"]).await;
    close_tab(theirs, &mine).await;
}

/// A browser whose processes stand still until this is dropped; the driver beside it goes on.
struct Stalled(Vec<Pid>);

impl Stalled {
    fn of(browser: &Browser) -> Self {
        let stalled = Self(browser.processes().into_iter().map(Pid::from_raw).collect());
        assert!(stalled.0.len() > 1, "the browser has no processes");
        stalled.0.iter().for_each(|process| kill(*process, Signal::SIGSTOP).unwrap());
        stalled
    }
}

impl Drop for Stalled {
    fn drop(&mut self) {
        for process in &self.0 {
            let _ = kill(*process, Signal::SIGCONT);
        }
    }
}
