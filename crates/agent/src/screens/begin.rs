//! Starting a session: an X server, a window manager, the program.

use std::{io, path::Path, process::Stdio, time::Duration};

use deskwarden_types::agent::StartOrder;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    process::Child,
};

use super::{
    accounts::Owner,
    entry::Living,
    managed,
    needs::{self, Programs},
    place::Place,
};
use crate::{
    cgroup::Group,
    display::text,
    exec::{self, Account, Environment, Job},
};

/// How long an X server may take to have a display.
const PATIENCE: Duration = Duration::from_secs(30);
/// The size that a screen begins with; who opens it may change it.
const SIZE: &str = "1280x800";
/// An account of the agent's own has no shell to log in with; a terminal on its screen needs one.
const OURS: &[(&str, &str)] = &[("SHELL", "/bin/sh")];

/// The cgroups of a session: one for all, and in it one for each part.
#[derive(Debug, Clone)]
pub(crate) struct Groups {
    /// Everything.
    pub whole: Group,
    /// The X server.
    pub server: Group,
    /// The window manager, and what is started from its menu.
    pub manager: Group,
    /// The program.
    pub program: Group,
    /// Dialogs.
    pub dialogs: Group,
}

impl Groups {
    pub(crate) fn of(whole: Group) -> Self {
        let part = |name| whole.part(name);
        let (server, manager) = (part("server"), part("manager"));
        let (program, dialogs) = (part("program"), part("dialogs"));
        Self { whole, server, manager, program, dialogs }
    }
}

/// What was started.
pub(crate) struct Begun {
    pub living: Living,
    pub manager: Child,
    pub program: Option<Child>,
}

/// Starts all of it. On an error something may live; the caller ends it.
pub(crate) async fn begin(
    order: &StartOrder,
    owner: &Owner,
    place: &Place,
    groups: &Groups,
    programs: &Programs,
) -> io::Result<Begun> {
    let program = find_program(order, programs)?;
    groups.whole.create()?;
    let (server, display) = x_server(order, owner, place, groups, programs).await?;
    let env = place.environment(owner, Some(display));
    let manager = run(&groups.manager, owner, &env, place, &programs.manager).await?;
    await_manager(&groups.manager, owner, &env, place).await;
    let program = run(&groups.program, owner, &env, place, &program).await?;
    let pid = |child: &Child| child.id().and_then(|id| i32::try_from(id).ok()).unwrap_or_default();
    let manager_pid = pid(&manager);
    reap(server);
    let living = Living { owner: owner.clone(), display, manager_pid, program_ended: false };
    Ok(Begun { living, manager, program: Some(program) })
}

/// Starts the program of a session whose screen is there.
pub(crate) async fn begin_program(
    order: &StartOrder,
    living: &Living,
    place: &Place,
    groups: &Groups,
    programs: &Programs,
) -> io::Result<Child> {
    let env = place.environment(&living.owner, Some(living.display));
    let program = find_program(order, programs)?;
    run(&groups.program, &living.owner, &env, place, &program).await
}

fn find_program(order: &StartOrder, programs: &Programs) -> io::Result<std::path::PathBuf> {
    match &order.program {
        None => Ok(programs.terminal.clone()),
        Some(name) => needs::find(name.as_str())
            .ok_or_else(|| io::Error::other(format!("there is no program {name} on this host"))),
    }
}

async fn x_server(
    order: &StartOrder,
    owner: &Owner,
    place: &Place,
    groups: &Groups,
    programs: &Programs,
) -> io::Result<(Child, u32)> {
    let mut args: Vec<String> = ["-displayfd", "1", "-auth"].map(str::to_owned).to_vec();
    args.push(place.cookie().display().to_string());
    // No port: the only way in is the socket.
    let rest = ["-geometry", SIZE, "-depth", "24", "-nolisten", "tcp", "-noreset", "-rfbport", "-1", "-rfbunixpath"];
    args.extend(rest.map(str::to_owned));
    args.push(place.socket().display().to_string());
    let rest = ["-rfbunixmode", "0600", "-SecurityTypes", "None", "-AlwaysShared"];
    args.extend(rest.map(str::to_owned));
    args.push(format!("-desktop={}", text::line(&order.name)));
    let job = Job {
        group: &groups.server,
        account: &owner.account,
        env: &place.environment(owner, None),
        directory: "/".into(),
        program: programs.x_server.clone(),
        args,
        ours: OURS,
    };
    let mut server = exec::start_heard(job, Stdio::piped(), Stdio::piped()).await?;
    let (stdout, stderr) = (server.stdout.take(), server.stderr.take());
    match tokio::time::timeout(PATIENCE, number(stdout)).await {
        Ok(Some(display)) => Ok((server, display)),
        Ok(None) => {
            let said = tokio::time::timeout(Duration::from_secs(1), last_words(stderr)).await.unwrap_or_default();
            Err(io::Error::other(format!("the X server did not start: {said}")))
        }
        Err(_) => Err(io::Error::other(format!("the X server had no display after {} s", PATIENCE.as_secs()))),
    }
}

/// The number that an X server says it has.
async fn number(stdout: Option<impl AsyncRead + Unpin>) -> Option<u32> {
    let mut line = String::new();
    BufReader::new(stdout?).take(32).read_line(&mut line).await.ok()?;
    line.trim().parse().ok()
}

async fn last_words(stderr: Option<impl AsyncRead + Unpin>) -> String {
    let mut said = Vec::new();
    if let Some(stderr) = stderr {
        let _ = stderr.take(4_096).read_to_end(&mut said).await;
    }
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.last_chunk::<3>().map_or_else(|| lines.join(" "), |last| last.join(" "))
}

async fn run(group: &Group, owner: &Owner, env: &Environment, place: &Place, program: &Path) -> io::Result<Child> {
    let account: &Account = &owner.account;
    let (directory, program, args) = (place.home(owner), program.to_owned(), Vec::new());
    exec::start(Job { group, account, env, directory, program, args, ours: OURS }, Stdio::null()).await
}

/// Waits until windows are looked after. Without that, the program starts all the same.
async fn await_manager(group: &Group, owner: &Owner, env: &Environment, place: &Place) {
    let (account, program, args) =
        (&owner.account, Path::new(exec::OURSELVES).to_owned(), vec![managed::WORD.to_owned()]);
    let job = Job { group, account, env, directory: place.home(owner), program, args, ours: OURS };
    let waited = async { exec::start(job, Stdio::null()).await?.wait().await };
    match waited.await {
        Ok(status) if status.success() => {}
        Ok(status) => tracing::warn!(%status, "no window manager looks after a screen"),
        Err(error) => tracing::warn!(%error, "nothing can wait for a window manager"),
    }
}

/// Waits for a process that only its cgroup tells of.
pub(crate) fn reap(mut child: Child) {
    tokio::spawn(async move { child.wait().await });
}
