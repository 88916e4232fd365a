//! An admin asks to watch; the user decides, sees it, and ends it.

use deskwarden_tests::eventually;
use deskwarden_types::{
    CommandOutcome, ConsentState, NoArgs, NoBody, SessionId, Verb,
    api::{Consent, DownloadConsents, ListConsents, PageQuery},
};
use fantoccini::wd::WindowHandle;
use futures_util::TryStreamExt;

use super::{
    Room,
    room::{DIALOG, NOTICE, PATIENCE, close_tab, new_tab, sees_screen, tell},
};
use crate::story::place::row;

const REASON: &str = "You called about the <b>printer</b>";

#[test]
fn who_is_asked_decides() {
    tell("watching", async |room| {
        let id = room.launch(room.desktop).await;
        let mine = room.theirs.driver().window().await.unwrap();
        assert_eq!(room.press_card(room.desktop, "Reconnect").await, id);
        sees_screen(&room.theirs).await;
        room.list().await;
        let list = room.ours.driver().window().await.unwrap();
        granted_and_ended_by_the_user(room, id).await;
        room.ours.driver().switch_to_window(list).await.unwrap();
        granted_and_left(room, id).await;
        no(room, id, "1", async || room.seat(id).press(DIALOG, "alt+d").await, "The user said no").await;
        let closed = "The question was closed without an answer";
        no(room, id, "2", async || room.seat(id).press(DIALOG, "Escape").await, closed).await;
        room.app.set(|settings| settings.consent_seconds = 5).await;
        no(room, id, "3", async || room.seat(id).no_window(DIALOG).await, "Nobody answered in time").await;
        close_tab(&room.theirs, &mine).await;
        room.ours.sees_in(&row(id), &["Disconnected"]).await;
        record(room, id).await;
    });
}

/// The admin asks from the list, with a reason.
async fn ask(room: &Room<'_>, id: SessionId, reason: &str) {
    let browser = &room.ours;
    browser.sees_in(&row(id), &["Connected"]).await;
    room.choose(id, "View").await;
    browser.sees_in("dialog", &["Study desktop"]).await;
    browser.fill("Reason", reason).await;
    browser.click_in("dialog .dialog-foot", "View").await;
}

async fn newest(room: &Room<'_>) -> Consent {
    let page = room.admin.call::<ListConsents>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
    page.items.into_iter().next().unwrap()
}

/// The user says yes, and a new tab of the admin's shows the desktop. Gives the tab with the list.
async fn agrees(room: &Room<'_>, id: SessionId) -> WindowHandle {
    let (ours, seat) = (&room.ours, room.seat(id));
    let tab = new_tab(ours, async || {
        seat.press(DIALOG, "alt+a").await;
        ours.sees_in("dialog", &["The user agrees."]).await;
        ours.picture("103-granted").await;
        if ours.text_of("dialog .dialog-foot").await.contains("Watch now") {
            ours.click_in("dialog .dialog-foot", "Watch now").await;
        }
    })
    .await;
    let list = ours.driver().window().await.unwrap();
    if ours.text_of("dialog .dialog-foot").await.contains("Close") {
        ours.click_in("dialog .dialog-foot", "Close").await;
    }
    ours.driver().switch_to_window(tab).await.unwrap();
    sees_screen(ours).await;
    list
}

async fn granted_and_ended_by_the_user(room: &Room<'_>, id: SessionId) {
    let (theirs, ours, seat) = (&room.theirs, &room.ours, room.seat(id));
    room.choose(id, "View").await;
    ours.sees_in("dialog", &["Study desktop"]).await;
    ours.click_in("dialog .dialog-foot", "View").await;
    ours.sees_in("dialog", &["Say why, in 3 to 500 characters."]).await;
    ours.assert_accessible("asking to watch").await;
    ours.picture("100-view").await;
    ours.fill("Reason", REASON).await;
    ours.click_in("dialog .dialog-foot", "View").await;
    ours.sees_in("dialog", &["is being asked on their own screen", "Take it back"]).await;
    ours.find(".countdown").await;
    seat.window(DIALOG).await;
    ours.assert_accessible("the countdown").await;
    ours.picture("101-countdown").await;
    theirs.picture("102-question").await;

    let list = agrees(room, id).await;
    seat.window(NOTICE).await;
    ours.sees_in(".screen-bar", &["You watch session", "printer", "Stop watching"]).await;
    let bar = ours.text_of(".screen-bar").await;
    assert!(!bar.contains("Ctrl") && !bar.contains("Paste"), "{bar}");
    ours.assert_accessible("watching").await;
    ours.picture("104-watching").await;
    theirs.picture("105-watched").await;
    looks_only(room, id).await;
    // The user sees it on their own page, too.
    let desk = theirs.driver().window().await.unwrap();
    let page = theirs.driver().new_window(true).await.unwrap().handle;
    theirs.driver().switch_to_window(page).await.unwrap();
    theirs.open(&format!("{}/my", room.app.server.url())).await;
    theirs.sees_in(".watchers", &["is watching session", "printer", "End watching"]).await;
    theirs.assert_accessible("my page, watched").await;
    theirs.picture("106-my-page-watched").await;
    close_tab(theirs, &desk).await;

    seat.press(NOTICE, "Return").await;
    ours.sees_in(".screen-cover", &["The user has ended it"]).await;
    ours.assert_accessible("watching that was ended").await;
    ours.picture("107-ended-by-user").await;
    seat.press(DIALOG, "Return").await;
    let consent = newest(room).await;
    assert_eq!((consent.state, consent.ended_by.map(|by| by.id)), (ConsentState::Ended, Some(room.member.id)));
    close_tab(ours, &list).await;
}

