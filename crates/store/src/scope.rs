//! A tenant and a transaction: no query runs without one.

use std::collections::BTreeSet;

use deskwarden_types::{ActorKind, AgentId, AuditAction, SessionId, TenantId, Timestamp, UserId};

use crate::Conn;

/// One tenant's view of the database, for the length of one transaction.
pub struct Scope<'a> {
    pub(crate) conn: &'a mut Conn,
    /// The tenant; every query names it.
    pub tenant: TenantId,
    /// The server's clock when the call came.
    pub now: Timestamp,
}

/// A [`Scope`] that may change rows. When its closure is done, changed sessions get the tenant's
/// next revision and the audit entries join the chain, in the same transaction.
pub struct WriteScope<'a> {
    scope: Scope<'a>,
    pub(crate) changed: BTreeSet<SessionId>,
    pub(crate) audits: Vec<AuditDraft>,
    pub(crate) orders_for: BTreeSet<AgentId>,
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// What kind.
    pub kind: ActorKind,
    /// The user, where it is one (a token's owner, too).
    pub user: Option<UserId>,
    /// The name, as the audit shows it.
    pub name: String,
}

impl Actor {
    /// The server's own jobs.
    pub fn system() -> Self {
        Self { kind: ActorKind::System, user: None, name: "Deskwarden".to_owned() }
    }

    /// The command line on the server's machine.
    pub fn command_line() -> Self {
        Self { kind: ActorKind::Console, user: None, name: "command line".to_owned() }
    }

    /// An agent, by its host's name.
    pub fn agent(host: impl Into<String>) -> Self {
        Self { kind: ActorKind::Agent, user: None, name: host.into() }
    }
}

/// An audit entry before it has its place in the chain.
#[derive(Debug, Clone)]
pub struct AuditDraft {
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: AuditAction,
    /// To which session.
    pub session: Option<SessionId>,
    /// To what else, in words.
    pub object: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(conn: &'a mut Conn, tenant: TenantId, now: Timestamp) -> Self {
        Self { conn, tenant, now }
    }
}

/// What a [`WriteScope`] gathered.
pub(crate) struct WriteParts<'a> {
    pub(crate) conn: &'a mut Conn,
    pub(crate) changed: BTreeSet<SessionId>,
    pub(crate) audits: Vec<AuditDraft>,
    pub(crate) orders_for: BTreeSet<AgentId>,
}

impl<'a> WriteScope<'a> {
    pub(crate) fn into_parts(self) -> WriteParts<'a> {
        WriteParts { conn: self.scope.conn, changed: self.changed, audits: self.audits, orders_for: self.orders_for }
    }

    pub(crate) fn new(conn: &'a mut Conn, tenant: TenantId, now: Timestamp) -> Self {
        Self {
            scope: Scope::new(conn, tenant, now),
            changed: BTreeSet::new(),
            audits: Vec::new(),
            orders_for: BTreeSet::new(),
        }
    }

    /// This session's row was changed: open consoles will hear of it.
    pub fn touch(&mut self, session: SessionId) {
        self.changed.insert(session);
    }

    /// This agent has something new to receive.
    pub fn wake(&mut self, agent: AgentId) {
        self.orders_for.insert(agent);
    }

    /// Writes an audit entry at the end of the transaction.
    pub fn audit(&mut self, draft: AuditDraft) {
        self.audits.push(draft);
    }
}

impl<'a> std::ops::Deref for WriteScope<'a> {
    type Target = Scope<'a>;

    fn deref(&self) -> &Scope<'a> {
        &self.scope
    }
}

impl<'a> std::ops::DerefMut for WriteScope<'a> {
    fn deref_mut(&mut self) -> &mut Scope<'a> {
        &mut self.scope
    }
}
