//! Sessions on screens of their own: started once, ended whole, adopted by the next agent.

use std::{os::unix::fs::MetadataExt, process::Command};

use deskwarden_types::{
    CommandOutcome, DeliveryKind, EndReason, SessionId, Status, Timestamp,
    agent::{CommandStep, StatusSeen},
};

use crate::{
    host::{Host, pause},
    seat::{Seat, script, start_order},
};

fn done(outcome: CommandOutcome) -> CommandStep {
    CommandStep::Done { outcome }
}

#[test]
fn a_host_that_has_the_programs_says_so() {
    let host = Host::start();
    let hello = host.server.book().hellos[0].clone();
    assert_eq!(hello.abilities, ["screens", "watching"], "{}", host.log());
    let mut verbs = hello.verbs.clone();
    verbs.dedup();
    assert_eq!(verbs, hello.verbs, "each once");
}

#[test]
fn a_desktop_is_its_users_alone_and_ends_whole() {
    let host = Host::start();
    let order = start_order(7, DeliveryKind::CloudDesktop, "Maria Muster", None);
    let seat = Seat::start(&host, order.clone());
    assert_eq!(host.server.book().statuses(seat.id), [Status::Disconnected]);
    assert_eq!(seat.last().connected, Some(false));
    seat.wait_class("xterm");

    // The rights of an account without any, a directory of its own, and no way in without the cookie.
    let uid: u32 = seat.field("uid").parse().unwrap();
    assert!(uid != 0 && uid < 1_000, "an account of the agent's own: {uid}");
    for pid in seat.pids() {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        assert!(status.contains(&format!("Uid:\t{uid}\t{uid}\t{uid}\t{uid}")), "{status}");
    }
    let runtime = std::fs::metadata(seat.run().join("run")).unwrap();
    assert_eq!((runtime.mode() & 0o7777, runtime.uid()), (0o700, uid));
    let socket = std::fs::metadata(seat.run().join("run/screen.sock")).unwrap();
    assert_eq!((socket.mode() & 0o777, socket.uid()), (0o600, uid));
    let without = Command::new("xdotool")
        .arg("getmouselocation")
        .env("DISPLAY", seat.display())
        .env_remove("XAUTHORITY")
        .output();
    assert!(!without.unwrap().status.success(), "root without the cookie is let in");
    let listening = String::from_utf8(Command::new("ss").args(["-Htlnp"]).output().unwrap().stdout).unwrap();
    assert!(seat.pids().iter().all(|pid| !listening.contains(&format!("pid={pid},"))), "{listening}");

    // The same order again starts nothing.
    let before = seat.pids();
    for _ in 0..3 {
        host.server.start_session(order.clone());
    }
    pause(1_500);
    assert_eq!(seat.pids(), before);
    assert!(host.server.book().statuses(seat.id).iter().all(|s| *s == Status::Disconnected));

    let (display, x_socket) = (seat.display(), format!("/tmp/.X11-unix/X{}", &seat.display()[1..]));
    // Another test may have the display's number as soon as it is free.
    let born = || std::fs::metadata(&x_socket).and_then(|socket| socket.modified()).ok();
    let first = born();
    assert!(first.is_some());
    let kill = host.server.order(1, seat.id, "kill", (0, 0));
    assert_eq!(host.server.wait_end(kill), done(CommandOutcome::Killed));
    assert_eq!(seat.pids(), Vec::<i32>::new());
    let end = seat.last();
    assert_eq!((end.status, end.end_reason), (Status::Closed, Some(EndReason::AdminKill)));
    assert!(!host.cgroup("7").exists() && !seat.run().exists() && born() != first, "{display}");
    assert!(!std::path::Path::new("/var/lib/deskwarden-homes").join(host.mark()).join("7").exists());
    // A late order does not start it again, and inventories name it no more.
    host.server.start_session(order);
    host.server.say(r#"{"type":"report_now"}"#);
    host.server.wait("an inventory without it", |b| b.inventories().last().filter(|i| i.is_empty()).map(drop));
    assert!(seat.pids().is_empty());
    let late = host.server.order(2, seat.id, "kill", (0, 0));
    assert_eq!(host.server.wait_end(late), done(CommandOutcome::AlreadyGone));
}

#[test]
fn a_streamed_app_ends_with_its_program_and_takes_what_it_left_along() {
    let host = Host::start();
    let program =
        script(&host, "app", "setsid sleep 1000 & while [ ! -e \"$0.stop\" ]; do sleep 0.1; done; kill $!; exit 3");
    let seat = Seat::start(&host, start_order(8, DeliveryKind::AppStream, "maria", Some(&program)));
    assert_eq!(seat.last().status, Status::Disconnected);
    std::fs::write(format!("{program}.stop"), "").unwrap();
    host.server.wait_status(seat.id, Status::Ended);
    let end = seat.last();
    assert_eq!(end.end_reason, Some(EndReason::Logout));
    assert_eq!(end.detail.as_deref(), Some("ended with exit status 3"));
    assert_eq!(seat.pids(), Vec::<i32>::new());
}

#[test]
fn what_cannot_be_started_says_why_and_leaves_nothing() {
    let host = Host::start();
    for (id, kind, status) in [
        (1, DeliveryKind::AppStream, Status::Error),
        (2, DeliveryKind::CloudDelivery, Status::Error),
        (3, DeliveryKind::CloudDesktop, Status::Closed),
    ] {
        host.server.start_session(start_order(id, kind, "maria", Some("/no/such/program")));
        host.server.wait_status(SessionId(id), status);
        let end = host.server.book().seen(SessionId(id)).pop().unwrap();
        assert_eq!(end.end_reason, Some(EndReason::LaunchFailed));
        assert!(end.detail.unwrap().contains("no program /no/such/program"));
        assert!(!host.cgroup(&id.to_string()).exists());
    }
    // A delivery that went wrong can still be expired.
    let expire = host.server.order(1, SessionId(2), "expire", (0, 0));
    assert_eq!(host.server.wait_end(expire), done(CommandOutcome::Recorded));
    host.server.wait_status(SessionId(2), Status::Expired);
}

#[test]
fn a_killed_agent_leaves_desktops_and_the_next_adopts_them() {
    let mut host = Host::start();
    // Waits without processes that come and go.
    let program = script(&host, "app", "read -r _ < \"$0.stop\"");
    let made = std::process::Command::new("mkfifo").args(["-m", "666", &format!("{program}.stop")]).status();
    assert!(made.unwrap().success());
    for (id, kind) in [(1, DeliveryKind::CloudDesktop), (2, DeliveryKind::AppStream), (3, DeliveryKind::CloudDesktop)] {
        let program = (id == 2).then_some(program.as_str());
        Seat::start(&host, start_order(id, kind, &format!("user {id}"), program));
    }
    let pids = |host: &Host, id| Seat { host, id: SessionId(id) }.pids();
    let (desktop, app) = (pids(&host, 1), pids(&host, 2));
    host.kill_9();
    std::fs::write(host.cgroup("3").join("cgroup.kill"), "1").unwrap();
    // The app sleeps again and again, each time as another process.
    let stays = |before: &[i32], after: Vec<i32>| before.iter().filter(|pid| !after.contains(pid)).count() <= 1;
    assert!(pids(&host, 1) == desktop && stays(&app, pids(&host, 2)));
    host.until("the end of the third", || pids(&host, 3).is_empty().then_some(()));
    host.run();
    let adopted = |seen: &StatusSeen| seen.adopted && seen.connected == Some(false);
    for id in [1, 2] {
        let last = host.server.wait("adopted", |b| b.seen(SessionId(id)).pop().filter(adopted));
        assert_eq!(last.status, Status::Disconnected);
    }
    host.server.wait_status(SessionId(3), Status::Closed);
    let lost = host.server.book().seen(SessionId(3)).pop().unwrap();
    assert_eq!(lost.end_reason, Some(EndReason::Lost));
    assert!(pids(&host, 1) == desktop && stays(&app, pids(&host, 2)));
    // Adopted means supervised, and open to its user.
    std::fs::write(format!("{program}.stop"), "").unwrap();
    host.server.wait_status(SessionId(2), Status::Ended);
    let seat = Seat { host: &host, id: SessionId(1) };
    let mut viewer = seat.open(1);
    viewer.ask_all();
    assert!(viewer.update().0 > 0);
    // Who logs out ends the desktop.
    let manager: i32 = seat.field("manager_pid").parse().unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(manager), nix::sys::signal::Signal::SIGTERM).unwrap();
    host.server.wait_status(SessionId(1), Status::Closed);
    assert_eq!(seat.last().end_reason, Some(EndReason::Logout));
    assert_eq!(viewer.close_code(), Some(4002));
}

