//! Words for people and for what they did.

use deskwarden_types::{ActorKind, AuditAction, Permission, Role, Scope};

/// A role.
pub fn role_label(role: Role) -> &'static str {
    match role {
        Role::Member => "Member",
        Role::Support => "Support",
        Role::Auditor => "Auditor",
        Role::Manager => "Manager",
        Role::Admin => "Admin",
        Role::Owner => "Owner",
    }
}

/// A permission.
pub fn permission_label(permission: Permission) -> &'static str {
    match permission {
        Permission::Public => "Use what is public",
        Permission::Own => "See what is one's own",
        Permission::ReadSessions => "Read sessions, history and reports",
        Permission::UseVerbs => "Act on sessions",
        Permission::Administer => "Administer the tenant",
        Permission::ReadAudit => "Read the audit log",
        Permission::OwnTenant => "Own the tenant",
        Permission::Agent => "Be an agent",
        Permission::ReadHosts => "See hosts and agents",
        Permission::ReadSeats => "See seats, and who has them",
        Permission::ManageSeats => "Change the number of seats",
        Permission::EndHolds => "End holds",
    }
}

/// A scope of an API token.
pub fn scope_label(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Read",
        Scope::Act => "Act and change",
    }
}

/// Who did something.
pub fn actor_kind_label(actor: ActorKind) -> &'static str {
    match actor {
        ActorKind::User => "User",
        ActorKind::Token => "API token",
        ActorKind::Agent => "Agent",
        ActorKind::System => "Deskwarden",
        ActorKind::Console => "Command line",
        ActorKind::Anonymous => "Nobody known",
    }
}

/// A line of the audit log.
pub fn audit_action_label(action: AuditAction) -> &'static str {
    match action {
        AuditAction::TenantCreated => "Made the tenant",
        AuditAction::UserCreated => "Made a user",
        AuditAction::PasswordSet => "Set a password",
        AuditAction::SignedIn => "Signed in",
        AuditAction::SignInFailed => "Failed to sign in",
        AuditAction::SignedOut => "Signed out",
        AuditAction::RefreshReused => "Used a refresh token twice",
        AuditAction::CommandIssued => "Acted on a session",
        AuditAction::CommandFinished => "Finished a command",
        AuditAction::EnrolmentCodeCreated => "Made an enrolment code",
        AuditAction::AgentEnrolled => "Enrolled an agent",
        AuditAction::AgentRevoked => "Revoked an agent",
        AuditAction::TokenCreated => "Made an API token",
        AuditAction::TokenRevoked => "Revoked an API token",
        AuditAction::SettingsChanged => "Changed the settings",
        AuditAction::DemoLoaded => "Loaded demo data",
        AuditAction::HoldPlaced => "Held relaunching",
        AuditAction::ExportStarted => "Asked for an export",
        AuditAction::ExportFinished => "Fetched an export",
        AuditAction::ExportBroken => "Export broke off",
        AuditAction::ViewShared => "Shared a view",
        AuditAction::UserChanged => "Changed a user",
        AuditAction::UserDisabled => "Disabled a user",
        AuditAction::UserEnabled => "Enabled a user",
        AuditAction::UserInvited => "Invited a user",
        AuditAction::GroupChanged => "Changed a group",
        AuditAction::ResourceChanged => "Changed an app or desktop",
        AuditAction::ResourceSuspended => "Suspended an app or desktop",
        AuditAction::ResourceResumed => "Resumed an app or desktop",
        AuditAction::ProvisionChanged => "Changed a provision",
        AuditAction::EnvironmentChanged => "Changed an environment",
        AuditAction::DeliveryMethodChanged => "Changed a delivery method",
        AuditAction::SeatsChanged => "Changed the number of seats",
        AuditAction::ConsentAsked => "Asked to watch",
        AuditAction::ConsentAnswered => "Answered whether to be watched",
        AuditAction::WatchBegan => "Began to watch",
        AuditAction::WatchEnded => "Watching ended",
        AuditAction::HistoryDeleted => "Deleted old history",
        AuditAction::HoldEnded => "Ended a hold",
    }
}
