//! Who may do what: the table of roles.

use deskwarden_types::{Permission, Role, Scope, Verb};

/// Whether a role has a permission. No role is an agent.
pub fn role_has(role: Role, permission: Permission) -> bool {
    match permission {
        // Members end their own sessions, so the verb and the session decide.
        Permission::Public | Permission::Own | Permission::UseVerbs => true,
        Permission::ReadSessions | Permission::ReadHosts => role != Role::Member,
        Permission::ReadSeats => matches!(role, Role::Auditor | Role::Manager | Role::Admin | Role::Owner),
        Permission::ManageSeats | Permission::EndHolds => matches!(role, Role::Manager | Role::Admin | Role::Owner),
        Permission::ReadAudit => matches!(role, Role::Auditor | Role::Admin | Role::Owner),
        Permission::Administer => matches!(role, Role::Admin | Role::Owner),
        Permission::OwnTenant => role == Role::Owner,
        Permission::Agent => false,
    }
}

/// All that a role may do.
pub fn permissions_of(role: Role) -> Vec<Permission> {
    Permission::ALL.iter().copied().filter(|permission| role_has(role, *permission)).collect()
}

/// Whether a role may use a verb on anybody's session. On own sessions see [`is_ending`].
pub fn role_may(role: Role, verb: Verb) -> bool {
    match verb {
        Verb::View | Verb::Message => matches!(role, Role::Support | Role::Manager | Role::Admin | Role::Owner),
        Verb::Disconnect | Verb::Evict | Verb::Expire | Verb::Kill | Verb::End => {
            matches!(role, Role::Manager | Role::Admin | Role::Owner)
        }
        Verb::CloseRecord => matches!(role, Role::Admin | Role::Owner),
    }
}

/// Whether a verb ends something. Everybody may use these on sessions of their own.
pub fn is_ending(verb: Verb) -> bool {
    matches!(verb, Verb::Disconnect | Verb::Evict | Verb::Expire | Verb::Kill | Verb::End)
}

/// Whether an API token's scopes allow an endpoint; the role of the token's user must allow it too.
/// `act` alone does not read, and no token is an agent.
pub fn scope_allows(scopes: &[Scope], permission: Permission, mutates: bool) -> bool {
    match permission {
        Permission::Public => true,
        Permission::Agent => false,
        _ => scopes.contains(if mutates { &Scope::Act } else { &Scope::Read }),
    }
}
