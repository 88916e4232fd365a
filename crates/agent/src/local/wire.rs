//! What goes over the local socket.

use std::path::PathBuf;

use deskwarden_types::{SessionId, Status, Timestamp, api::MySeats};

use crate::{exec::Environment, source::AbilityState};

/// What a local account asks. Who it is, the socket says.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// Launch a program as a new session.
    Launch {
        /// As it was typed.
        typed: String,
        /// Where it was found.
        path: PathBuf,
        /// Its arguments.
        args: Vec<String>,
        /// Where to show itself, and the like.
        env: Environment,
        /// The working directory.
        directory: PathBuf,
    },
    /// Run a session's app again.
    Start {
        /// The session.
        session: SessionId,
        /// As above.
        env: Environment,
        /// The working directory.
        directory: PathBuf,
    },
    /// Take a session out of the player.
    Remove {
        /// The session.
        session: SessionId,
    },
    /// How the agent is.
    Status {},
    /// The caller's sessions; for root all.
    List {},
}

/// The agent's answer.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Launched and running.
    Launched {
        /// The new session.
        session: SessionId,
        /// What it is called.
        name: String,
    },
    /// Done.
    Done {},
    /// How the agent is.
    Status(Box<Health>),
    /// Sessions.
    Sessions {
        /// Oldest first.
        sessions: Vec<Row>,
    },
    /// Not done.
    Refused {
        /// Whether it is because there is no such program.
        unknown_program: bool,
        /// Why.
        why: String,
    },
}

/// How the agent is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Health {
    /// The server's address.
    pub server: String,
    /// The tenant's name.
    pub tenant: String,
    /// The host's id.
    pub host: String,
    /// The agent's version.
    pub version: String,
    /// How the connection is.
    pub connection: String,
    /// When the server was last heard of.
    pub last_word: Option<Timestamp>,
    /// How many reports wait for the server.
    pub waiting_reports: usize,
    /// How many sessions are in the player, of all accounts.
    pub sessions: usize,
    /// What the agent can do on this host, and what is missing for the rest.
    pub abilities: Vec<AbilityState>,
    /// Desktops and apps on screens of their own that live.
    pub screens: usize,
    /// The seats, and those of the caller; absent where the server could not be asked.
    pub seats: Option<MySeats>,
    /// The caller's own page.
    pub page: String,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Row {
    /// The session.
    pub session: SessionId,
    /// Its status.
    pub status: Status,
    /// What the app is called.
    pub name: String,
    /// Whose it is.
    pub account: String,
    /// What runs.
    pub program: PathBuf,
    /// When it came into the player, by the host's clock.
    pub added: Timestamp,
}
