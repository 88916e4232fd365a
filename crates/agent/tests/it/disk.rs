//! A full disk under the agent: a small file system of its own.

use std::{io::Write, process::Command};

use deskwarden_types::{CommandOutcome, Status, agent::CommandStep};

use crate::host::Host;

struct Mounted(std::path::PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_refuses_launches_and_loses_no_end() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let state = dir.path().join("state");
    std::fs::create_dir(&state).unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(&state).status().unwrap();
    assert!(mount.success(), "these tests mount a small file system, as root");
    let _mounted = Mounted(state.clone());
    let mut host = Host::enrolled_in(dir);
    host.run();
    let id = host.launch("while [ ! -e stop ]; do sleep 0.05; done");
    host.server.wait_status(id, Status::Running);

    let mut filler = std::fs::File::create(state.join("filler")).unwrap();
    while filler.write_all(&[0; 256]).is_ok() {}
    let asked = host.server.book().asked;
    let out = host.cli(&["launch", "true"]);
    assert!(String::from_utf8_lossy(&out.stderr).contains("the disk is full"), "{out:?}");
    assert_eq!(host.server.book().asked, asked, "the server is not asked for what cannot be kept");
    let command = host.server.order(1, id, "evict", (0, 0));
    // Each refusal takes a little of what is left of the spool's last page, until that is full too.
    let next = std::cell::Cell::new(2);
    host.until("a report that is kept in memory", || {
        host.server.order(next.replace(next.get() + 1), id, "evict", (0, 0));
        host.log().contains("kept in memory").then_some(())
    });
    let last = host.server.order(next.get(), id, "evict", (0, 0));
    assert!(!host.pids(id).is_empty(), "what is not written down is not done");
    std::fs::write(host.dir.path().join("stop"), "").unwrap();
    host.until("the app's end", || host.pids(id).is_empty().then_some(()));

    // Its space is free when nobody holds it open either.
    drop(filler);
    std::fs::remove_file(state.join("filler")).unwrap();
    host.server.wait_status(id, Status::Stopped);
    let failed = |s| matches!(s, CommandStep::Failed { outcome: CommandOutcome::HostError, .. });
    assert!(failed(host.server.wait_end(command)));
    assert!(failed(host.server.wait_end(last)), "what was kept in memory arrives");
    let again = host.launch("true");
    host.server.wait_status(again, Status::Stopped);
}
