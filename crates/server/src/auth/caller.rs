//! Who calls, once that is known.

use deskwarden_store::{Actor, agents::AgentIdentity, identity::SecretHash, sessions::Viewer};
use deskwarden_types::{ActorKind, Role, Scope, TenantId, Timestamp, UserId};

/// Who calls.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Nobody known: a public endpoint.
    Anonymous,
    /// A user, signed in or by an API token.
    User(UserCaller),
    /// An enrolled agent.
    Agent(AgentIdentity),
}

impl Caller {
    /// The caller's tenant.
    pub fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::Anonymous => None,
            Self::User(user) => Some(user.tenant),
            Self::Agent(agent) => Some(agent.tenant),
        }
    }
}

/// How a user calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// Signed in, with an access token.
    SignIn(i64),
    /// By an API token with these scopes.
    Token {
        /// What it may do.
        scopes: Vec<Scope>,
        /// The hash of its secret, to look it up again.
        secret: SecretHash,
    },
}

/// A user who calls, as the database has him now.
#[derive(Debug, Clone)]
pub struct UserCaller {
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub id: UserId,
    /// The name of the account.
    pub username: String,
    /// The role.
    pub role: Role,
    /// How.
    pub via: Via,
    /// When the token that was shown ends.
    pub expires_at: Timestamp,
}

impl UserCaller {
    /// As rows are made for him.
    pub fn viewer(&self) -> Viewer {
        Viewer { user: self.id, role: self.role }
    }

    /// As the audit names him.
    pub fn actor(&self) -> Actor {
        let kind = match self.via {
            Via::SignIn(_) => ActorKind::User,
            Via::Token { .. } => ActorKind::Token,
        };
        Actor { kind, user: Some(self.id), name: self.username.clone() }
    }
}
