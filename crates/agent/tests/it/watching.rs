//! Somebody else sees a session, once its user has agreed on their own display.

use std::time::Duration;

use deskwarden_types::{
    CommandId, CommandOutcome, ConsentId, DeliveryKind, Status, StreamReach,
    agent::{CommandOrder, CommandStep, StreamOrder, stream_close},
};

use crate::{
    host::{Host, pause},
    seat::{Seat, start_order},
    viewer::Viewer,
};

pub const QUESTION: &str = "Deskwarden";
pub const NOTICE: &str = "You are being watched";

pub fn ask(seat: &Seat<'_>, id: i64) -> CommandId {
    seat.host.server.send(CommandOrder {
        id: CommandId(id),
        session_id: seat.id,
        verb: "view".into(),
        requested_by: Some("Ada <b>Lovelace</b>".into()),
        reason: Some("you called; $(touch /tmp/trap) \\n --timeout=0".into()),
        message: None,
        consent_id: Some(ConsentId(id)),
        first_warning_seconds: 0,
        second_warning_seconds: 0,
    })
}

/// Agrees as a user does.
pub fn agree(seat: &Seat<'_>, id: i64) {
    let command = ask(seat, id);
    let window = seat.wait_window(QUESTION);
    seat.xdotool(&["windowactivate", "--sync", &window, "key", "alt+a"]);
    assert_eq!(seat.host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::Granted });
}

pub fn view_order(seat: &Seat<'_>, stream: i64, consent: i64) -> StreamOrder {
    StreamOrder { consent_id: Some(ConsentId(consent)), ..seat.order(stream, StreamReach::View) }
}

/// Watches with a consent that was given.
pub fn watch(seat: &Seat<'_>, stream: i64, consent: i64) -> Viewer {
    let mut viewer = Viewer::new(seat.host.server.stream(view_order(seat, stream, consent)));
    viewer.greet();
    viewer
}

fn outcome(step: CommandStep) -> CommandOutcome {
    match step {
        CommandStep::Failed { outcome, .. } => outcome,
        other => panic!("{other:?}"),
    }
}

