//! Reports and their numbers when the server is away or has lost something.

use deskwarden_types::{ErrorCode, Status, agent::Observation};

use crate::host::{Host, pause};

#[test]
fn what_happens_while_the_server_is_away_arrives_later_with_its_age() {
    let host = Host::start();
    let id = host.launch("while [ ! -e stop ]; do sleep 0.05; done");
    host.server.wait_status(id, Status::Running);
    host.server.set_up(false);
    std::fs::write(host.dir.path().join("stop"), "").unwrap();
    host.until("the end to be noted", || {
        let list = host.cli(&["list"]).stdout;
        String::from_utf8_lossy(&list).contains("stopped").then_some(())
    });
    pause(1_000);
    let offline = host.cli(&["launch", "true"]);
    assert!(String::from_utf8_lossy(&offline.stderr).contains("nothing was launched"), "{offline:?}");
    host.server.set_up(true);
    host.server.wait_status(id, Status::Stopped);
    let book = host.server.book();
    let stopped = |o: &Observation| matches!(o, Observation::Status(s) if s.status == Status::Stopped);
    let report = book.reports.iter().find(|r| stopped(&r.what)).unwrap();
    assert!(report.age_ms >= 1_000 && report.age_ms < 14_000, "{}", report.age_ms);
    assert!(book.reports.iter().map(|r| r.seq).eq(1..=book.taken_through), "each once, in order");
}

#[test]
fn lost_answers_double_nothing() {
    let host = Host::start();
    host.server.book().lose_answers = true;
    pause(50);
    host.server.set_up(false);
    host.server.set_up(true);
    let before = host.server.book().hellos.len();
    host.server.wait("tries", |b| (b.hellos.len() >= before + 2).then_some(()));
    host.server.book().lose_answers = false;
    let id = host.launch("true");
    host.server.wait_status(id, Status::Stopped);
    let book = host.server.book();
    assert!(book.reports.iter().map(|r| r.seq).eq(1..=book.taken_through));
    assert_eq!(book.statuses(id), [Status::Added, Status::Running, Status::Stopped]);
}

#[test]
fn a_server_that_lost_its_memory_and_one_that_knows_more_are_followed() {
    let host = Host::start();
    let id = host.launch("exec sleep 1000");
    host.server.wait_status(id, Status::Running);
    let reset = |to: i64| {
        let mut book = host.server.book();
        book.taken_through = to;
        book.reports.clear();
    };
    for taken_through in [0, 1_000] {
        reset(taken_through);
        host.server.set_up(false);
        host.server.set_up(true);
        host.server.wait("an inventory", |b| {
            b.inventories().last()?.iter().find(|s| s.session_id == id && s.status == Status::Running).map(drop)
        });
        assert_eq!(host.server.book().reports[0].seq, taken_through + 1);
        let fresh = host.launch("true");
        host.server.wait_status(fresh, Status::Stopped);
    }
    // Without a new hello the gap is noticed by the server, and the agent asks what it has.
    reset(500);
    let fresh = host.launch("true");
    host.server.wait_status(fresh, Status::Stopped);
}

#[test]
fn a_revoked_agent_stops_asking_and_says_so() {
    let mut host = Host::enrolled();
    host.server.book().refuse = Some(ErrorCode::TokenRevoked);
    host.run();
    let status = host.until("the word", || {
        let status = String::from_utf8(host.cli(&["status"]).stdout).unwrap();
        status.contains("revoked").then_some(status)
    });
    assert!(status.contains("enrol it anew"), "{status}");
}

#[test]
fn the_agent_reports_when_asked_takes_settings_and_passes_over_what_it_does_not_know() {
    let host = Host::start();
    let id = host.launch("exec sleep 1000");
    host.server.wait_status(id, Status::Running);
    host.server.wait("the first inventory", |b| b.inventories().first().map(drop));
    let before = host.server.book().inventories().len();
    host.server.say("{\"type\":\"sing\",\"song\":7}");
    host.server.say("{\"type\":\"report_now\"}");
    host.server.wait("an inventory", |b| (b.inventories().len() > before).then_some(()));
    let named: Vec<_> =
        host.server.book().inventories().pop().unwrap().iter().map(|s| (s.session_id, s.status)).collect();
    assert_eq!(named, [(id, Status::Running)]);
    host.server.say(
        "{\"type\":\"settings\",\"heartbeat_seconds\":300,\"first_warning_seconds\":9,\"second_warning_seconds\":4,\
         \"consent_seconds\":30,\"poor_network_seconds\":15}",
    );
    let settings = host.state().join("settings.json");
    host.until("the settings", || std::fs::read_to_string(&settings).ok().filter(|s| s.contains("300")));
    pause(300);
    let beats = host.server.book().beats;
    pause(1_500);
    assert_eq!(host.server.book().beats, beats, "the heartbeat was one second, and is five minutes now");
}
