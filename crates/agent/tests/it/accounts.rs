//! Who may do what on the host: the socket's peer decides.

use std::os::unix::{fs::PermissionsExt, process::CommandExt};

use deskwarden_types::Status;

use crate::host::{Host, session};

const NOBODY: u32 = 65_534;

#[test]
fn an_account_runs_its_own_apps_with_its_own_rights_and_touches_no_others() {
    let host = Host::start();
    let as_nobody = |args: &[&str]| host.command(args).uid(NOBODY).gid(NOBODY).output().unwrap();
    let roots = host.launch("exec sleep 1000");
    let open = host.dir.path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, PermissionsExt::from_mode(0o777)).unwrap();
    let out = as_nobody(&["launch", "sh", "-c", "id > open/made; exec sleep 1000"]);
    assert!(out.status.success(), "{out:?}\n{}", host.log());
    let own = session(&out);
    let pid = host.pids(own)[0];
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    for line in ["Uid:\t65534\t65534\t65534\t65534", "Gid:\t65534\t65534\t65534\t65534", "CapEff:\t0000000000000000"] {
        assert!(status.contains(line), "{status}");
    }
    let made = open.join("made");
    host.until("the app's file", || std::fs::metadata(&made).ok().filter(|m| m.len() > 0));
    assert!(std::fs::read_to_string(&made).unwrap().contains("(nogroup)"));

    for verb in ["start", "remove"] {
        let out = as_nobody(&[verb, &roots.to_string()]);
        assert!(String::from_utf8_lossy(&out.stderr).contains("no session"), "{out:?}");
    }
    let list = String::from_utf8(as_nobody(&["list"]).stdout).unwrap();
    assert!(list.contains(&own.to_string()) && !list.contains(&roots.to_string()), "{list}");
    let all = String::from_utf8(host.cli(&["list"]).stdout).unwrap();
    assert!(all.contains(&own.to_string()) && all.contains(&roots.to_string()), "{all}");
    for file in ["agent.json", "spool.log", "sessions"] {
        let read = std::process::Command::new("cat").arg(host.state().join(file)).uid(NOBODY).gid(NOBODY).output();
        assert!(String::from_utf8_lossy(&read.unwrap().stderr).contains("Permission denied"), "{file}");
    }
    // Root starts it for its user, with its user's rights.
    let kill = host.server.order(1, own, "kill", (0, 0));
    host.server.wait_end(kill);
    assert!(host.cli(&["start", &own.to_string()]).status.success());
    host.server.wait_status(own, Status::Running);
    let status = std::fs::read_to_string(format!("/proc/{}/status", host.pids(own)[0])).unwrap();
    assert!(status.contains("Uid:\t65534"), "{status}");
}

#[test]
fn rubbish_on_the_socket_is_answered_and_harms_nothing() {
    use std::io::{Read, Write};
    let host = Host::start();
    for rubbish in
        [&b"\n"[..], b"{\"ask\":\"fly\"}\n", b"\xff\xfe\n", b"[[[[\n", b"{\"ask\":\"start\",\"session\":\"-1\"}\n"]
    {
        let mut stream = std::os::unix::net::UnixStream::connect(host.state().join("agent.sock")).unwrap();
        stream.write_all(rubbish).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("not understood"), "{answer}");
    }
    assert!(host.cli(&["status"]).status.success());
}
