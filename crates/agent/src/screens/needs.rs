//! What a host must have for screens, and what of it is missing.

use std::path::{Path, PathBuf};

use deskwarden_types::Ability;

use crate::source::AbilityState;

/// Where programs of the system are: never in a user's own path.
const PLACES: &[&str] = &["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/usr/games"];

/// A program under any of its names, and the Debian package that brings it.
type Needed = (&'static [&'static str], &'static str);
/// An X server, a window manager, a terminal.
const SCREENS: [Needed; 3] =
    [(&["Xtigervnc", "Xvnc"], "tigervnc-standalone-server"), (&["openbox"], "openbox"), (&["xterm"], "xterm")];
/// What shows a screen to somebody else, and what asks its user. The programs themselves: `x0vncserver` is a script around
/// the first on Debian.
const WATCHING: [Needed; 2] = [(&["X0tigervnc", "x0vncserver"], "tigervnc-scraping-server"), (&["zenity"], "zenity")];

/// The programs that screens are made with.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    pub x_server: PathBuf,
    pub manager: PathBuf,
    pub terminal: PathBuf,
    /// What shows a screen to somebody else; none where nobody can watch on this host.
    pub scraper: Option<PathBuf>,
}

impl Programs {
    /// Looks for them, and says what is missing by the name of its Debian package. None where no screen can be made.
    pub(crate) fn find() -> Option<Self> {
        let [x_server, manager, terminal] = SCREENS.map(|program| needed(program, Ability::Screens));
        let [scraper, dialogs] = WATCHING.map(|program| needed(program, Ability::Watching));
        if !nix::unistd::Uid::effective().is_root() {
            tracing::warn!("screens are made by root alone: this agent starts none");
            return None;
        }
        Some(Self { x_server: x_server?, manager: manager?, terminal: terminal?, scraper: dialogs.and(scraper) })
    }

    /// What is there now and what is missing, for people.
    pub(crate) fn states(found: Option<&Self>) -> Vec<AbilityState> {
        let lack = |needed: &[Needed]| {
            let missing = needed.iter().filter(|(names, _)| !names.iter().any(|name| find(name).is_some()));
            missing.map(|(_, package)| *package).collect::<Vec<_>>().join(", ")
        };
        let state = |ability, can, missing: String| {
            let detail = match (can, missing.is_empty()) {
                (true, _) => "ready".to_owned(),
                (false, false) => format!("missing packages: {missing}"),
                (false, true) => "the agent must run as root, and be started anew after packages were added".to_owned(),
            };
            AbilityState { ability, can, detail }
        };
        let watching = found.is_some_and(|programs| programs.scraper.is_some());
        vec![
            state(Ability::Screens, found.is_some(), lack(&SCREENS)),
            state(Ability::Watching, watching, lack(&WATCHING)),
        ]
    }

    /// What can be done with them.
    pub(crate) fn abilities(&self) -> Vec<Ability> {
        let watching = self.scraper.as_ref().map(|_| Ability::Watching);
        [Some(Ability::Screens), watching].into_iter().flatten().collect()
    }
}

fn needed((names, package): Needed, ability: Ability) -> Option<PathBuf> {
    let found = names.iter().find_map(|name| find(name));
    if found.is_none() {
        tracing::warn!(%ability, package, "not on this host; install the package to have it");
    }
    found
}

/// Where a program of the system is: by its name, or by its absolute path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let is_program = |path: &PathBuf| {
        use std::os::unix::fs::PermissionsExt;
        path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
    };
    if program.contains('/') {
        return Some(PathBuf::from(program)).filter(|path| path.is_absolute() && is_program(path));
    }
    PLACES.iter().map(|place| Path::new(place).join(program)).find(is_program)
}
