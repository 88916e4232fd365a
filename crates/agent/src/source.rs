//! Where sessions come from: one source for each way of running or finding them.

use deskwarden_types::{
    Ability, CommandId, SessionId, Verb,
    agent::{AgentSettings, Beat, CommandOrder, StartOrder, StreamOrder},
};

/// Whether the agent can do something on this host.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AbilityState {
    /// What.
    pub ability: Ability,
    /// Whether it can.
    pub can: bool,
    /// How or where, or what is missing.
    pub detail: String,
}

/// A source of sessions. It tells of them through the outbox; this is what is asked of it.
pub trait SessionSource: Send + Sync {
    /// What its sessions can be asked.
    fn verbs(&self) -> &'static [Verb];
    /// What it can do beyond the verbs, with what this host has.
    fn abilities(&self) -> Vec<Ability> {
        Vec::new()
    }
    /// Whether a session is one of its own.
    fn knows(&self, session: SessionId) -> bool;
    /// Carries out a command that the journal has taken; the outbox tells of the end.
    fn carry_out(&self, order: CommandOrder);
    /// Whether a command of before the agent's start goes on by itself.
    fn goes_on(&self, command: CommandId) -> bool;
    /// Starts a session; false where it starts none. One that it knows already is not started again.
    fn start(&self, _: &StartOrder) -> bool {
        false
    }
    /// Streams the screen of a session of its own.
    fn stream(&self, order: StreamOrder) {
        tracing::warn!(session = %order.session_id, "this session has no screen to stream");
    }
    /// The sessions that it vouches for.
    fn beats(&self) -> Vec<Beat>;
    /// The server was reached anew: what had to wait for it can go on.
    fn connected(&self);
    /// What it can do beyond the verbs and what it lacks, for people.
    fn states(&self) -> Vec<AbilityState> {
        Vec::new()
    }
    /// Behave like this from now on.
    fn settings(&self, _: AgentSettings) {}
}
