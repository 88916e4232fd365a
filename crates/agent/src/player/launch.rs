//! Launches: from a local account's wish to a running app.
//!
//! The wish is on disk before the server is asked (see `wishes.rs`), and goes when the session's entry is there. So no
//! crash leaves a session that nobody knows of.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use deskwarden_client::ClientError;
use deskwarden_types::{SessionId, Status, agent::Observation};
use tokio::sync::oneshot;

use super::{
    Player, Refusal,
    app::{App, Ask},
    entry::{Entry, Pending, Program},
};
use crate::{
    exec::{Account, Environment},
    files,
};

/// What a local account wants to launch.
#[derive(Debug)]
pub(crate) struct Request {
    pub account: Account,
    /// As it was typed.
    pub typed: String,
    /// Where it was found: an absolute path.
    pub path: PathBuf,
    pub args: Vec<String>,
    pub env: Environment,
    pub directory: PathBuf,
}

impl Player {
    /// Launches a program as a new session. An error says that there is none, or what became of it.
    pub(crate) async fn launch(&self, request: Request) -> Result<(SessionId, String), Refusal> {
        if !is_program(&request.path) {
            let path = request.path.display();
            return Err(Refusal::UnknownProgram(format!("there is no program {path} on this machine")));
        }
        let pending = Pending {
            launch_key: launch_key().map_err(|e| Refusal::Other(e.to_string()))?,
            at: self.host.clock.stamp(),
            // A name found in the account's own path may be anything; by its path it is what it is.
            program: if request.typed.contains('/') {
                request.path.display().to_string()
            } else {
                request.typed.clone()
            },
            account: request.account.name.clone(),
        };
        let _no_inventory = self.host.outbox.launching.clone().read_owned().await;
        self.wishes.keep(&pending).map_err(disk)?;
        let launch = match self.wishes.ask(&pending).await {
            Ok(launch) => launch,
            Err(error) => {
                if let ClientError::Problem(_) = error {
                    // Refused: there is no session to wait for.
                    self.wishes.forget(&pending.launch_key);
                }
                return Err(Refusal::Other(format!("nothing was launched: {error}")));
            }
        };
        let program = Program {
            path: request.path,
            args: request.args,
            directory: request.directory,
            env: request.env,
            account: request.account,
        };
        let entry = Entry {
            session_id: launch.session_id,
            launch_key: pending.launch_key.clone(),
            name: launch.name.clone(),
            added: pending.at,
            program,
            status: Status::Added,
            expired: false,
            closing: None,
        };
        self.add(&entry).await.map_err(disk)?;
        self.wishes.forget(&pending.launch_key);
        self.run(entry).await?;
        Ok((launch.session_id, launch.name))
    }

    /// The entry goes into the library, and that is told. On an error neither is so, and the wish on disk sees to it
    /// that the session is told to be gone.
    async fn add(&self, entry: &Entry) -> std::io::Result<()> {
        let file = self.host.state.session(entry.session_id);
        files::replace_json(&file, entry)?;
        let told = self.host.outbox.durably(Observation::Status(entry.seen(&self.host.clock.stamp()))).await;
        if told.is_err() {
            files::remove(&file)?;
        }
        told
    }

    /// Runs a new session's app. One that cannot be started does not stay in the player.
    async fn run(&self, entry: Entry) -> Result<(), Refusal> {
        let id = entry.session_id;
        let app = App::spawn(self.host.clone(), entry, None);
        self.apps.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(id, app.clone());
        let (reply, answer) = oneshot::channel();
        let started = super::answered(&app, Ask::Start { from: None, reply }, answer).await;
        if let Err(error) = &started {
            let (reply, answer) = oneshot::channel();
            let ask = Ask::Remove { failed: Some(error.to_string()), reply };
            super::answered(&app, ask, answer).await?;
        }
        started
    }
}

fn disk(error: std::io::Error) -> Refusal {
    let what = if files::is_full(&error) { "the disk is full" } else { "the disk does not take it" };
    Refusal::Other(format!("nothing was launched, because the player cannot write: {what} ({error})"))
}

fn is_program(path: &Path) -> bool {
    path.is_absolute() && path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

/// 128 random bits.
fn launch_key() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
