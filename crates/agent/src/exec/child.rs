//! `deskwarden-agent supervise-exec`: what stands between the agent and an app.
//!
//! The agent starts itself once more with this word. This process joins the cgroup, sees that the agent still lives,
//! gives up the agent's terminal and rights, and becomes the app. Its standard input is a pipe that says what went wrong, if anything did; it
//! closes when the app starts.

use std::{
    ffi::{CString, OsString},
    fs::{self, File},
    io::{self, Write},
    os::{fd::AsFd, unix::process::CommandExt},
    process::Command,
};

use nix::unistd::{Gid, Pid, Uid, getppid, initgroups, setgid, setsid, setuid};

/// The word on the command line.
pub(crate) const WORD: &str = "supervise-exec";

/// Becomes the app, or says why not and exits with 127.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> i32 {
    let report = io::stdin().as_fd().try_clone_to_owned();
    if let Ok(report) = report {
        // The copy closes on exec. If nobody listens, nobody needs the words.
        let _ = File::from(report).write_all(become_app(arguments).as_bytes());
    }
    127
}

/// Comes back only with an error.
fn become_app(mut arguments: impl Iterator<Item = OsString>) -> String {
    let mut next = || arguments.next().ok_or_else(|| "too few arguments".to_owned());
    let ready = (|| -> Result<Command, String> {
        let agent = number(next()?)?;
        let cgroup = next()?;
        let account = next()?.into_string().map_err(|_| "the account's name is not UTF-8".to_owned())?;
        let uid = number(next()?)?;
        let gid = number(next()?)?;
        let directory = next()?;
        let program = next()?;
        let procs = std::path::Path::new(&cgroup).join("cgroup.procs");
        fs::write(&procs, "0").map_err(|e| format!("{}: {e}", procs.display()))?;
        // In this order: the next agent finds the app in its cgroup, or there is none. Without it, one that was killed
        // just before could leave an app behind that the next has taken for gone.
        if i32::try_from(agent).map(Pid::from_raw) != Ok(getppid()) {
            return Err("the agent is gone".to_owned());
        }
        setsid().map_err(|e| format!("setsid: {e}"))?;
        drop_rights(&account, Uid::from_raw(uid), Gid::from_raw(gid))?;
        // With the account's rights from here on.
        if std::env::set_current_dir(&directory).is_err() {
            std::env::set_current_dir("/").map_err(|e| format!("/: {e}"))?;
        }
        Ok(Command::new(program))
    })();
    match ready {
        Ok(mut command) => {
            let null = File::open("/dev/null").and_then(|null| Ok(nix::unistd::dup2_stdin(null)?));
            if let Err(e) = null {
                return format!("/dev/null: {e}");
            }
            let error = command.args(arguments).exec();
            format!("{}: {error}", command.get_program().display())
        }
        Err(error) => error,
    }
}

fn drop_rights(account: &str, uid: Uid, gid: Gid) -> Result<(), String> {
    if !Uid::effective().is_root() {
        // An agent without root's rights runs apps of its own account alone.
        return if uid == Uid::effective() { Ok(()) } else { Err("only root can run another account's app".into()) };
    }
    let name = CString::new(account).map_err(|e| e.to_string())?;
    initgroups(&name, gid).map_err(|e| format!("initgroups: {e}"))?;
    setgid(gid).map_err(|e| format!("setgid: {e}"))?;
    setuid(uid).map_err(|e| format!("setuid: {e}"))
}

fn number(text: OsString) -> Result<u32, String> {
    text.to_str().and_then(|t| t.parse().ok()).ok_or_else(|| "not a number".to_owned())
}
