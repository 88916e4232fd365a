//! Seats, as people at native viewers have them.

use deskwarden_tests::{Database, TestApp, eventually};
use deskwarden_types::{
    CommandOutcome, EndReason, Role, SessionId, Source, Status, Terminal, Verb,
    api::{Seats, ShowMySeats, ShowSeats},
};

use super::{PATIENCE, Place, capacity, viewer::Viewer};

async fn seats(app: &TestApp, in_use: u32) -> Seats {
    let manager = app.manager().await;
    eventually(&format!("{in_use} seats in use"), PATIENCE, async || {
        let seats = manager.get::<ShowSeats>().await.unwrap();
        (seats.count.in_use == in_use).then_some(seats)
    })
    .await
}

/// The processes of every desktop of the host.
fn living(place: &Place) -> Vec<String> {
    let tree = place.agent.cgroups().unwrap();
    let groups = std::fs::read_dir(tree).into_iter().flatten().flatten();
    groups
        .filter(|group| {
            let events = std::fs::read_to_string(group.path().join("cgroup.events")).unwrap_or_default();
            events.contains("populated 1")
        })
        .map(|group| group.file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_viewer_takes_a_seat_and_gives_it_back() {
    deskwarden_tests::run(Database::Sqlite, async |app: TestApp| {
        let place = Place::start(&app).await;
        capacity(&app, 1).await;
        let (member, manager) = (app.member().await, app.manager().await);
        let made = place.password(&member).await;
        let first = Viewer::open(&place.display, &made);
        first.shows(&place.display, "Office PC").await;
        let holder = seats(&app, 1).await.holders.remove(0);
        assert_eq!(
            (holder.user.id, holder.ip.as_deref(), holder.terminal),
            (member.id, Some("127.0.0.1"), Terminal::SoftClient)
        );
        let row = member.show(holder.session_id).await.unwrap().session;
        assert_eq!((row.status, row.source, row.connected), (Status::Active, Source::Gate, true));
        place.display.picture("gate-viewer");

        // The next is told why in its own window, and which device has the seat.
        let late = Viewer::open(&place.display, &place.password(&member).await);
        late.says("All seats are taken: 1 of 1 are in use. Yours: 127.0.0.1 since").await;
        eventually("the reason in the viewer's window", PATIENCE, async || {
            (!place.display.titled("TigerVNC Viewer").is_empty()).then_some(())
        })
        .await;
        place.display.picture("gate-no-seat");
        drop(late);
        let stranger = app.new_person("other", Role::Member).await;
        let other = Viewer::open(&place.display, &place.password(&stranger).await);
        other.says("None of them is yours.").await;
        drop(other);
        assert_eq!(manager.get::<ShowSeats>().await.unwrap().refusals.len(), 2);

        // A password is good once.
        let used = Viewer::open(&place.display, &made);
        used.says("The password is wrong, was used, or its minute is over.").await;
        drop(used);

        // Closed by its user: the seat is free at once, the desktop stays and is found again.
        let before = living(&place);
        assert_eq!(before, [holder.session_id.to_string()]);
        first.close().await;
        seats(&app, 0).await;
        let ended = member.show(holder.session_id).await.unwrap().session;
        assert_eq!((ended.status, ended.end_reason), (Status::Ended, Some(EndReason::Logout)));
        assert_eq!(living(&place), before);
        let mut again = Viewer::open(&place.display, &place.password(&member).await);
        again.shows(&place.display, "Office PC").await;
        let second = seats(&app, 1).await.holders.remove(0).session_id;
        assert!(second != holder.session_id && living(&place) == before);

        // Ended from the console: the viewer closes at once, and nothing of the desktop stays.
        end(&app, second).await;
        again.ended().await;
        assert!(seats(&app, 0).await.holders.is_empty());
        assert!(living(&place).is_empty());
        let ended = member.show(second).await.unwrap().session;
        assert_eq!((ended.status, ended.end_reason), (Status::Ended, Some(EndReason::AdminEnd)));
        assert_eq!(member.get::<ShowMySeats>().await.unwrap().count.in_use, 0);
        // And the seat is there for the next.
        let next = Viewer::open(&place.display, &place.password(&stranger).await);
        next.shows(&place.display, "Office PC").await;
    });
}

/// Ends a session and waits for the word of the host.
async fn end(app: &TestApp, session: SessionId) {
    let manager = app.manager().await;
    let command = manager.act(session, Verb::End).await.unwrap();
    eventually("the command's end", PATIENCE, async || {
        let detail = manager.show(session).await.unwrap();
        let done = detail.commands.iter().find(|one| one.id == command.id)?.outcome?;
        assert!(matches!(done, CommandOutcome::Killed | CommandOutcome::ClosedOnRequest), "{done}");
        Some(())
    })
    .await;
}

#[test]
fn two_devices_share_a_desktop_and_one_is_ended_alone() {
    deskwarden_tests::run(Database::Postgres, async |app: TestApp| {
        let place = Place::start(&app).await;
        let member = app.member().await;
        let one = Viewer::open(&place.display, &place.password(&member).await);
        one.shows(&place.display, "Office PC").await;
        let first = seats(&app, 1).await.holders[0].session_id;
        let mut two = Viewer::open(&place.display, &place.password(&member).await);
        let both = seats(&app, 2).await;
        // One that is cut off before it shows anything asks its user what to do.
        eventually("both windows", PATIENCE, async || {
            (place.display.titled("Office PC - TigerVNC").len() == 2).then_some(())
        })
        .await;
        assert_eq!(living(&place).len(), 1);
        let second = both.holders.iter().find(|holder| holder.session_id != first).unwrap().session_id;
        end(&app, second).await;
        two.ended().await;
        assert_eq!(seats(&app, 1).await.holders[0].session_id, first);
        assert_eq!(living(&place).len(), 1);
        one.close().await;
        seats(&app, 0).await;
    });
}

#[test]
fn connections_of_an_agent_that_was_killed_are_over_and_the_desktop_is_adopted() {
    deskwarden_tests::run(Database::Sqlite, async |app: TestApp| {
        let mut place = Place::start(&app).await;
        let member = app.member().await;
        let mut viewer = Viewer::open(&place.display, &place.password(&member).await);
        viewer.shows(&place.display, "Office PC").await;
        let session = seats(&app, 1).await.holders[0].session_id;
        let before = living(&place);
        place.agent.kill9();
        viewer.ended().await;
        place.agent.start_again();
        seats(&app, 0).await;
        let over = member.show(session).await.unwrap().session;
        assert_eq!((over.status, over.end_reason), (Status::Ended, Some(EndReason::NetworkLost)));
        // The gate has another port by now.
        let again = Viewer::open(&place.display, &place.password(&member).await);
        again.shows(&place.display, "Office PC").await;
        seats(&app, 1).await;
        assert_eq!(living(&place), before);
        // Stopped in order: told before it goes.
        place.agent.stop().await;
        seats(&app, 0).await;
    });
}

#[test]
fn without_a_server_who_is_in_stays_in_and_nobody_new_comes_in() {
    deskwarden_tests::run(Database::Sqlite, async |mut app: TestApp| {
        app.server.expect_errors();
        let place = Place::start(&app).await;
        let member = app.member().await;
        let mut viewer = Viewer::open(&place.display, &place.password(&member).await);
        viewer.shows(&place.display, "Office PC").await;
        let session = seats(&app, 1).await.holders[0].session_id;
        let made = place.password(&member).await;
        app.server.kill9();
        let late = Viewer::open(&place.display, &made);
        late.says("The Deskwarden server cannot be reached: nobody new is let in.").await;
        drop(late);
        assert!(!place.display.titled("Office PC - TigerVNC").is_empty());
        app.server.start_again().await;
        assert_eq!(seats(&app, 1).await.holders[0].session_id, session);
        end(&app, session).await;
        viewer.ended().await;
        seats(&app, 0).await;
    });
}