#[test]
fn accounts_are_never_shared_by_the_live_sessions_of_two_users() {
    let host = Host::start();
    let made = Command::new("useradd").args(["--no-create-home", "--user-group", "dw-test-person"]).output().unwrap();
    assert!(made.status.success() || made.status.code() == Some(9), "{made:?}");
    let uid = |id, user: &str| {
        Seat::start(&host, start_order(id, DeliveryKind::CloudDesktop, user, None)).field("uid").parse::<u32>().unwrap()
    };
    let (first, second, same, root) = (uid(1, "first"), uid(2, "second"), uid(3, "first"), uid(4, "root"));
    assert_eq!(first, same);
    assert!(first != second && root != 0 && root != first && root != second);
    // The host's own account where it has one of that name: a person's.
    let person = nix::unistd::User::from_name("dw-test-person").unwrap().unwrap();
    assert_eq!(uid(5, "dw-test-person"), person.uid.as_raw());
    // Whoever comes next gets one that is free, cleaned of what its last user left.
    let kill = host.server.order(1, SessionId(2), "kill", (0, 0));
    host.server.wait_end(kill);
    let own = |n: u32| nix::unistd::User::from_name(&format!("deskwarden-{n}")).unwrap().map(|u| u.uid.as_raw());
    let left = |uid: u32| std::path::PathBuf::from(format!("/tmp/left-{}-{uid}", host.mark()));
    for uid in (1..=400).filter_map(own) {
        std::fs::write(left(uid), "secret").unwrap();
        std::os::unix::fs::chown(left(uid), Some(uid), None).unwrap();
    }
    let third = uid(6, "third");
    assert!(third != first && !left(third).exists());
    assert!(left(first).exists(), "what a live session has is not touched");
    for uid in (1..=400).filter_map(own) {
        let _ = std::fs::remove_file(left(uid));
    }
    drop(host);
    let _ = Command::new("userdel").arg("dw-test-person").output();
}

#[test]
fn a_delivery_ends_when_its_time_is_over_without_a_word_from_the_server() {
    let host = Host::start();
    let now = nix::time::clock_gettime(nix::time::ClockId::CLOCK_REALTIME).unwrap().tv_sec() * 1_000;
    let mut order = start_order(1, DeliveryKind::CloudDelivery, "maria", None);
    order.valid_until = Some(Timestamp::from_millis(now + 12_000));
    let seat = Seat::start(&host, order);
    assert_eq!((seat.last().status, seat.last().connected), (Status::Active, Some(false)));
    let mut viewer = seat.open(1);
    host.server.set_up(false);
    host.until("the end of everything", || seat.pids().is_empty().then_some(()));
    host.server.set_up(true);
    host.server.wait_status(seat.id, Status::Expired);
    assert_eq!(seat.last().end_reason, Some(EndReason::Expired));
    assert!(viewer.close_code().is_none(), "cut with the server");
}
