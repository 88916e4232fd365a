//! What a host must have for screens, and what of it is missing.

use std::path::{Path, PathBuf};

use deskwarden_types::Ability;

/// Where programs of the system are: never in a user's own path.
const PLACES: &[&str] = &["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/usr/games"];

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
        let x_server = needed(&["Xtigervnc", "Xvnc"], "tigervnc-standalone-server", Ability::Screens);
        let manager = needed(&["openbox"], "openbox", Ability::Screens);
        let terminal = needed(&["xterm"], "xterm", Ability::Screens);
        // The programs themselves: `x0vncserver` is a script around the first on Debian.
        let scraper = needed(&["X0tigervnc", "x0vncserver"], "tigervnc-scraping-server", Ability::Watching);
        let dialogs = needed(&["zenity"], "zenity", Ability::Watching);
        if !nix::unistd::Uid::effective().is_root() {
            tracing::warn!("screens are made by root alone: this agent starts none");
            return None;
        }
        Some(Self { x_server: x_server?, manager: manager?, terminal: terminal?, scraper: dialogs.and(scraper) })
    }

    /// What can be done with them.
    pub(crate) fn abilities(&self) -> Vec<Ability> {
        let watching = self.scraper.as_ref().map(|_| Ability::Watching);
        [Some(Ability::Screens), watching].into_iter().flatten().collect()
    }
}

fn needed(names: &[&str], package: &str, ability: Ability) -> Option<PathBuf> {
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
