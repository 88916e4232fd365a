//! The command line's end of the local socket.

use std::{
    io::{self, BufRead, BufReader, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    time::Duration,
};

use deskwarden_types::SessionId;

use super::wire::{Answer, Ask, Health, Row};
use crate::exec::{Environment, PASSED_ON};

/// The server may take 30 s to answer the agent.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a command ended for the shell.
pub(crate) enum Ended {
    /// What to print.
    Well(String),
    /// Why not.
    Refused { unknown_program: bool, why: String },
}

/// Launches a program.
pub(crate) fn launch(state: &Path, typed: String, args: Vec<String>) -> io::Result<Ended> {
    let search = std::env::var_os("PATH").unwrap_or_default();
    let Some(path) = find(&typed, &search, &std::env::current_dir()?) else {
        let why = format!("there is no program {typed:?} on this machine (looked for in PATH)");
        return Ok(Ended::Refused { unknown_program: true, why });
    };
    let directory = std::env::current_dir()?;
    ask(state, &Ask::Launch { typed, path, args, env: environment(), directory })
}

/// Runs a session's app again.
pub(crate) fn start(state: &Path, session: SessionId) -> io::Result<Ended> {
    ask(state, &Ask::Start { session, env: environment(), directory: std::env::current_dir()? })
}

/// Asks the agent and says the answer in words.
pub(crate) fn ask(state: &Path, ask: &Ask) -> io::Result<Ended> {
    let path = state.join("agent.sock");
    let mut stream = UnixStream::connect(&path).map_err(|e| {
        let text = format!("no agent answers at {} ({e}): is `deskwarden-agent run` running?", path.display());
        io::Error::new(e.kind(), text)
    })?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut json = serde_json::to_vec(ask)?;
    json.push(b'\n');
    stream.write_all(&json)?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    if line.is_empty() {
        return Err(io::Error::other("the agent went away without an answer; see `deskwarden-agent list`"));
    }
    Ok(match serde_json::from_str(&line)? {
        Answer::Launched { session, name } => Ended::Well(format!("session {session}: {name} is running")),
        Answer::Done {} => Ended::Well("done".to_owned()),
        Answer::Status(health) => Ended::Well(status(&health)),
        Answer::Sessions { sessions } => Ended::Well(list(&sessions)),
        Answer::Refused { unknown_program, why } => Ended::Refused { unknown_program, why },
    })
}

fn status(health: &Health) -> String {
    let last = health.last_word.map_or_else(|| "never".to_owned(), |time| time.to_string());
    let mut lines = vec![
        format!("server:     {}", health.server),
        format!("tenant:     {}", health.tenant),
        format!("host:       {}", health.host),
        format!("version:    {}", health.version),
        format!("connection: {}", health.connection),
        format!("last word:  {last}"),
        format!("reports:    {} waiting for the server", health.waiting_reports),
        format!("sessions:   {} in the player, {} on screens of their own", health.sessions, health.screens),
    ];
    for state in &health.abilities {
        let can = if state.can { "yes" } else { "no" };
        lines.push(format!("{:<11} {can}: {}", format!("{}:", state.ability), state.detail));
    }
    match &health.seats {
        None => lines.push("seats:      not known: the server did not answer".to_owned()),
        Some(seats) => {
            lines.push(format!("seats:      {} of {} in use", seats.count.in_use, seats.count.capacity));
            for own in &seats.own {
                let device = own.device.as_ref().map(|device| device.name.as_str()).or(own.ip.as_deref());
                lines.push(format!("            yours: {} since {}", device.unwrap_or("a device"), own.since));
            }
        }
    }
    lines.push(format!("your page:  {}", health.page));
    lines.join("\n")
}

fn list(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "no sessions; launch a program with `deskwarden-agent launch PROGRAM`".to_owned();
    }
    let mut lines = vec![format!("{:<12} {:<8} {:<16} {:<20} PROGRAM", "SESSION", "STATUS", "ACCOUNT", "APP")];
    for row in rows {
        let (session, status) = (row.session.to_string(), row.status.as_str());
        lines.push(format!("{session:<12} {status:<8} {:<16} {:<20} {}", row.account, row.name, row.program.display()));
    }
    lines.join("\n")
}

/// The variables that go on to the app. What is not UTF-8 cannot go.
fn environment() -> Environment {
    PASSED_ON.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?))).collect()
}

/// Finds a program as a shell does, with the caller's own rights.
fn find(typed: &str, search: &std::ffi::OsStr, directory: &Path) -> Option<PathBuf> {
    let runs = |path: &PathBuf| path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
    let absolute = |path: PathBuf| std::path::absolute(directory.join(path)).ok();
    if typed.is_empty() {
        return None;
    }
    if typed.contains('/') {
        return absolute(PathBuf::from(typed)).filter(runs);
    }
    std::env::split_paths(search).filter_map(|place| absolute(place.join(typed))).find(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_as_a_shell_finds_them() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("app");
        std::fs::write(&program, "#!/bin/sh\n").unwrap();
        let search = std::env::join_paths([Path::new("/nowhere"), dir.path()]).unwrap();
        assert_eq!(find("app", &search, Path::new("/")), None, "it is not executable");
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        assert_eq!(find("app", &search, Path::new("/")), Some(program.clone()));
        assert_eq!(
            find("./app", &search, dir.path()).unwrap().canonicalize().unwrap(),
            program.canonicalize().unwrap()
        );
        assert_eq!(find("app", "".as_ref(), Path::new("/nowhere")), None);
        assert_eq!(find("", &search, dir.path()), None);
        assert_eq!(find("/", &search, dir.path()), None);
    }
}
