//! An app's identity: its cgroup (v2). A process can leave its parent, its group and its terminal, not this.

use std::{
    fs, io,
    os::fd::{AsFd, OwnedFd},
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tokio::io::{Interest, unix::AsyncFd};

/// The agent's part of the cgroup tree.
#[derive(Debug, Clone)]
pub struct Tree(PathBuf);

impl Tree {
    /// Makes the part that belongs to `mark`. Says what is missing where it can't.
    pub fn open(mark: &str) -> io::Result<Self> {
        let mounts = fs::read_to_string("/proc/self/mountinfo")?;
        let mount = mount_point(&mounts).ok_or_else(|| {
            io::Error::other("no cgroup v2 file system is mounted: apps can't be supervised without it")
        })?;
        let below = |base: &Path| base.join("deskwarden").join(mark);
        // What an agent of before has begun goes on where it is.
        let tree = match delegated(&mount).filter(|_| !below(Path::new(&mount)).is_dir()) {
            Some(own) => Self(below(&own)),
            None => Self(below(Path::new(&mount))),
        };
        fs::create_dir_all(&tree.0).map_err(|e| {
            io::Error::new(e.kind(), format!("{} can't be made ({e}): the agent must run as root", tree.0.display()))
        })?;
        Ok(tree)
    }

    /// Leaves nothing behind when no session lives.
    pub fn leave(&self) {
        // It stays while a group is in it, and that is right.
        let _ = fs::remove_dir(&self.0);
    }

    /// The group of this name; it need not be there.
    pub fn group(&self, name: &str) -> Group {
        Group(self.0.join(name))
    }
}

/// Where cgroup v2 is mounted: `/sys/fs/cgroup`, or below it on hosts that mount both versions.
fn mount_point(mountinfo: &str) -> Option<String> {
    mountinfo.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let point = before.split(' ').nth(4)?;
        (after.split(' ').next()? == "cgroup2").then(|| point.replace("\\040", " "))
    })
}

/// The cgroup that the service manager has put this process into, where it says that what is below is the process's own.
fn delegated(mount: &str) -> Option<PathBuf> {
    let own = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = own.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let group = Path::new(mount).join(own);
    let says_so = |name| {
        let mut value = [0; 8];
        rustix::fs::getxattr(&group, name, &mut value[..]).is_ok_and(|length| length > 0)
    };
    ["trusted.delegate", "user.delegate"].into_iter().any(says_so).then_some(group)
}

/// One cgroup.
#[derive(Debug, Clone)]
pub struct Group(PathBuf);

impl Group {
    /// Makes it; no error if it is there.
    pub fn create(&self) -> io::Result<()> {
        match fs::create_dir(&self.0) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(e),
            _ => Ok(()),
        }
    }

    /// A part of it.
    pub fn part(&self, name: &str) -> Self {
        Self(self.0.join(name))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Whether anything lives in it. Zombies don't count; a group that is not there is empty.
    pub fn populated(&self) -> bool {
        fs::read_to_string(self.0.join("cgroup.events")).is_ok_and(|events| is_populated(&events))
    }

    /// Waits until nothing lives in it.
    pub async fn emptied(&self) {
        if let Err(error) = self.watch().await {
            tracing::warn!(%error, group = %self.0.display(), "a cgroup is watched by looking again and again");
            while self.populated() {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }

    async fn watch(&self) -> io::Result<()> {
        let events = match fs::File::open(self.0.join("cgroup.events")) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => register(file?)?,
        };
        loop {
            // Reading also tells the kernel what we know, so that it wakes us for what comes after.
            let mut text = [0; 256];
            let length = rustix::io::pread(events.get_ref(), &mut text, 0)?;
            let text = text.get(..length).unwrap_or_default();
            if !is_populated(&String::from_utf8_lossy(text)) {
                return Ok(());
            }
            // The second look a second is a net under the first, which comes within milliseconds.
            if let Ok(ready) = tokio::time::timeout(Duration::from_secs(1), events.ready(Interest::PRIORITY)).await {
                ready?.clear_ready();
            }
        }
    }

    /// Asks every process in it to end (SIGTERM).
    pub fn terminate(&self) {
        for pid in self.pids() {
            if let Err(error) = self.signal(pid, Signal::TERM) {
                tracing::debug!(%error, ?pid, "a process was gone before it could be asked to end");
            }
        }
    }

    /// A handle first, then a second look that it still is one of ours: the number may be given to another process
    /// at any moment, the handle can't.
    fn signal(&self, pid: Pid, signal: Signal) -> rustix::io::Result<()> {
        let handle: OwnedFd = pidfd_open(pid, PidfdFlags::empty())?;
        if self.pids().contains(&pid) { pidfd_send_signal(handle.as_fd(), signal) } else { Ok(()) }
    }

    /// Kills everything in it at once, whatever it does meanwhile.
    pub fn kill(&self) -> io::Result<()> {
        match fs::write(self.0.join("cgroup.kill"), "1") {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// Removes it, if it is empty.
    pub fn remove(&self) {
        for child in self.parts() {
            child.remove();
        }
        // What can't go now is empty all the same, and goes with the next try or the next boot.
        let _ = fs::remove_dir(&self.0);
    }

    /// The parts that are there.
    pub fn parts(&self) -> Vec<Self> {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| Self(e.path())).collect()
    }

    /// The processes in it and below it.
    pub fn pids(&self) -> Vec<Pid> {
        let own = fs::read_to_string(self.0.join("cgroup.procs")).unwrap_or_default();
        let mut pids: Vec<Pid> = own.lines().filter_map(|l| l.parse().ok().and_then(Pid::from_raw)).collect();
        pids.extend(self.parts().iter().flat_map(Self::pids));
        pids
    }
}

#[expect(unsafe_code, reason = "the safe way is deprecated, and waiting for POLLPRI has no other")]
fn register(file: fs::File) -> io::Result<AsyncFd<fs::File>> {
    // SAFETY: a `File` owns its descriptor, always gives the same one, and is moved in: it closes with the `AsyncFd`.
    unsafe { AsyncFd::register_with_interest(file, Interest::PRIORITY) }.map_err(io::Error::from)
}

fn is_populated(events: &str) -> bool {
    events.lines().any(|line| line == "populated 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mount_is_found_on_both_layouts() {
        let both = "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n\
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n\
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw\n";
        assert_eq!(mount_point(both).unwrap(), "/sys/fs/cgroup/unified");
        assert_eq!(mount_point("35 25 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup rw").unwrap(), "/sys/fs/cgroup");
        assert_eq!(mount_point("31 23 0:28 / / rw - ext4 /dev/vda rw"), None);
    }
}
