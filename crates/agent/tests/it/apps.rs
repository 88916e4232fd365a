//! The life of an app: launched, stopped, started again, removed.

use deskwarden_types::{EndReason, ErrorCode, Status};

use crate::host::{Host, pause, session};

#[test]
fn an_app_is_added_run_stopped_started_again_and_removed() {
    let host = Host::start();
    let id = host.launch("sleep 0.3; exit 3");
    host.server.wait_status(id, Status::Stopped);
    assert_eq!(host.server.book().statuses(id), [Status::Added, Status::Running, Status::Stopped]);
    assert_eq!(host.server.book().seen(id)[2].detail.as_deref(), Some("ended with exit status 3"));
    assert!(!host.cgroup(&id.to_string()).exists(), "an empty cgroup is not left behind");

    assert!(host.cli(&["start", &id.to_string()]).status.success());
    let again = host.cli(&["start", &id.to_string()]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("runs already"), "{again:?}");
    let early = host.cli(&["remove", &id.to_string()]);
    assert!(!early.status.success() && String::from_utf8_lossy(&early.stderr).contains("close the app first"));
    host.server.wait("stopped again", |b| (b.statuses(id).len() == 5).then_some(()));
    assert!(host.cli(&["remove", &id.to_string()]).status.success());
    host.server.wait_status(id, Status::Removed);
    assert!(!host.state().join(format!("sessions/{id}.json")).exists());
    let gone = host.cli(&["start", &id.to_string()]);
    assert!(String::from_utf8_lossy(&gone.stderr).contains("no session"), "{gone:?}");
    assert_eq!(host.cli(&["list"]).stdout, b"no sessions; launch a program with `deskwarden-agent launch PROGRAM`\n");
}

#[test]
fn a_launch_gets_arguments_directory_and_display_but_nothing_else_of_the_environment() {
    let mut host = Host::start();
    host.env = vec![("DISPLAY".into(), ":99".into()), ("LD_DEBUG".into(), "all".into()), ("SECRET".into(), "x".into())];
    let out = host.cli(&[
        "launch",
        "sh",
        "-c",
        "env > env; printf '%s|' \"$@\" > args; id -u > uid",
        "sh",
        "--",
        "a b",
        "$HOME",
        "",
    ]);
    let id = session(&out);
    host.server.wait_status(id, Status::Stopped);
    let read = |name| std::fs::read_to_string(host.dir.path().join(name)).unwrap();
    assert_eq!(read("args"), "--|a b|$HOME||");
    assert_eq!(read("uid"), "0\n");
    let env = read("env");
    assert!(env.contains("DISPLAY=:99") && env.contains("USER=root") && env.contains("HOME=/root"), "{env}");
    assert!(!env.contains("SECRET") && !env.contains("LD_DEBUG") && !env.contains("DESKWARDEN"), "{env}");
}

#[test]
fn a_child_that_outlives_its_launcher_keeps_the_session_running() {
    let host = Host::start();
    let id = host.launch("setsid sh -c 'while [ -e go ]; do sleep 0.05; done' & ");
    std::fs::write(host.dir.path().join("go"), "").unwrap();
    let id = { host.server.wait("first", |b| b.statuses(id).contains(&Status::Running).then_some(id)) };
    let second = host.launch("(setsid sh -c 'while [ -e go ]; do sleep 0.05; done' &) ; exit 4");
    pause(600);
    assert_eq!(host.server.book().statuses(second).last(), Some(&Status::Running));
    std::fs::remove_file(host.dir.path().join("go")).unwrap();
    host.server.wait_status(second, Status::Stopped);
    host.server.wait_status(id, Status::Stopped);
    assert_eq!(host.server.book().seen(second).last().unwrap().detail.as_deref(), Some("ended with exit status 4"));
}

#[test]
fn an_unknown_program_exits_with_2_and_does_not_reach_the_server() {
    let host = Host::start();
    for program in ["no-such-program-here", "/etc/passwd", "/no/such", "", "/"] {
        let out = host.cli(&["launch", program]);
        assert_eq!(out.status.code(), Some(2), "{program:?}: {out:?}");
        assert!(String::from_utf8_lossy(&out.stderr).contains("there is no program"), "{out:?}");
    }
    assert_eq!(host.server.book().asked, 0);
}

#[test]
fn a_refused_launch_says_why_and_leaves_nothing() {
    let host = Host::start();
    host.server.book().refuse_launch = Some(ErrorCode::NotProvisioned);
    let out = host.cli(&["launch", "true"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains("the test refuses this launch"), "{out:?}");
    for part in ["sessions", "launches"] {
        assert_eq!(std::fs::read_dir(host.state().join(part)).unwrap().count(), 0, "{part}");
    }
}

#[test]
fn a_program_that_cannot_start_does_not_stay_in_the_player() {
    let host = Host::start();
    let broken = host.dir.path().join("broken");
    std::fs::write(&broken, "#!/no/such/interpreter\n").unwrap();
    std::fs::set_permissions(&broken, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let out = host.cli(&["launch", "./broken"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains("it cannot be started"), "{out:?}");
    let id = *host.server.book().launches.values().next().unwrap();
    host.server.wait_status(id, Status::Removed);
    assert_eq!(host.server.book().statuses(id), [Status::Added, Status::Removed]);
    let seen = host.server.book().seen(id).pop().unwrap();
    assert_eq!(seen.end_reason, Some(EndReason::LaunchFailed));
    assert!(seen.detail.unwrap().contains("it cannot be started"));
}

#[test]
fn a_launch_whose_answer_is_lost_ends_as_removed_and_is_asked_for_once() {
    let host = Host::start();
    host.server.book().lose_answers = true;
    let out = host.cli(&["launch", "true"]);
    assert!(String::from_utf8_lossy(&out.stderr).contains("nothing was launched"), "{out:?}");
    host.server.book().lose_answers = false;
    host.server.set_up(false);
    host.server.set_up(true);
    let id = *host.server.book().launches.values().next().unwrap();
    host.server.wait_status(id, Status::Removed);
    assert_eq!(host.server.book().launches.len(), 1);
    host.until("the wish to be forgotten", || {
        (std::fs::read_dir(host.state().join("launches")).unwrap().count() == 0).then_some(())
    });
}

#[test]
fn status_tells_how_the_agent_is_and_enrolling_twice_is_refused() {
    let host = Host::start();
    let status = || String::from_utf8(host.cli(&["status"]).stdout).unwrap();
    let status = host.until("the connection", || Some(status()).filter(|told| told.contains("connection: connected")));
    let page = format!("your page:  {}/my", host.server.url);
    for part in [
        &host.server.url,
        "tenant:     Test",
        "waiting for the server",
        "screens:    yes: ready",
        "watching:   yes: ready",
        "gate:       no: off: run the agent with --gate ADDRESS:PORT",
        "seats:      2 of 5 in use",
        "yours: 192.0.2.9 since",
        &page,
    ] {
        assert!(status.contains(part), "{status}");
    }
    let again = host.cli(&["enrol", "--server", &host.server.url, "--code", "good"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("belongs to agent"), "{again:?}");
    let second = host.cli(&["run"]);
    assert!(String::from_utf8_lossy(&second.stderr).contains("another agent runs"), "{second:?}");
    host.server.wait("beats", |b| (b.beats >= 2).then_some(()));
}
