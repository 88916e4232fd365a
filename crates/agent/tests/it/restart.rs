//! The agent dies or ends; apps and promises stay.

use std::time::{Duration, Instant};

use deskwarden_types::{CommandOutcome, Status, agent::CommandStep};

use crate::host::{Host, pause};

#[test]
fn kill_9_leaves_the_app_and_the_next_agent_adopts_it() {
    let mut host = Host::start();
    let lives = host.launch("exec sleep 1000");
    let goes = host.launch("while [ ! -e stop ]; do sleep 0.05; done");
    let added = host.pids(lives);
    host.kill_9();
    assert_eq!(host.pids(lives), added);
    std::fs::write(host.dir.path().join("stop"), "").unwrap();
    host.until("the app's end", || host.pids(goes).is_empty().then_some(()));
    host.run();
    host.server
        .wait("adopted", |b| b.seen(lives).last().filter(|s| s.adopted && s.status == Status::Running).map(drop));
    host.server.wait_status(goes, Status::Stopped);
    // Adopted means supervised: its end is seen at once, and it can be evicted.
    let command = host.server.order(1, lives, "evict", (0, 0));
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::ClosedOnRequest });
}

#[test]
fn an_eviction_goes_on_where_the_killed_agent_stopped() {
    let mut host = Host::start();
    let id = host.launch("exec sleep 1000");
    let start = Instant::now();
    let command = host.server.order(1, id, "evict", (6, 1));
    host.server
        .wait("warned", |b| b.steps(command).iter().any(|s| matches!(s, CommandStep::Warned { .. })).then_some(()));
    host.kill_9();
    pause(4_000);
    host.run();
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::ClosedOnRequest });
    let took = start.elapsed();
    assert!(took > Duration::from_millis(5_900) && took < Duration::from_millis(9_800), "not begun anew: {took:?}");
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Evicted));
}

#[test]
fn an_app_that_went_while_no_agent_ran_still_ends_its_eviction() {
    let mut host = Host::start();
    let id = host.launch("exec sleep 1000");
    let command = host.server.order(1, id, "evict", (60, 30));
    host.server.wait("acknowledged", |b| (b.steps(command).len() >= 2).then_some(()));
    host.kill_9();
    std::fs::write(host.cgroup(&id.to_string()).join("cgroup.kill"), "1").unwrap();
    host.run();
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::AlreadyGone });
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Evicted));
}

#[test]
fn sigterm_ends_the_agent_within_two_seconds_and_leaves_the_app() {
    let mut host = Host::start();
    let id = host.launch("exec sleep 1000");
    let (code, took) = host.terminate();
    assert_eq!(code, Some(0), "{}", host.log());
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(host.pids(id).len(), 1);
    assert_eq!(host.server.book().statuses(id), [Status::Added, Status::Running], "what was told arrived before");
    // The same with a server that is away.
    host.run();
    host.server.set_up(false);
    let (code, took) = host.terminate();
    assert!(code == Some(0) && took < Duration::from_secs(2), "{code:?} {took:?}");
    assert_eq!(host.pids(id).len(), 1);
}

/// Kills the agent at moments all over its work, and compares with what the server was told.
#[test]
fn kill_9_at_many_moments_loses_and_doubles_nothing() {
    let mut host = Host::start();
    let mut launched = vec![];
    for round in 0..15u64 {
        let mut children: Vec<_> = (0..3)
            .map(|_| host.command(&["launch", "true"]).stdout(std::process::Stdio::piped()).spawn().unwrap())
            .collect();
        pause(round * 37 % 300);
        host.kill_9();
        for child in children.drain(..) {
            let out = child.wait_with_output().unwrap();
            if out.status.success() {
                launched.push(crate::host::session(&out));
            }
        }
        host.run();
    }
    host.until("everything to be taken", || {
        String::from_utf8_lossy(&host.cli(&["status"]).stdout).contains("\nreports:    0 waiting").then_some(())
    });
    let book = host.server.book();
    assert_eq!(book.gaps, 0);
    assert!(book.reports.iter().map(|r| r.seq).eq(1..=book.taken_through));
    for id in &launched {
        let statuses = book.statuses(*id);
        assert_eq!(statuses.first(), Some(&Status::Added), "{id}");
        assert_eq!(statuses.iter().filter(|s| **s == Status::Added).count(), 1, "{id}");
    }
    // Every session that the server made is in the player and stopped, or told to be removed.
    let last: std::collections::BTreeMap<_, _> =
        book.inventories().pop().unwrap().into_iter().map(|s| (s.session_id, s.status)).collect();
    for id in book.launches.values() {
        let told = book.statuses(*id).last().copied();
        let known = last.get(id).copied().or(told).unwrap_or_else(|| panic!("{id} is lost\n{}", host.log()));
        let settled = [Status::Added, Status::Stopped, Status::Removed, Status::Running];
        assert!(settled.contains(&known), "{id} {known}");
        let files = host.state().join(format!("sessions/{id}.json")).exists();
        assert_eq!(files, told != Some(Status::Removed), "{id}: {told:?}");
    }
    assert!(!launched.is_empty(), "nothing was launched in time");
}
