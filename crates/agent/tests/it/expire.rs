//! The right to run, taken away (003).

use std::time::{Duration, Instant};

use deskwarden_types::{
    CommandOutcome, EndReason, Status,
    agent::{CommandStep, StatusSeen},
};

use crate::host::{Host, pause};

#[test]
fn an_expired_session_can_be_started_and_is_closed_after_the_warning_time() {
    let host = Host::start();
    let id = host.launch("[ -e again ] && exec sleep 1000; touch again");
    host.server.wait_status(id, Status::Stopped);
    let command = host.server.order(1, id, "expire", (2, 1));
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::Recorded });
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Expired));

    assert!(host.server.book().seen(id).iter().all(|seen| seen.closes_in_ms.is_none()), "it was authorised");
    let start = Instant::now();
    assert!(host.cli(&["start", &id.to_string()]).status.success());
    host.server.wait_status(id, Status::Running);
    // How long it is left is told at once.
    let left = host.server.book().seen(id).pop().unwrap().closes_in_ms.unwrap();
    assert!((1_500..=2_000).contains(&left), "{left}");
    host.server.wait_status(id, Status::Expired);
    assert_eq!(host.server.book().seen(id).pop().unwrap().closes_in_ms, None);
    // The test's server gives two seconds.
    assert!(start.elapsed() >= Duration::from_millis(1_950), "{:?}", start.elapsed());
    assert_eq!(host.server.book().seen(id).pop().unwrap().end_reason, Some(EndReason::Expired));
    let fresh = host.launch("true");
    assert_ne!(fresh, id);
    host.server.wait_status(fresh, Status::Stopped);
}

#[test]
fn a_killed_agent_tells_what_is_left_of_the_time() {
    let mut host = Host::start();
    let id = host.launch("[ -e again ] && exec sleep 1000; touch again");
    host.server.wait_status(id, Status::Stopped);
    let command = host.server.order(1, id, "expire", (2, 1));
    host.server.wait_end(command);
    let before = host.server.book().inventories().len();
    assert!(host.cli(&["start", &id.to_string()]).status.success());
    let told = host.server.wait("running", |b| b.seen(id).pop().filter(|seen| seen.status == Status::Running));
    host.kill_9();
    pause(300);
    host.run();
    let adopted = host.server.wait("adopted", |b| b.seen(id).into_iter().find(|seen| seen.adopted));
    assert!(adopted.closes_in_ms.unwrap() + 300 <= told.closes_in_ms.unwrap(), "{adopted:?} after {told:?}");
    host.server.wait_status(id, Status::Expired);
    // Those before it was started again show the run that was allowed.
    let all = host.server.book().inventories().split_off(before).concat();
    let says = |seen: &StatusSeen| seen.closes_in_ms.is_some() == (seen.status == Status::Running);
    assert!(all.iter().filter(|seen| seen.session_id == id && seen.status != Status::Stopped).all(says), "{all:?}");
}

#[test]
fn expiring_a_running_app_warns_and_closes_it() {
    let host = Host::start();
    let id = host.launch("exec sleep 1000");
    let command = host.server.order(1, id, "expire", (1, 0));
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::ClosedOnRequest });
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Expired));
    let late = host.server.order(2, id, "evict", (0, 0));
    host.server.wait_end(late);
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Expired), "evicting gives no right back");
}
