//! People on the agent's machine, who keep a record of what they asked for and what was acknowledged.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
    time::Duration,
};

use deskwarden_tests::{Local, Random};
use deskwarden_types::{SessionId, Status};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// So many sessions may be in the player before somebody takes one out: an agent that starts takes all of them over,
/// and should be killed at its work too.
const IN_PLAYER: usize = 24;

/// A launch that was asked for.
#[derive(Debug, Default)]
pub struct Launch {
    /// Whether the app runs until it is ended.
    pub long: bool,
    /// The session, where the launch was acknowledged.
    pub session: Option<SessionId>,
    /// How often it was to be started again, and how often that was acknowledged.
    pub starts: (usize, usize),
    /// Whether its user has closed the app at some time.
    pub closed: bool,
    /// Whether its removal was asked for, and acknowledged.
    pub removal: (bool, bool),
    /// Whether its eviction was asked for, and that it expires.
    pub commanded: (bool, bool),
    busy: bool,
}

impl Launch {
    fn in_player(&self) -> bool {
        self.session.is_some() && !self.removal.0
    }

    /// Whether the app may have come to its end.
    pub fn may_rest(&self) -> bool {
        !self.long || self.closed || self.commanded != (false, false)
    }
}

/// Everything that was asked for.
pub struct Record {
    local: Local,
    cgroups: PathBuf,
    program: PathBuf,
    launches: RefCell<BTreeMap<u32, Launch>>,
    /// Nobody begins anything new.
    pub stop: Cell<bool>,
}

impl Record {
    /// `program` sleeps so many seconds.
    pub fn new(local: Local, cgroups: PathBuf, program: PathBuf) -> Self {
        Self { local, cgroups, program, launches: RefCell::default(), stop: Cell::new(false) }
    }

