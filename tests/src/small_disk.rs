//! A disk so small that a test can fill it.

use std::{fs, path::Path, process::Command};

use nix::unistd::Uid;
use tempfile::TempDir;

use crate::required;

/// A small disk of memory; gone when dropped.
#[derive(Debug)]
pub struct SmallDisk(TempDir);

/// The least that PostgreSQL fits on: a new database has 8 MiB there.
const SIZE: &str = "size=32m";

impl SmallDisk {
    /// An empty one.
    pub fn mount() -> Self {
        assert!(Uid::effective().is_root(), "this test needs root to mount a small tmpfs: sudo make test");
        let folder = tempfile::Builder::new().prefix("deskwarden-disk-").tempdir().expect("a folder");
        let mount = required("mount", "apt install mount");
        let done = Command::new(mount).args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(folder.path()).output();
        let done = done.expect("mount runs");
        assert!(done.status.success(), "a tmpfs cannot be mounted: {}", String::from_utf8_lossy(&done.stderr));
        Self(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all the room that is left.
    pub fn fill(&self) {
        let mut step = 1 << 20;
        let mut bytes = Vec::new();
        while step >= 512 {
            bytes.resize(bytes.len() + step, 0u8);
            if fs::write(self.path().join("ballast"), &bytes).is_err() {
                bytes.truncate(bytes.len() - step);
                step /= 2;
            }
        }
        // Others may have taken of it meanwhile: what fits is as much as there is.
        while fs::write(self.path().join("ballast"), &bytes).is_err() {
            bytes.truncate(bytes.len().saturating_sub(4096));
        }
        // What is left after the last step, too.
        let _ = fs::write(self.path().join("rest"), vec![0u8; 1 << 16]);
    }

    /// Gives so many bytes back of what [`SmallDisk::fill`] has taken; whole pages of memory.
    pub fn give_back(&self, bytes: u64) {
        let ballast =
            fs::OpenOptions::new().write(true).open(self.path().join("ballast")).expect("the disk was filled");
        let size = ballast.metadata().expect("its size").len();
        ballast.set_len(size - bytes).expect("a file can become shorter");
    }

    /// Gives back all of what [`SmallDisk::fill`] has taken.
    pub fn free(&self) {
        let _ = fs::remove_file(self.path().join("rest"));
        fs::remove_file(self.path().join("ballast")).expect("the disk was filled");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
