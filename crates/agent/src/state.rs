//! The state directory: what lies where.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use deskwarden_types::{AgentId, CommandId, HostId, SessionId, agent::AgentSettings};
use sha2::{Digest, Sha256};

use crate::files;

/// Directories of many files, each of which is replaced as a whole.
const PARTS: [&str; 4] = ["sessions", "launches", "commands", "screens"];

/// Who this agent is, written when it enrols.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    /// The server's address.
    pub server: String,
    /// Goes into `Authorization`.
    pub key: String,
    /// The agent.
    pub agent_id: AgentId,
    /// The host.
    pub host_id: HostId,
    /// The host's name, as it enrolled.
    pub host_name: String,
    /// The tenant's name.
    pub tenant: String,
    /// A further root certificate to trust (PEM).
    pub root_certificate: Option<String>,
}

/// The agent's directory.
#[derive(Debug, Clone)]
pub struct StateDir(PathBuf);

impl StateDir {
    /// Makes the directory and its parts. Others may pass through it to the socket, and read nothing.
    pub fn open(path: &Path) -> io::Result<Self> {
        files::directory(path, 0o711)?;
        let state = Self(path.canonicalize()?);
        for part in PARTS {
            files::directory(&state.0.join(part), 0o700)?;
        }
        Ok(state)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Who the agent is.
    pub fn identity(&self) -> PathBuf {
        self.0.join("agent.json")
    }

    /// The settings that the server last gave.
    pub fn settings(&self) -> PathBuf {
        self.0.join("settings.json")
    }

    /// The reports that the server has not taken.
    pub fn spool(&self) -> PathBuf {
        self.0.join("spool.log")
    }

    /// The player's library, one file a session.
    pub fn sessions(&self) -> PathBuf {
        self.0.join("sessions")
    }

    /// One session's file.
    pub fn session(&self, id: SessionId) -> PathBuf {
        self.sessions().join(format!("{id}.json"))
    }

    /// Sessions on screens of their own, one file each.
    pub fn screens(&self) -> PathBuf {
        self.0.join("screens")
    }

    /// One such session's file.
    pub fn screen(&self, id: SessionId) -> PathBuf {
        self.screens().join(format!("{id}.json"))
    }

    /// Launches whose fate is not known, one file a launch key.
    pub fn launches(&self) -> PathBuf {
        self.0.join("launches")
    }

    /// The commands that were taken on.
    pub fn commands(&self) -> PathBuf {
        self.0.join("commands")
    }

    /// One command's file.
    pub fn command(&self, id: CommandId) -> PathBuf {
        self.commands().join(format!("{id}.json"))
    }

    /// Logins that the product did not start.
    pub fn logins(&self) -> PathBuf {
        self.0.join("logins.json")
    }

    /// Where local accounts ask.
    pub fn socket(&self) -> PathBuf {
        self.0.join("agent.sock")
    }

    /// What tells this directory's cgroups from those of other agents.
    pub fn mark(&self) -> String {
        let digest = Sha256::digest(self.0.as_os_str().as_encoded_bytes());
        digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Holds the directory for one program; the lock ends with the process, however it ends. What the last one was
    /// writing when it was killed goes.
    pub fn lock(&self) -> io::Result<File> {
        let file = File::options().create(true).append(true).open(self.0.join("lock"))?;
        file.try_lock().map_err(|e| match e {
            std::fs::TryLockError::WouldBlock => {
                io::Error::other(format!("another agent runs with the state directory {}", self.0.display()))
            }
            std::fs::TryLockError::Error(e) => e,
        })?;
        for part in PARTS {
            files::remove_unfinished(&self.0.join(part))?;
        }
        Ok(file)
    }

    /// The settings to go by until the server gives others.
    pub fn read_settings(&self) -> AgentSettings {
        let standard = AgentSettings {
            heartbeat_seconds: 60,
            first_warning_seconds: 120,
            second_warning_seconds: 60,
            consent_seconds: 30,
            poor_network_seconds: 15,
        };
        files::read_json(&self.settings()).ok().flatten().unwrap_or(standard)
    }
}
