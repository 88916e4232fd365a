//! Where sessions come from: one source for each way of running or finding them.

use deskwarden_types::{
    SessionId, Verb,
    agent::{AgentSettings, Beat, CommandOrder},
};

/// A source of sessions. It tells of them through the outbox; this is what is asked of it.
pub trait SessionSource: Send + Sync {
    /// What its sessions can be asked.
    fn verbs(&self) -> &'static [Verb];
    /// Whether a session is one of its own.
    fn knows(&self, session: SessionId) -> bool;
    /// Carries out a command that the journal has taken; the outbox tells of the end.
    fn carry_out(&self, order: CommandOrder);
    /// The sessions that it vouches for.
    fn beats(&self) -> Vec<Beat>;
    /// The server was reached anew: what had to wait for it can go on.
    fn connected(&self);
    /// Behave like this from now on.
    fn settings(&self, settings: AgentSettings);
}
