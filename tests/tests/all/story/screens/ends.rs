//! What an admin does to sessions of each kind, and what the tab says of it.

use deskwarden_tests::eventually;
use deskwarden_types::{CommandOutcome, EndReason, SessionId, Status, Verb};

use super::{
    Room,
    room::{DIALOG, PATIENCE, Seat, close_tab, sees_screen, tell},
};
use crate::story::place::row;

#[test]
fn a_session_is_told_disconnected_expired_and_killed() {
    tell("ends", async |room| {
        room.list().await;
        let (theirs, ours) = (&room.theirs, &room.ours);
        let mine = theirs.driver().window().await.unwrap();

        // A desktop: message, disconnect, kill.
        let id = room.press_card(room.desktop, "Open").await;
        sees_screen(theirs).await;
        message(room, id).await;
        act(room, id, "Disconnect", Verb::Disconnect).await;
        theirs.sees_in(".screen-cover", &["You were disconnected", "goes on", "Reconnect"]).await;
        theirs.picture("120-disconnected").await;
        ours.sees_in(&row(id), &["Disconnected"]).await;
        assert!(room.seat(id).lives());
        theirs.click_in(".screen-cover", "Reconnect").await;
        sees_screen(theirs).await;
        killed(room, id, "End desktop", Status::Closed).await;
        close_tab(theirs, &mine).await;

        // One app.
        let id = room.press_card(room.stream, "Open").await;
        sees_screen(theirs).await;
        killed(room, id, "Kill", Status::Killed).await;
        close_tab(theirs, &mine).await;

        // In an environment.
        let id = room.press_card(room.delivery, "Open").await;
        sees_screen(theirs).await;
        let seat = room.seat(id);
        act(room, id, "Expire", Verb::Expire).await;
        theirs.sees_in(".screen-cover", &["The session is over", "Lab: Expired by request"]).await;
        theirs.picture("122-expired").await;
        is_over(room, id, Status::Expired, EndReason::AdminExpire).await;
        nothing_is_left(&seat).await;
        // Nothing leads back to it.
        theirs.driver().refresh().await.unwrap();
        theirs.sees_in(".screen-cover", &["The session is over"]).await;
        let refused = room.member.call::<deskwarden_types::api::OpenStream>(
            deskwarden_types::SessionPath { id },
            deskwarden_types::NoArgs {},
            deskwarden_types::NoBody {},
        );
        refused.await.unwrap_err();
        close_tab(theirs, &mine).await;
    });
}

/// An admin's verb, from the list.
async fn act(room: &Room<'_>, id: SessionId, label: &str, verb: Verb) {
    let ours = &room.ours;
    room.choose(id, label).await;
    ours.sees_in("dialog", &[label]).await;
    ours.fill("Reason", "The story wants it").await;
    ours.click_in("dialog .dialog-foot", label).await;
    ours.is_gone("dialog").await;
    done(room, id, verb).await;
}

async fn done(room: &Room<'_>, id: SessionId, verb: Verb) -> Option<CommandOutcome> {
    eventually(&format!("{verb} to be done"), PATIENCE, async || {
        let detail = room.admin.show(id).await.unwrap();
        let command = detail.commands.into_iter().rfind(|command| command.verb == verb)?;
        assert_ne!(command.state, deskwarden_types::CommandState::Failed, "{command:?}");
        (command.state == deskwarden_types::CommandState::Done).then_some(command.outcome)
    })
    .await
}

/// Shown, then read.
async fn message(room: &Room<'_>, id: SessionId) {
    let ours = &room.ours;
    room.choose(id, "Message").await;
    ours.fill("Message", "Please save your work").await;
    ours.click_in("dialog .dialog-foot", "Send").await;
    ours.is_gone("dialog").await;
    room.seat(id).window(DIALOG).await;
    room.theirs.picture("119-message").await;
    room.seat(id).press(DIALOG, "Return").await;
    assert_eq!(done(room, id, Verb::Message).await, Some(CommandOutcome::Read));
    // What came of it is at the session, where it stays.
    ours.open(&format!("{}/sessions/{id}", room.app.server.url())).await;
    ours.sees_in(".panel", &["Read by the user"]).await;
    ours.picture("123-message-read").await;
    room.list().await;
}

async fn killed(room: &Room<'_>, id: SessionId, label: &str, status: Status) {
    let seat = room.seat(id);
    assert!(seat.lives());
    act(room, id, label, Verb::Kill).await;
    room.theirs.sees_in(".screen-cover", &["The session is over", "Killed"]).await;
    room.theirs.picture(&format!("121-killed-{status}")).await;
    is_over(room, id, status, EndReason::AdminKill).await;
    nothing_is_left(&seat).await;
}

/// The record says so at once; the kill takes its moment.
async fn nothing_is_left(seat: &Seat) {
    let left = async || (!seat.lives() && !seat.has_socket()).then_some(());
    eventually("the end of its processes and its socket", PATIENCE, left).await;
}

async fn is_over(room: &Room<'_>, id: SessionId, status: Status, reason: EndReason) {
    eventually(&format!("{status} for {reason}"), PATIENCE, async || {
        let session = room.session(id).await;
        ((session.status, session.end_reason) == (status, Some(reason))).then_some(())
    })
    .await;
}
