//! Where a session's files are.
//!
//! `/run/deskwarden/MARK/SESSION` is root's, so that nothing in it can be exchanged for something else; in it the X
//! cookie, and the account's own runtime directory. The home of an account of the agent's own is the session's, and goes with it.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::{
        linux::net::SocketAddrExt,
        unix::{
            fs::{OpenOptionsExt, PermissionsExt, chown},
            net::{SocketAddr, UnixListener},
        },
    },
    path::{Path, PathBuf},
};

use deskwarden_types::SessionId;

use super::accounts::Owner;
use crate::{
    exec::{Account, Environment},
    files,
};

/// What does not outlive a boot.
pub(crate) const RUN: &str = "/run/deskwarden";
/// Homes of accounts of the agent's own.
const HOMES: &str = "/var/lib/deskwarden-homes";
/// Where X servers have their sockets.
const X_SOCKETS: &str = "/tmp/.X11-unix";
const LANGUAGES: &[&str] = &["LANG", "LANGUAGE", "LC_ALL"];

/// A session's directories.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    run: PathBuf,
    home: PathBuf,
}

impl Place {
    pub(crate) fn of(mark: &str, session: SessionId) -> Self {
        let below = Path::new(mark).join(session.to_string());
        Self { run: Path::new(RUN).join(&below), home: Path::new(HOMES).join(below) }
    }

    /// What all sessions need.
    pub(crate) fn prepare() -> io::Result<()> {
        files::directory(Path::new(RUN), 0o711)?;
        // An X server without root's rights does not make it.
        if !Path::new(X_SOCKETS).is_dir() {
            fs::create_dir(X_SOCKETS)?;
            fs::set_permissions(X_SOCKETS, PermissionsExt::from_mode(0o1777))?;
        }
        Ok(())
    }

    /// Makes them afresh, for this owner.
    pub(crate) fn make(&self, owner: &Owner) -> io::Result<()> {
        self.remove()?;
        files::directory(&self.run, 0o711)?;
        own_directory(&self.runtime(), &owner.account)?;
        if owner.home.is_none() {
            self.home.parent().map_or(Ok(()), |homes| files::directory(homes, 0o711))?;
            own_directory(&self.home, &owner.account)?;
        }
        let mut cookie = OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.cookie())?;
        cookie.write_all(&new_cookie()?)?;
        chown(self.cookie(), Some(owner.account.uid), Some(owner.account.gid))
    }

    /// Removes them, whatever is in them.
    pub(crate) fn remove(&self) -> io::Result<()> {
        for path in [&self.run, &self.home] {
            match fs::remove_dir_all(path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        Ok(())
    }

    /// `XAUTHORITY`.
    pub(crate) fn cookie(&self) -> PathBuf {
        self.run.join("cookie")
    }

    /// `XDG_RUNTIME_DIR`.
    pub(crate) fn runtime(&self) -> PathBuf {
        self.run.join("run")
    }

    /// Where the screen is to be had.
    pub(crate) fn socket(&self) -> PathBuf {
        self.runtime().join("screen.sock")
    }

    pub(crate) fn home(&self, owner: &Owner) -> PathBuf {
        owner.home.clone().filter(|home| home.is_dir()).unwrap_or_else(|| self.home.clone())
    }

    /// What a program of the session gets.
    pub(crate) fn environment(&self, owner: &Owner, display: Option<u32>) -> Environment {
        let text = |path: PathBuf| path.display().to_string();
        let languages = LANGUAGES.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)));
        let mut env: Environment = languages.collect();
        if env.is_empty() {
            env.insert("LANG".to_owned(), "C.UTF-8".to_owned());
        }
        env.extend([
            ("XAUTHORITY".to_owned(), text(self.cookie())),
            ("XDG_RUNTIME_DIR".to_owned(), text(self.runtime())),
            ("XDG_SESSION_TYPE".to_owned(), "x11".to_owned()),
            ("HOME".to_owned(), text(self.home(owner))),
            ("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin:/usr/games".to_owned()),
        ]);
        env.extend(display.map(|number| ("DISPLAY".to_owned(), format!(":{number}"))));
        env
    }
}

/// Inside a directory of root's: nobody can put a link in its place before it is given away.
fn own_directory(path: &Path, account: &Account) -> io::Result<()> {
    fs::create_dir(path)?;
    fs::set_permissions(path, PermissionsExt::from_mode(0o700))?;
    chown(path, Some(account.uid), Some(account.gid))
}

/// An Xauthority file with one random cookie. Its family says that it is good for whatever display: the number is not
/// known before the X server has one.
fn new_cookie() -> io::Result<Vec<u8>> {
    let mut secret = [0; 16];
    getrandom::fill(&mut secret).map_err(io::Error::other)?;
    Ok([&b"\xff\xff\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10"[..], &secret].concat())
}

/// Removes the socket of an X server that was killed, unless another one has the number by now. X servers hold their
/// number by an abstract socket; while this has it, none can take the number.
pub(crate) fn clear_display(number: u32) {
    let path = Path::new(X_SOCKETS).join(format!("X{number}"));
    let name = SocketAddr::from_abstract_name(path.as_os_str().as_encoded_bytes());
    match name.and_then(|name| UnixListener::bind_addr(&name)) {
        Ok(_held) => drop(fs::remove_file(path)),
        Err(error) => tracing::debug!(%error, number, "another X server has the number"),
    }
}