/// What the admin types and clicks in their tab does not reach the desktop.
async fn looks_only(room: &Room<'_>, id: SessionId) {
    let (ours, seat) = (&room.ours, room.seat(id));
    let trap = format!("/tmp/deskwarden-trap-{}-{id}", room.app.server.port());
    let before = seat.x("xdotool", &["getmouselocation"]).stdout;
    ours.find(".screen canvas").await.click().await.unwrap();
    ours.keys(&format!("touch {trap}\u{e007}")).await;
    ours.assert_accessible("looking on").await;
    assert_eq!(seat.x("xdotool", &["getmouselocation"]).stdout, before);
    assert!(!std::path::Path::new(&trap).exists(), "the watcher typed on the desktop");
}

/// The admin stops by the button, and the user is told.
async fn granted_and_left(room: &Room<'_>, id: SessionId) {
    let (ours, seat) = (&room.ours, room.seat(id));
    ask(room, id, "Once more").await;
    let list = agrees(room, id).await;
    ours.click("Stop watching").await;
    ours.sees_in(".screen-cover", &["You have stopped watching", "The user was told"]).await;
    seat.no_window(NOTICE).await;
    seat.press(DIALOG, "Return").await;
    close_tab(ours, &list).await;
}

/// Every no, and what the admin reads.
async fn no(room: &Room<'_>, id: SessionId, number: &str, answer: impl AsyncFnOnce(), told: &str) {
    let ours = &room.ours;
    ask(room, id, &format!("Question {number}")).await;
    room.seat(id).window(DIALOG).await;
    answer().await;
    ours.sees_in("dialog", &[told]).await;
    ours.picture(&format!("108-no-{number}")).await;
    ours.click_in("dialog .dialog-foot", "Close").await;
    ours.is_gone("dialog").await;
}

/// Who asked, when, why and what came of it: on the user's page, as a file, and at the session.
async fn record(room: &Room<'_>, id: SessionId) {
    // Nobody is there who could be asked: from a script, too.
    room.admin.act(id, Verb::View).await.unwrap_err();
    let theirs = &room.theirs;
    theirs.open(&format!("{}/my", room.app.server.url())).await;
    theirs.sees_in(".page", &["Who asked to watch", "Watched", "printer", "Question 3", "Download"]).await;
    // Which no it was.
    let answers = ["The user said no", "The question was closed without an answer", "Nobody answered in time"];
    theirs.sees_in(".page", &answers).await;
    theirs.assert_accessible("my page with a record").await;
    theirs.picture("109-record").await;
    let lines = room.member.stream::<DownloadConsents>(NoArgs {}, NoArgs {}, None);
    let consents: Vec<Consent> = lines.try_collect().await.unwrap();
    assert_eq!(consents.len(), 5);
    let answers: Vec<_> = consents.iter().filter_map(|consent| consent.answer).collect();
    for answer in [CommandOutcome::Denied, CommandOutcome::QuestionClosed, CommandOutcome::NotAnswered] {
        assert!(answers.contains(&answer), "{answers:?}");
    }
    let ours = &room.ours;
    ours.open(&format!("{}/sessions/{id}", room.app.server.url())).await;
    ours.sees_in(".panel", &["printer", "Question 3"]).await;
    ours.assert_accessible("a session with consents").await;
    ours.picture("110-session-consents").await;
    eventually("the record to be kept", PATIENCE, async || {
        theirs.click("Download").await;
        let kept = theirs.text_of(".notices").await;
        kept.is_empty().then_some(())
    })
    .await;
}
