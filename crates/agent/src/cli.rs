//! The command line.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use deskwarden_types::SessionId;

/// Runs apps for the users of this machine, tells the Deskwarden server of them, and carries out what it asks.
#[derive(Debug, Parser)]
#[command(name = "deskwarden-agent", version)]
pub(crate) struct Cli {
    /// Where the agent keeps its key, its sessions and its reports.
    #[arg(long, env = "DESKWARDEN_AGENT_STATE_DIR", default_value = "/var/lib/deskwarden-agent", global = true)]
    pub state_dir: PathBuf,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Trade a one-time code for this host's key.
    Enrol(Enrol),
    /// Run the agent (as root), until SIGTERM or Ctrl-C.
    Run(Run),
    /// Launch a program as a new session.
    Launch(Launch),
    /// Run a session's app again.
    Start(OfSession),
    /// Take a session out of the player.
    Remove(OfSession),
    /// Show how the agent is.
    Status,
    /// Show your sessions in the player (root: everybody's).
    List,
    /// Simulate hosts whose users launch apps and close them, for a demo or a load test.
    Simulate(crate::simulate::Options),
}

#[derive(Debug, Args)]
pub(crate) struct Enrol {
    /// The server's address, such as https://desk.example.
    #[arg(long, env = "DESKWARDEN_AGENT_SERVER")]
    pub server: String,
    /// The one-time code.
    #[arg(long, env = "DESKWARDEN_AGENT_CODE", hide_env_values = true)]
    pub code: String,
    /// What to call this host; its own name unless told.
    #[arg(long, env = "DESKWARDEN_AGENT_NAME")]
    pub name: Option<String>,
    /// Allow plain http to another machine: the key can then be read on the way.
    #[arg(long, env = "DESKWARDEN_AGENT_INSECURE_HTTP")]
    pub insecure_http: bool,
    /// A further root certificate to trust (PEM file), for a server that signed its own.
    #[arg(long, env = "DESKWARDEN_AGENT_CA_CERTIFICATE")]
    pub ca_certificate: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Seconds between the request to close and the kill, when an app is ended.
    #[arg(long, env = "DESKWARDEN_AGENT_TERMINATE_SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=60))]
    pub terminate_seconds: u64,
    /// Minutes after which a streamed app ends that its user has disconnected from; 0 for never.
    #[arg(long, env = "DESKWARDEN_AGENT_DISCONNECTED_MINUTES", default_value_t = 15, value_parser = clap::value_parser!(u64).range(0..=525_600))]
    pub disconnected_minutes: u64,
    /// Do not look for logins on this host (SSH, xrdp, other VNC servers).
    #[arg(long, env = "DESKWARDEN_AGENT_NO_LOGINS")]
    pub no_logins: bool,
    /// Where to listen for native VNC viewers, such as 0.0.0.0:5999. Off unless given.
    #[arg(long, env = "DESKWARDEN_AGENT_GATE", value_name = "ADDRESS:PORT")]
    pub gate: Option<std::net::SocketAddr>,
    /// What people type into their viewers to come to the gate; its address unless told.
    #[arg(long, env = "DESKWARDEN_AGENT_GATE_NAME", value_name = "HOST:PORT", requires = "gate")]
    pub gate_name: Option<String>,
    /// PEM file with the gate's certificate chain: viewers that can then speak TLS (VeNCrypt). Read again when it changes.
    #[arg(long, env = "DESKWARDEN_AGENT_GATE_CERTIFICATE", value_name = "FILE", requires_all = ["gate", "gate_key"])]
    pub gate_certificate: Option<PathBuf>,
    /// PEM file with that certificate's key.
    #[arg(long, env = "DESKWARDEN_AGENT_GATE_KEY", value_name = "FILE", requires = "gate_certificate")]
    pub gate_key: Option<PathBuf>,
    /// Let no viewer in that does not speak TLS.
    #[arg(long, env = "DESKWARDEN_AGENT_GATE_ENCRYPTED_ONLY", requires = "gate_certificate")]
    pub gate_encrypted_only: bool,
    /// Minutes after which a desktop behind the gate ends that nobody is connected to; 0 for never.
    #[arg(long, env = "DESKWARDEN_AGENT_GATE_MINUTES", default_value_t = 720, value_parser = clap::value_parser!(u64).range(0..=525_600))]
    pub gate_minutes: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Launch {
    /// The program, by name or path.
    pub program: String,
    /// Its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct OfSession {
    /// The session's number.
    pub session: SessionId,
}