    /// Works until it is told to stop.
    pub async fn work(&self, mut random: Random) {
        while !self.stop.get() {
            let many = self.launches.borrow().values().filter(|launch| launch.in_player()).count() >= IN_PLAYER;
            let answered = match random.below(10) {
                0..=4 if !many => self.launch(random.below(3) > 0).await,
                0..=5 => self.remove(&mut random).await,
                6..=7 => self.start(&mut random).await,
                8 => self.close(&mut random),
                _ => self.list().await,
            };
            if !answered {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    async fn launch(&self, long: bool) -> bool {
        let mut number = 0;
        self.with(|launches| {
            number = u32::try_from(launches.len()).unwrap();
            launches.insert(number, Launch { long, busy: true, ..Launch::default() });
        });
        // The number is in the time that it sleeps: each app tells which launch it is.
        let seconds = if long { format!("100000.{number:06}") } else { format!("0.1{number:06}") };
        let said = self.local.ask(&["launch", &self.program.to_string_lossy(), &seconds]).await;
        self.change(number, |launch| {
            launch.session = said.status.success().then(|| session(&said));
            launch.busy = false;
        });
        said.status.success()
    }

    async fn start(&self, random: &mut Random) -> bool {
        let Some((number, session)) = self.pick(random, |_| true) else { return false };
        self.change(number, |launch| launch.starts.0 += 1);
        let said = self.local.ask(&["start", &session.to_string()]).await;
        self.change(number, |launch| {
            launch.starts.1 += usize::from(said.status.success());
            launch.busy = false;
        });
        said.status.success()
    }

    /// Asks to take a session out. The player refuses while the app runs.
    async fn remove(&self, random: &mut Random) -> bool {
        let Some((number, session)) = self.pick(random, Launch::may_rest) else { return false };
        self.change(number, |launch| launch.removal.0 = true);
        let said = self.local.ask(&["remove", &session.to_string()]).await;
        let refused = String::from_utf8_lossy(&said.stderr).contains(" runs: close the app first");
        self.change(number, |launch| {
            launch.removal = (!refused, said.status.success());
            launch.busy = false;
        });
        said.status.success()
    }

    /// Closes the app, as its user does in its window.
    fn close(&self, random: &mut Random) -> bool {
        let Some((number, session)) = self.pick(random, |launch| launch.long) else { return false };
        let pids = processes(&self.cgroups, session);
        self.change(number, |launch| {
            launch.closed |= !pids.is_empty();
            launch.busy = false;
        });
        for pid in &pids {
            // It may have ended by itself.
            let _ = kill(Pid::from_raw(*pid), Signal::SIGTERM);
        }
        !pids.is_empty()
    }

    /// The agent's own list has what was acknowledged, at any moment.
    async fn list(&self) -> bool {
        let before = self.acknowledged();
        let Some(list) = self.listed().await else { return false };
        self.with(|launches| {
            for (number, (session, removed)) in before {
                let launch = &launches[&number];
                assert!(list.contains_key(&session) || launch.removal.0, "{session} is lost: {launch:?}");
                assert!(!(removed && list.contains_key(&session)), "{session} is back: {launch:?}");
            }
        });
        true
    }

    fn acknowledged(&self) -> BTreeMap<u32, (SessionId, bool)> {
        self.with(|launches| {
            let known = launches.iter().filter_map(|(n, launch)| Some((*n, (launch.session?, launch.removal.1))));
            known.collect()
        })
    }

    /// What the agent lists; none where it does not answer.
    pub async fn listed(&self) -> Option<BTreeMap<SessionId, Status>> {
        let said = self.local.ask(&["list"]).await;
        said.status.success().then(|| {
            let text = String::from_utf8(said.stdout).unwrap();
            let row = |line: &str| {
                let mut words = line.split_whitespace();
                Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
            };
            text.lines().filter_map(row).collect()
        })
    }

    /// The processes of our apps on this machine, wherever they are, with the launch that each belongs to.
    pub fn processes(&self) -> BTreeMap<i32, u32> {
        let program = self.program.to_string_lossy();
        let ours = |folder: fs::DirEntry| {
            let pid = folder.file_name().to_str()?.parse().ok()?;
            let line = String::from_utf8(fs::read(folder.path().join("cmdline")).ok()?).ok()?;
            let (_, number) = line.contains(&*program).then(|| line.trim_end_matches('\0').rsplit_once('\0'))??;
            Some((pid, number.get(number.len().checked_sub(6)?..)?.parse().ok()?))
        };
        fs::read_dir("/proc").unwrap().flatten().filter_map(ours).collect()
    }

    /// Whether the agent is connected.
    pub async fn connected(&self) -> bool {
        self.status().await.contains("connection: connected\n")
    }

    /// Whether the agent is connected and the server has taken all its reports.
    pub async fn all_told(&self) -> bool {
        let text = self.status().await;
        text.contains("connection: connected\n") && text.contains("reports:    0 waiting")
    }

    async fn status(&self) -> String {
        String::from_utf8_lossy(&self.local.ask(&["status"]).await.stdout).into_owned()
    }

    /// A session to evict, which as far as is known runs.
    pub fn to_evict(&self, random: &mut Random) -> Option<SessionId> {
        let (number, session) = self.pick(random, |launch| !launch.may_rest())?;
        self.change(number, |launch| (launch.commanded.0, launch.busy) = (true, false));
        Some(session)
    }

    /// A session to expire, which as far as is known does not run.
    pub fn to_expire(&self, random: &mut Random) -> Option<SessionId> {
        let (number, session) = self.pick(random, |launch| launch.may_rest() && !launch.commanded.1)?;
        self.change(number, |launch| (launch.commanded.1, launch.busy) = (true, false));
        Some(session)
    }

    fn pick(&self, random: &mut Random, which: impl Fn(&Launch) -> bool) -> Option<(u32, SessionId)> {
        self.with(|launches| {
            let free = |launch: &Launch| launch.in_player() && !launch.busy && which(launch);
            let found: Vec<u32> = launches.iter().filter(|(_, launch)| free(launch)).map(|(n, _)| *n).collect();
            let number = *found.get(usize::try_from(random.below(found.len() as u64)).unwrap())?;
            let launch = launches.get_mut(&number)?;
            launch.busy = true;
            Some((number, launch.session?))
        })
    }

    fn change(&self, number: u32, change: impl FnOnce(&mut Launch)) {
        self.with(|launches| change(launches.get_mut(&number).unwrap()));
    }

    /// The launches by their number.
    pub fn with<T>(&self, look: impl FnOnce(&mut BTreeMap<u32, Launch>) -> T) -> T {
        look(&mut self.launches.borrow_mut())
    }
}

fn session(said: &Output) -> SessionId {
    let text = String::from_utf8_lossy(&said.stdout);
    let number = text.strip_prefix("session ").and_then(|rest| rest.split(':').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no session: {text}"))
}

/// The processes of a session's app.
pub fn processes(cgroups: &Path, session: SessionId) -> Vec<i32> {
    let text = fs::read_to_string(cgroups.join(session.to_string()).join("cgroup.procs")).unwrap_or_default();
    text.lines().filter_map(|line| line.parse().ok()).collect()
}
