//! The right to run, taken away (003).

use std::time::{Duration, Instant};

use deskwarden_types::{CommandOutcome, EndReason, Status, agent::CommandStep};

use crate::host::Host;

#[test]
fn an_expired_session_can_be_started_and_is_closed_after_the_warning_time() {
    let host = Host::start();
    let id = host.launch("[ -e again ] && exec sleep 1000; touch again");
    host.server.wait_status(id, Status::Stopped);
    let command = host.server.order(1, id, "expire", (2, 1));
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::Recorded });
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Expired));

    let start = Instant::now();
    assert!(host.cli(&["start", &id.to_string()]).status.success());
    host.server.wait_status(id, Status::Running);
    host.server.wait_status(id, Status::Expired);
    // The test's server gives two seconds.
    assert!(start.elapsed() >= Duration::from_millis(1_950), "{:?}", start.elapsed());
    assert_eq!(host.server.book().seen(id).pop().unwrap().end_reason, Some(EndReason::Expired));
    let fresh = host.launch("true");
    assert_ne!(fresh, id);
    host.server.wait_status(fresh, Status::Stopped);
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