/// A desktop that its user has open.
pub fn with_desktop(act: impl FnOnce(&Seat<'_>, Viewer)) {
    let host = Host::start();
    let seat = Seat::start(&host, start_order(1, DeliveryKind::CloudDesktop, "maria", None));
    let user = seat.open(1_000);
    act(&seat, user);
}

#[test]
fn every_answer_but_the_button_is_a_no_and_says_which() {
    with_desktop(|seat, mut user| {
        let server = &seat.host.server;
        let asked = |id: i64, answer: &dyn Fn(&str)| {
            let command = ask(seat, id);
            let window = seat.wait_window(QUESTION);
            answer(&window);
            let outcome = outcome(server.wait_end(command));
            seat.wait_no_window(QUESTION);
            let mut viewer = Viewer::new(server.stream(view_order(seat, id, id)));
            assert!(viewer.refusal().contains("has not agreed"));
            assert_eq!(viewer.close_code(), Some(stream_close::AGAINST_THE_RULES));
            outcome
        };
        let key = |key: &'static str| move |w: &str| drop(seat.xdotool(&["windowactivate", "--sync", w, "key", key]));
        assert_eq!(asked(1, &key("alt+d")), CommandOutcome::Denied);
        assert_eq!(asked(2, &key("Return")), CommandOutcome::Denied, "the key that people press without reading");
        assert_eq!(asked(3, &key("Escape")), CommandOutcome::QuestionClosed);
        assert_eq!(asked(4, &|_| drop(seat.x("wmctrl", &["-c", QUESTION]))), CommandOutcome::QuestionClosed);
        assert_eq!(asked(5, &|_| ()), CommandOutcome::NotAnswered);
        let kill = |_: &str| {
            let dialogs = seat.host.cgroup("1").join("dialogs");
            std::fs::write(dialogs.join("cgroup.kill"), "1").unwrap();
        };
        assert_eq!(asked(6, &kill), CommandOutcome::QuestionClosed);
        // The user leaves while being asked, and is not asked while away.
        assert_eq!(asked(7, &|_| ()), CommandOutcome::NotAnswered);
        let command = ask(seat, 8);
        seat.wait_window(QUESTION);
        user.close(stream_close::NORMAL);
        assert_eq!(outcome(server.wait_end(command)), CommandOutcome::NobodyThere);
        seat.wait_no_window(QUESTION);
        assert_eq!(outcome(server.wait_end(ask(seat, 9))), CommandOutcome::NobodyThere);
        // A display that takes no windows.
        let _user = seat.open(2_000);
        std::fs::remove_file(seat.run().join("cookie")).unwrap();
        assert_eq!(outcome(server.wait_end(ask(seat, 10))), CommandOutcome::NoDisplay);
        assert!(!std::path::Path::new("/tmp/trap").exists());
    });
}

#[test]
fn who_has_the_users_yes_sees_the_screen_once_under_the_users_eyes() {
    with_desktop(|seat, _user| {
        agree(seat, 1);
        let mut viewer = watch(seat, 1, 1);
        let notice = seat.wait_window(NOTICE);
        viewer.ask_all();
        let (pixels, values) = viewer.update();
        assert!(pixels == 1280 * 800 && values > 1, "{pixels} pixels of {values} values");
        // The notice stays in sight: put away, pushed out, covered.
        for hide in [&["windowminimize", &notice][..], &["windowmove", &notice, "3000", "3000"]] {
            seat.xdotool(hide);
            pause(1_500);
            seat.host.until("the notice back in sight", || {
                let at = seat.xdotool(&["getwindowgeometry", "--shell", &notice]);
                let x = at.lines().find_map(|l| l.strip_prefix("X=")?.parse::<i32>().ok())?;
                (x < 1280 && seat.windows(NOTICE).contains(&notice)).then_some(())
            });
        }
        let cover = seat.wait_class("xterm");
        seat.xdotool(&["windowactivate", "--sync", &cover]);
        seat.x("wmctrl", &["-i", "-r", &cover, "-b", "add,fullscreen"]);
        seat.host.until("the notice in front", || {
            let at = seat.xdotool(&["getwindowgeometry", "--shell", &notice]);
            let field = |name: &str| at.lines().find_map(|l| l.strip_prefix(name)?.parse::<i32>().ok());
            let (x, y) = (field("X=")? + 20, field("Y=")? + 20);
            seat.xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
            let under = seat.xdotool(&["getmouselocation", "--shell"]);
            (under.contains(&format!("WINDOW={notice}")) || seat.is_frame_of(&under, &notice)).then_some(())
        });
        // Once: the same consent opens nothing more.
        let mut second = Viewer::new(seat.host.server.stream(view_order(seat, 2, 1)));
        assert!(second.refusal().contains("has not agreed"));
        // The viewer leaves: the user is told, and nothing of it stays.
        viewer.close(stream_close::NORMAL);
        seat.wait_no_window(NOTICE);
        seat.wait_window(QUESTION);
        assert!(!seat.host.cgroup("1").join("view-1").exists());
        assert!(!seat.run().join("run/view-1.sock").exists());
        assert_eq!(seat.last().status, Status::Connected);
    });
}

/// A desktop that is watched; ends it, and gives the close code that the watcher got.
fn ended_by(end: impl FnOnce(&Seat<'_>, &mut Viewer)) -> Option<u16> {
    let mut code = None;
    with_desktop(|seat, mut user| {
        agree(seat, 1);
        let mut viewer = watch(seat, 1, 1);
        seat.wait_window(NOTICE);
        end(seat, &mut user);
        code = viewer.close_code();
        if code == Some(stream_close::ENDED_BY_USER) {
            seat.wait_no_window(NOTICE);
            seat.wait_window(QUESTION);
        }
    });
    code
}

#[test]
fn the_user_ends_it_by_answering_the_notice() {
    assert_eq!(ended_by(|seat, _| seat.press(NOTICE, "Return")), Some(stream_close::ENDED_BY_USER));
}

#[test]
fn the_user_ends_it_by_closing_the_notice() {
    let close = |seat: &Seat<'_>, _: &mut Viewer| {
        // The window manager may not know it yet.
        seat.host.until("the notice closed", || {
            seat.x("wmctrl", &["-c", NOTICE]);
            pause(300);
            seat.windows(NOTICE).is_empty().then_some(())
        });
    };
    assert_eq!(ended_by(close), Some(stream_close::ENDED_BY_USER));
}

#[test]
fn who_kills_what_keeps_the_notice_in_sight_ends_it() {
    let kill = |seat: &Seat<'_>, _: &mut Viewer| {
        let keeper = |pid: &&str| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains("keep-notice")
        };
        let procs = std::fs::read_to_string(seat.host.cgroup("1").join("view-1/cgroup.procs")).unwrap();
        let keeper: i32 = procs.lines().find(keeper).unwrap().parse().unwrap();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(keeper), nix::sys::signal::Signal::SIGKILL).unwrap();
    };
    assert_eq!(ended_by(kill), Some(stream_close::ENDED_BY_USER));
}

#[test]
fn nobody_is_watched_who_is_not_there_to_see_it() {
    assert_eq!(ended_by(|_, user| user.close(stream_close::NORMAL)), Some(stream_close::NORMAL));
}

#[test]
fn the_end_of_the_session_ends_it() {
    let kill = |seat: &Seat<'_>, _: &mut Viewer| {
        let command = seat.host.server.order(99, seat.id, "kill", (0, 0));
        seat.host.server.wait_end(command);
        assert!(seat.pids().is_empty());
    };
    assert_eq!(ended_by(kill), Some(stream_close::SESSION_OVER));
}

#[test]
fn a_yes_is_good_for_a_minute_and_not_for_the_next_agent() {
    let mut host = Host::start();
    {
        let seat = Seat::start(&host, start_order(1, DeliveryKind::CloudDesktop, "maria", None));
        let _user = seat.open(1);
        agree(&seat, 1);
        std::thread::park_timeout(Duration::from_secs(61));
        let mut late = Viewer::new(host.server.stream(view_order(&seat, 2, 1)));
        assert!(late.refusal().contains("too long ago"));
        agree(&seat, 2);
        watch(&seat, 3, 2).cut();
    }
    host.kill_9();
    host.run();
    let seat = Seat { host: &host, id: deskwarden_types::SessionId(1) };
    host.server.wait("adopted", |b| b.seen(seat.id).last().filter(|s| s.adopted).map(drop));
    seat.wait_no_window(NOTICE);
    let mut viewer = Viewer::new(host.server.stream(view_order(&seat, 4, 2)));
    assert!(viewer.refusal().contains("has not agreed"));
}
