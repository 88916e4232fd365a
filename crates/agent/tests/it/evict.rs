//! Commands that end apps.

use std::time::{Duration, Instant};

use deskwarden_types::{CommandOutcome, EndReason, SessionId, Status, agent::CommandStep};

use crate::host::{Host, pause};

fn done(outcome: CommandOutcome) -> CommandStep {
    CommandStep::Done { outcome }
}

fn alive(pids: &[i32]) -> Vec<i32> {
    let lives = |pid: &&i32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
    };
    pids.iter().filter(lives).copied().collect()
}

#[test]
fn evict_warns_waits_asks_and_the_app_may_run_again() {
    let host = Host::start();
    let id = host.launch("exec sleep 1000");
    let start = Instant::now();
    let command = host.server.order(1, id, "evict", (2, 1));
    host.server.wait("acknowledged", |b| b.steps(command).contains(&CommandStep::Acknowledged {}).then_some(()));
    assert!(start.elapsed() < Duration::from_millis(1_950), "taken on after {:?}", start.elapsed());
    assert_eq!(host.server.wait_end(command), done(CommandOutcome::ClosedOnRequest));
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(1_950) && took < Duration::from_secs(12), "{took:?}");
    // Nobody could be warned, and that is told; twice, because two warnings were due.
    let warned = host.server.book().steps(command).into_iter().filter_map(|s| match s {
        CommandStep::Warned { closes_in_ms, shown } => Some((closes_in_ms, shown)),
        _ => None,
    });
    let warned: Vec<_> = warned.collect();
    assert_eq!(warned.len(), 2, "{warned:?}");
    assert!(warned.iter().all(|(_, shown)| !shown) && warned[0].0 > 1_000 && warned[1].0 <= 1_000, "{warned:?}");
    let seen = host.server.book().seen(id).pop().unwrap();
    assert_eq!((seen.status, seen.end_reason), (Status::Evicted, Some(EndReason::Evicted)));
    assert_eq!(seen.detail.as_deref(), Some("ended by signal 15"));
    assert!(host.cli(&["start", &id.to_string()]).status.success());
    host.server.wait_status(id, Status::Running);
}

#[test]
fn the_whole_process_tree_goes_also_what_left_its_group_and_ignores_the_request() {
    let host = Host::start();
    let id = host.launch(
        "trap '' TERM; setsid sh -c 'trap \"\" TERM; while :; do sleep 1; done' & \
         (setsid sh -c 'trap \"\" TERM; (while :; do sleep 1; done) & while :; do sleep 1; done' &) ; \
         while :; do sleep 1; done",
    );
    let pids = host.until("the tree", || Some(host.pids(id)).filter(|pids| pids.len() >= 6));
    let command = host.server.order(1, id, "evict", (0, 0));
    assert_eq!(host.server.wait_end(command), done(CommandOutcome::Killed));
    assert_eq!(alive(&pids), Vec::<i32>::new(), "of {pids:?}");
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Evicted));
    assert!(!host.cgroup(&id.to_string()).exists());
}

#[test]
fn kill_during_an_eviction_acts_at_once_and_both_commands_end() {
    let host = Host::start();
    let id = host.launch("trap '' TERM; while :; do sleep 1; done");
    let evict = host.server.order(1, id, "evict", (100, 50));
    host.server
        .wait("warned", |b| b.steps(evict).iter().any(|s| matches!(s, CommandStep::Warned { .. })).then_some(()));
    let start = Instant::now();
    let kill = host.server.order(2, id, "kill", (0, 0));
    assert_eq!(host.server.wait_end(kill), done(CommandOutcome::Killed));
    assert_eq!(host.server.wait_end(evict), done(CommandOutcome::Killed));
    assert!(start.elapsed() < Duration::from_secs(40), "the eviction was waited for");
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Evicted));
}

#[test]
fn a_second_eviction_joins_the_first_and_a_repeated_order_is_passed_over() {
    let host = Host::start();
    let id = host.launch("echo x >> runs; exec sleep 1000");
    let first = host.server.order(1, id, "evict", (2, 0));
    host.server
        .wait("warned", |b| b.steps(first).iter().any(|s| matches!(s, CommandStep::Warned { .. })).then_some(()));
    let second = host.server.order(2, id, "evict", (60, 30));
    host.server.order(1, id, "evict", (2, 0));
    let start = Instant::now();
    assert_eq!(host.server.wait_end(second), done(CommandOutcome::ClosedOnRequest));
    assert_eq!(host.server.wait_end(first), done(CommandOutcome::ClosedOnRequest));
    assert!(start.elapsed() < Duration::from_secs(40), "the earlier end counts");
    // Started again, the app is not ended by a repeat of the old order; its end is told again.
    assert!(host.cli(&["start", &id.to_string()]).status.success());
    host.server.order(1, id, "evict", (0, 0));
    pause(700);
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Running));
    let ends = host.server.book().steps(first).into_iter().filter(|s| *s == done(CommandOutcome::ClosedOnRequest));
    assert!(ends.count() <= 2);
}

#[test]
fn an_app_that_its_user_closes_in_time_is_evicted_all_the_same() {
    let host = Host::start();
    let id = host.launch("while [ ! -e stop ]; do sleep 0.05; done");
    let command = host.server.order(1, id, "evict", (60, 30));
    host.server.wait("warned", |b| (b.steps(command).len() >= 2).then_some(()));
    std::fs::write(host.dir.path().join("stop"), "").unwrap();
    assert_eq!(host.server.wait_end(command), done(CommandOutcome::AlreadyGone));
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Evicted));
}

#[test]
fn what_cannot_be_done_fails_with_its_reason() {
    let host = Host::start();
    let id = host.launch("exec sleep 1000");
    let failed = |command| match host.server.wait_end(command) {
        CommandStep::Failed { outcome, .. } => outcome,
        other => panic!("{other:?}"),
    };
    assert_eq!(failed(host.server.order(1, id, "view", (0, 0))), CommandOutcome::Unsupported);
    assert_eq!(failed(host.server.order(2, id, "fly", (0, 0))), CommandOutcome::Unsupported);
    assert_eq!(failed(host.server.order(3, SessionId(9_999), "evict", (0, 0))), CommandOutcome::UnknownSession);
    assert_eq!(failed(host.server.order(4, id, "message", (0, 0))), CommandOutcome::NoDisplay);
    let kill = host.server.order(5, id, "kill", (0, 0));
    assert_eq!(host.server.wait_end(kill), done(CommandOutcome::Killed));
    let late = host.server.order(6, id, "evict", (60, 30));
    assert_eq!(host.server.wait_end(late), done(CommandOutcome::AlreadyGone));
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Evicted));
}
