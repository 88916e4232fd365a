//! A tenant and a transaction: no query runs without one.

use std::{collections::BTreeSet, sync::Arc};

use deskwarden_types::{ActorKind, AgentId, AuditAction, SessionId, TenantId, Timestamp, UserId};

use crate::{
    Conn,
    events::Line,
    sessions::{Ground, names::Names, state::Ledger},
};

/// One tenant's view of the database, for the length of one transaction.
pub struct Scope<'a> {
    pub(crate) conn: &'a mut Conn,
    /// The tenant; every query names it.
    pub tenant: TenantId,
    /// The server's clock when the call came.
    pub now: Timestamp,
    /// What searches and rows remember of names.
    pub(crate) names: Arc<Names>,
    /// The tenant, where it was read together with its caller; for the first question, which is about that moment.
    pub(crate) ground: Option<Ground>,
    /// What it sees may yet be undone: nothing of it is remembered for others.
    pub(crate) writes: bool,
}

/// A [`Scope`] that may change rows. When its closure is done, changed sessions get the tenant's
/// next revision and the audit entries join the chain, in the same transaction.
pub struct WriteScope<'a> {
    scope: Scope<'a>,
    pub(crate) changed: BTreeSet<SessionId>,
    pub(crate) audits: Vec<AuditDraft>,
    pub(crate) orders_for: BTreeSet<AgentId>,
    pub(crate) news: bool,
    /// Sessions and commands that are locked, with what has become of them.
    pub(crate) ledger: Ledger,
    /// Lines of timelines, in order.
    pub(crate) lines: Vec<Line>,
    /// Sessions that an agent spoke of just now.
    pub(crate) heard_of: BTreeSet<SessionId>,
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
    /// `names`: what is remembered of this database.
    pub(crate) fn new(conn: &'a mut Conn, tenant: TenantId, now: Timestamp, names: Arc<Names>) -> Self {
        Self { conn, tenant, now, names, ground: None, writes: false }
    }
}

/// What a [`WriteScope`] gathered.
pub(crate) struct WriteParts<'a> {
    pub(crate) conn: &'a mut Conn,
    pub(crate) changed: BTreeSet<SessionId>,
    pub(crate) audits: Vec<AuditDraft>,
    pub(crate) orders_for: BTreeSet<AgentId>,
    pub(crate) news: bool,
    pub(crate) ledger: Ledger,
}

impl<'a> WriteScope<'a> {
    pub(crate) fn into_parts(self) -> WriteParts<'a> {
        let Self { scope, changed, audits, orders_for, news, ledger, .. } = self;
        WriteParts { conn: scope.conn, changed, audits, orders_for, news, ledger }
    }

    /// `names`: what is remembered of this database.
    pub(crate) fn new(conn: &'a mut Conn, tenant: TenantId, now: Timestamp, names: Arc<Names>) -> Self {
        Self {
            scope: Scope { writes: true, ..Scope::new(conn, tenant, now, names) },
            changed: BTreeSet::new(),
            audits: Vec::new(),
            orders_for: BTreeSet::new(),
            news: false,
            ledger: Ledger::default(),
            lines: Vec::new(),
            heard_of: BTreeSet::new(),
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

    /// What stands beside the sessions on every list was changed: the tenant's revision moves, and live feeds look.
    pub fn tell(&mut self) {
        self.news = true;
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
