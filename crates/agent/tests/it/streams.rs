//! A session's screen, at its user's viewer.

use deskwarden_types::{
    CommandOutcome, DeliveryKind, Status, StreamReach,
    agent::{CommandStep, stream_close},
};

use crate::{
    host::{Host, pause},
    seat::{Seat, script, start_order},
    viewer::Viewer,
};

#[test]
fn a_user_sees_and_drives_the_desktop_and_closing_the_tab_leaves_it() {
    let host = Host::start();
    let seat = Seat::start(&host, start_order(1, DeliveryKind::CloudDesktop, "maria", None));
    let mut viewer = seat.open(1);
    assert_eq!((seat.last().status, viewer.width, viewer.height), (Status::Connected, 1280, 800));
    seat.wait_class("xterm");
    viewer.ask_all();
    let (pixels, values) = viewer.update();
    assert!(pixels == 1280 * 800 && values > 1, "{pixels} pixels of {values} values");
    viewer.point(0, 300, 200);
    host.until("the pointer", || (seat.pointer() == "X=300Y=200").then_some(()));
    let idle = || host.server.book().last_beats.iter().find(|b| b.session_id == seat.id).and_then(|b| b.idle_seconds);
    host.until("idle time", || idle().filter(|idle| *idle >= 3));
    // What a viewer says by itself is no input.
    viewer.send(&[3, 1, 0, 0, 0, 0, 0, 1, 0, 1]);
    pause(1_500);
    assert!(idle().unwrap() >= 3);
    viewer.key(0x61);
    host.until("the clock to begin anew", || idle().filter(|idle| *idle <= 1));

    let pids = seat.pids();
    viewer.close(stream_close::NORMAL);
    host.server.wait_status(seat.id, Status::Disconnected);
    assert_eq!(seat.last().connected, Some(false));
    assert_eq!(seat.pids(), pids);
    // And again; opened elsewhere, the first is closed.
    let mut first = seat.open(2);
    let before = host.server.book().statuses(seat.id).len();
    let mut second = seat.open(3);
    assert_eq!(first.close_code(), Some(stream_close::OPENED_ELSEWHERE));
    second.ask_all();
    second.update();
    pause(1_000);
    assert!(host.server.book().statuses(seat.id)[before..].iter().all(|s| *s == Status::Connected));

    let disconnect = host.server.order(1, seat.id, "disconnect", (0, 0));
    assert_eq!(host.server.wait_end(disconnect), CommandStep::Done { outcome: CommandOutcome::ClosedOnRequest });
    assert_eq!(second.close_code(), Some(stream_close::DISCONNECTED));
    host.server.wait_status(seat.id, Status::Disconnected);
    assert_eq!(seat.pids(), pids);
    let again = host.server.order(2, seat.id, "disconnect", (0, 0));
    assert_eq!(host.server.wait_end(again), CommandStep::Done { outcome: CommandOutcome::Recorded });
}

#[test]
fn a_poor_network_has_a_status_of_its_own_and_a_broken_one_has_not() {
    let host = Host::start();
    let program = script(&host, "app", "exec sleep 1000");
    let app = Seat::start(&host, start_order(1, DeliveryKind::AppStream, "maria", Some(&program)));
    app.open(1).close(stream_close::POOR_NETWORK);
    host.server.wait_status(app.id, Status::PoorNetwork);
    app.open(2).cut();
    host.server.wait_status(app.id, Status::Disconnected);
    let desktop = Seat::start(&host, start_order(2, DeliveryKind::CloudDesktop, "maria", None));
    desktop.open(3).close(stream_close::POOR_NETWORK);
    host.server.wait_status(desktop.id, Status::Disconnected);
}

#[test]
fn a_delivery_starts_its_program_again_for_who_comes_back_and_is_closed_to_who_has_no_right() {
    let host = Host::start();
    let program = script(&host, "app", "echo run >> \"$HOME/runs\"; sleep 1; exit 0");
    let seat = Seat::start(&host, start_order(1, DeliveryKind::CloudDelivery, "maria", Some(&program)));
    host.server.wait("the program's end", |b| {
        b.seen(seat.id).last().filter(|s| s.detail.as_deref() == Some("the program ended with exit status 0")).map(drop)
    });
    assert_eq!(seat.last().status, Status::Active);
    let mut viewer = seat.open(1);
    assert_eq!(viewer.close_code(), Some(stream_close::NORMAL));
    let runs = std::path::Path::new("/var/lib/deskwarden-homes").join(host.mark()).join("1/runs");
    assert_eq!(std::fs::read_to_string(runs).unwrap(), "run\nrun\n");
    let expire = host.server.order(1, seat.id, "expire", (0, 0));
    assert_eq!(host.server.wait_end(expire), CommandStep::Done { outcome: CommandOutcome::Killed });
    host.server.wait_status(seat.id, Status::Expired);
    let mut late = Viewer::new(host.server.stream(seat.order(2, StreamReach::Control)));
    assert!(late.refusal().contains("over"));
    assert_eq!(late.close_code(), Some(stream_close::SESSION_OVER));
}

#[test]
fn a_viewer_that_speaks_nonsense_is_closed_and_the_session_lives() {
    let host = Host::start();
    let seat = Seat::start(&host, start_order(1, DeliveryKind::CloudDesktop, "maria", None));
    for (stream, nonsense) in
        [&[77u8, 1, 2][..], &[250, 0, 1, 2, 99], &[2, 0, 255, 255], &[6, 0, 0, 0, 0x7f, 0, 0, 0]].iter().enumerate()
    {
        let mut viewer = seat.open(stream as i64 + 1);
        viewer.send(nonsense);
        assert_eq!(viewer.close_code(), Some(stream_close::AGAINST_THE_RULES), "{nonsense:?}");
    }
    let mut viewer = seat.open(9);
    viewer.send_text("hello");
    assert_eq!(viewer.close_code(), Some(stream_close::AGAINST_THE_RULES));
    let mut old = Viewer::new(host.server.stream(seat.order(10, StreamReach::Control)));
    old.read(12);
    old.send(b"GET / HTTP/1");
    assert_eq!(old.close_code(), Some(stream_close::AGAINST_THE_RULES));
    seat.open(11);
}

/// A name in the runtime directory is its account's to change; what is behind it must still be the session's.
#[test]
fn a_user_who_puts_another_screen_behind_the_socket_sees_nothing_of_it() {
    let host = Host::start();
    let victim = Seat::start(&host, start_order(1, DeliveryKind::CloudDesktop, "victim", None));
    let thief = Seat::start(&host, start_order(2, DeliveryKind::CloudDesktop, "thief", None));
    let socket = thief.run().join("run/screen.sock");
    std::fs::remove_file(&socket).unwrap();
    std::os::unix::fs::symlink(victim.run().join("run/screen.sock"), &socket).unwrap();
    let mut viewer = Viewer::new(host.server.stream(thief.order(1, StreamReach::Control)));
    assert!(viewer.refusal().contains("could not be opened"));
}
