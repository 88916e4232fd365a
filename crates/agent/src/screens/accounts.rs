//! Whose rights a screen has: the host's account of that name, or one of the agent's own.
//!
//! Accounts of the agent's own belong to all agents of a host together. One is free when no process of the host has its
//! rights; who looks for one holds a lock until the X server runs with them.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

use deskwarden_types::{SessionId, Username};
use nix::unistd::User;

use super::{needs, place::RUN};
use crate::exec::Account;

/// What the agent's own accounts begin with. No user gets such an account by its name.
const OWN: &str = "deskwarden-";
/// The most that are made.
const MOST: u32 = 400;
/// The lowest number of an account for people, as Debian, Fedora and others have it.
const FIRST_PERSON: u32 = 1_000;
/// The account that is nobody's.
const NOBODY: u32 = 65_534;
/// Where anybody may leave files.
const COMMON: &[&str] = &["/tmp", "/var/tmp", "/dev/shm"];

/// Who a screen runs as.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Owner {
    pub account: Account,
    /// The home of an account that the host has; none for the agent's own.
    pub home: Option<PathBuf>,
}

/// Accounts that live sessions have.
#[derive(Default)]
pub(crate) struct Accounts {
    taken: Mutex<BTreeMap<SessionId, (Username, Owner)>>,
}

/// An account, kept for its taker until this is dropped; from then on its processes do.
pub(crate) struct Kept {
    pub owner: Owner,
    _lock: File,
}

impl Accounts {
    /// Notes that a session has it.
    pub(crate) fn take(&self, session: SessionId, user: Username, owner: Owner) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(session, (user, owner));
    }

    /// The session is over.
    pub(crate) fn give_back(&self, session: SessionId) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
    }

    /// Finds or makes the account for a user's new session. Takes a while: not for a thread that others wait for.
    pub(crate) fn find(&self, session: SessionId, user: &Username) -> io::Result<Kept> {
        let lock = File::options().create(true).append(true).open(Path::new(RUN).join("accounts.lock"))?;
        lock.lock()?;
        let owner = match of_host(user.as_str())? {
            Some(owner) => owner,
            None => Owner { account: self.own(user)?, home: None },
        };
        self.take(session, user.clone(), owner.clone());
        Ok(Kept { owner, _lock: lock })
    }

    /// The one that this user's other sessions have; else one that is free, cleaned; else a new one.
    fn own(&self, user: &Username) -> io::Result<Account> {
        let taken: Vec<(Username, Owner)> =
            self.taken.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        if let Some((_, owner)) = taken.iter().find(|(other, owner)| other == user && owner.home.is_none()) {
            return Ok(owner.account.clone());
        }
        let busy = busy()?;
        for number in 1..=MOST {
            let name = format!("{OWN}{number}");
            let known = User::from_name(&name).map_err(io::Error::from)?;
            if let Some(known) = known {
                let uid = known.uid.as_raw();
                if busy.contains(&uid) || taken.iter().any(|(_, owner)| owner.account.uid == uid) {
                    continue;
                }
                clean(uid);
                return Account::of(uid);
            }
            return make(&name);
        }
        Err(io::Error::other(format!("all {MOST} accounts of the agent's own are in use")))
    }
}

/// The host's account of this name, if it is a person's. Without this rule a user called `root` would be root.
fn of_host(name: &str) -> io::Result<Option<Owner>> {
    if name.starts_with(OWN) || name.contains('\0') {
        return Ok(None);
    }
    let user = User::from_name(name).map_err(io::Error::from)?;
    let person = user.filter(|u| u.uid.as_raw() >= FIRST_PERSON && u.uid.as_raw() != NOBODY);
    Ok(person.map(|user| Owner {
        account: Account { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() },
        home: Some(user.dir),
    }))
}

fn make(name: &str) -> io::Result<Account> {
    let useradd = needs::find("useradd")
        .ok_or_else(|| io::Error::other("there is no useradd on this host (Debian package: passwd)"))?;
    let made = Command::new(useradd)
        .args(["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"])
        .args(["--shell", "/usr/sbin/nologin", "--comment", "A user's screen (Deskwarden)", name])
        .env_clear()
        .stdin(Stdio::null())
        .output()?;
    if !made.status.success() {
        let why = String::from_utf8_lossy(&made.stderr).trim().to_owned();
        return Err(io::Error::other(format!("the account {name} could not be made: {why}")));
    }
    let user = User::from_name(name).map_err(io::Error::from)?;
    let user = user.ok_or_else(|| io::Error::other(format!("the account {name} was made and is not there")))?;
    Account::of(user.uid.as_raw())
}

/// The accounts that any process of the host has the rights of.
fn busy() -> io::Result<Vec<u32>> {
    let mut uids = Vec::new();
    for process in fs::read_dir("/proc")?.flatten() {
        // One that went meanwhile has no rights any more.
        let status = fs::read_to_string(process.path().join("status")).unwrap_or_default();
        uids.extend(uids_of(&status));
    }
    Ok(uids)
}

fn uids_of(status: &str) -> Vec<u32> {
    let line = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    // A zombie does nothing any more, however late it is buried.
    if line("State:").trim_start().starts_with('Z') {
        return Vec::new();
    }
    line("Uid:").split_whitespace().filter_map(|uid| uid.parse().ok()).collect()
}

/// Removes what the last user of an account left where anybody may leave files.
fn clean(uid: u32) {
    use std::os::unix::fs::MetadataExt;
    for place in COMMON {
        for entry in fs::read_dir(place).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(meta) = fs::symlink_metadata(&path) else { continue };
            if meta.uid() != uid {
                continue;
            }
            // Neither follows a link, at the top or below.
            let gone = if meta.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            if let Err(error) = gone {
                tracing::warn!(%error, path = %path.display(), "what a former user left could not be removed");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_user_gets_an_account_of_the_system_by_its_name() {
        for name in ["root", "daemon", "nobody", "deskwarden-1", "no such account", "a\0b"] {
            assert_eq!(of_host(name).unwrap(), None, "{name}");
        }
    }

    #[test]
    fn a_process_has_the_rights_that_its_status_says() {
        let status = "Name:\tx\nState:\tS (sleeping)\nUid:\t1\t2\t3\t4\nGid:\t9\t9\t9\t9\n";
        assert_eq!(uids_of(status), [1, 2, 3, 4]);
        assert!(uids_of(&status.replace("S (sleeping)", "Z (zombie)")).is_empty());
        assert!(uids_of("").is_empty());
        assert!(busy().unwrap().contains(&nix::unistd::Uid::effective().as_raw()));
    }
}
