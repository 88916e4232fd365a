//! The disk under the database is full: clear words, nothing half-done, and on it goes when there is room.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use deskwarden_tests::{Database, TestApp, TestDatabase, required};
use deskwarden_types::{ErrorCode, Role, Status, Verb, api::VerifyAudit};
use nix::unistd::Uid;

/// A small disk of memory; gone when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount() -> Self {
        assert!(Uid::effective().is_root(), "this test needs root to mount a small tmpfs: sudo make test");
        let folder = tempfile_folder();
        let mount = required("mount", "apt install mount");
        let done = Command::new(mount).args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(&folder).output().unwrap();
        assert!(done.status.success(), "a tmpfs cannot be mounted: {}", String::from_utf8_lossy(&done.stderr));
        Self(folder)
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let mut size = 1 << 20;
        let mut bytes = vec![0; 0];
        while size >= 512 {
            bytes.resize(bytes.len() + size, 0u8);
            if fs::write(self.0.join("ballast"), &bytes).is_err() {
                bytes.truncate(bytes.len() - size);
                size /= 2;
            }
        }
        fs::write(self.0.join("ballast"), &bytes).unwrap();
        let _ = fs::write(self.0.join("rest"), vec![0u8; 1 << 16]);
    }

    fn free(&self) {
        let _ = fs::remove_file(self.0.join("rest"));
        fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

fn tempfile_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("deskwarden-small-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let path: &Path = &self.0;
        let _ = Command::new("umount").arg("-l").arg(path).status();
        let _ = fs::remove_dir(path);
    }
}

#[test]
fn a_full_disk_is_told_and_harms_nothing() {
    let disk = SmallDisk::mount();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let database = TestDatabase::sqlite_at(&disk.0.join("test.db"));
        assert_eq!(database.kind, Database::Sqlite);
        let app = TestApp::start_with(database, &[]).await;
        app.server.expect_errors();
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let auditor = app.auditor().await;
        let session = agent.run(&member.username, "xterm").await;
        disk.fill();
        // The write-ahead log may still have room that it was given before.
        let mut acknowledged = 0;
        let refused = loop {
            match agent.ask(&member.username, "xterm").await {
                Ok(_) => acknowledged += 1,
                Err(error) => break error,
            }
            assert!(acknowledged < 5000, "the disk does not become full");
        };
        let problem = refused.problem().unwrap_or_else(|| panic!("{refused:?}"));
        assert_eq!((problem.code, problem.status), (ErrorCode::StorageFull, 507), "{problem:?}");
        for _ in 0..20 {
            let error = manager.act(session, Verb::Evict).await.unwrap_err();
            assert_eq!(error.code(), Some(ErrorCode::StorageFull), "{error:?}");
        }
        // Reading goes on, and nothing is half-done.
        let row = manager.show(session).await.unwrap();
        assert_eq!((row.session.status, row.commands.len()), (Status::Running, 0));
        let page = manager.list(Default::default()).await.unwrap();
        assert_eq!(page.total.count, acknowledged + 1);
        disk.free();
        let command = manager.act(session, Verb::Evict).await.expect("there is room again");
        assert_eq!(manager.show(session).await.unwrap().commands[0].id, command.id);
        assert_eq!(app.number("SELECT COUNT(*) FROM session_events WHERE kind = 1").await, acknowledged + 1);
        assert!(auditor.get::<VerifyAudit>().await.unwrap().whole);
        assert_eq!(auditor.role, Role::Auditor);
    });
}
