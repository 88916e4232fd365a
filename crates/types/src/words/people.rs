//! Who may do what.

words! {
    /// A user's role in the tenant.
    Role {
        /// Sees and ends own sessions.
        Member = 1 "member",
        /// Reads lists, watches with consent, sends messages.
        Support = 2 "support",
        /// Reads everything, the audit too.
        Auditor = 3 "auditor",
        /// Acts on sessions and seats.
        Manager = 4 "manager",
        /// Runs the tenant.
        Admin = 5 "admin",
        /// Owns the tenant.
        Owner = 6 "owner",
    }
}

words! {
    /// What an endpoint needs. `deskwarden-domain` says which role has it.
    Permission {
        /// Nothing: anybody may call.
        Public = 1 "public",
        /// Being signed in; only what is the caller's own is shown.
        Own = 2 "own",
        /// Lists, history and reports.
        ReadSessions = 3 "read_sessions",
        /// Asking something of sessions; the verb and the session decide the rest.
        UseVerbs = 4 "use_verbs",
        /// Users, resources, hosts, settings and tokens of others.
        Administer = 5 "administer",
        /// Reading the audit log.
        ReadAudit = 6 "read_audit",
        /// Owners and erasure.
        OwnTenant = 7 "own_tenant",
        /// Being an enrolled agent.
        Agent = 8 "agent",
        /// Hosts and their agents, to look at.
        ReadHosts = 9 "read_hosts",
        /// Seats and people's devices, to look at (004).
        ReadSeats = 10 "read_seats",
        /// How many seats there are (004).
        ManageSeats = 11 "manage_seats",
        /// Holds on launches, to end them (003).
        EndHolds = 12 "end_holds",
    }
}

words! {
    /// What an API token may do, within its user's role.
    Scope {
        /// Read.
        Read = 1 "read",
        /// Act and change.
        Act = 2 "act",
    }
}

words! {
    /// Who did what the audit tells of.
    ActorKind {
        /// A signed-in user.
        User = 1 "user",
        /// An API token of a user.
        Token = 2 "token",
        /// An agent.
        Agent = 3 "agent",
        /// The server itself: jobs and deadlines.
        System = 4 "system",
        /// The command line on the server's machine.
        Console = 5 "command_line",
        /// Nobody known, such as a failed sign-in.
        Anonymous = 6 "anonymous",
    }
}

words! {
    /// What the audit tells of.
    AuditAction {
        /// A tenant was made.
        TenantCreated = 1 "tenant_created",
        /// A user was made.
        UserCreated = 2 "user_created",
        /// A user set a password by a one-time link.
        PasswordSet = 3 "password_set",
        /// Signed in.
        SignedIn = 4 "signed_in",
        /// Failed to sign in, gathered per minute.
        SignInFailed = 5 "sign_in_failed",
        /// Signed out.
        SignedOut = 6 "signed_out",
        /// A refresh token was used twice; the whole sign-in was revoked.
        RefreshReused = 7 "refresh_reused",
        /// A verb was used on a session.
        CommandIssued = 8 "command_issued",
        /// A command came to its end.
        CommandFinished = 9 "command_finished",
        /// A one-time code for an agent was made.
        EnrolmentCodeCreated = 10 "enrolment_code_created",
        /// An agent enrolled.
        AgentEnrolled = 11 "agent_enrolled",
        /// An agent was revoked.
        AgentRevoked = 12 "agent_revoked",
        /// An API token was made.
        TokenCreated = 13 "token_created",
        /// An API token was revoked.
        TokenRevoked = 14 "token_revoked",
        /// Settings were changed.
        SettingsChanged = 15 "settings_changed",
        /// Demo data was loaded.
        DemoLoaded = 16 "demo_loaded",
        /// Relaunching was held.
        HoldPlaced = 17 "hold_placed",
        /// An export was asked for.
        ExportStarted = 18 "export_started",
        /// An export was sent to its end.
        ExportFinished = 19 "export_finished",
        /// A saved view was shared, changed for others or taken from them.
        ViewShared = 20 "view_shared",
        /// A user was changed: name, email, role, groups.
        UserChanged = 21 "user_changed",
        /// A user may no longer sign in.
        UserDisabled = 22 "user_disabled",
        /// A user may sign in again.
        UserEnabled = 23 "user_enabled",
        /// A link to set a password was made anew.
        UserInvited = 24 "user_invited",
        /// A group was made, changed or removed.
        GroupChanged = 25 "group_changed",
        /// An app or desktop was made, changed or removed.
        ResourceChanged = 26 "resource_changed",
        /// An app or desktop may not be launched for now.
        ResourceSuspended = 27 "resource_suspended",
        /// An app or desktop may be launched again.
        ResourceResumed = 28 "resource_resumed",
        /// A provision was made, changed or removed.
        ProvisionChanged = 29 "provision_changed",
        /// An environment was made, changed or removed.
        EnvironmentChanged = 30 "environment_changed",
        /// A delivery method was made, changed or removed.
        DeliveryMethodChanged = 31 "delivery_method_changed",
        /// The number of seats was changed.
        SeatsChanged = 32 "seats_changed",
        /// A user was asked whether somebody may watch.
        ConsentAsked = 33 "consent_asked",
        /// The user, or nobody, answered.
        ConsentAnswered = 34 "consent_answered",
        /// Watching began.
        WatchBegan = 35 "watch_began",
        /// Watching ended.
        WatchEnded = 36 "watch_ended",
        /// An export broke off.
        ExportBroken = 37 "export_broken",
        /// Sessions that history had kept for long enough were deleted.
        HistoryDeleted = 38 "history_deleted",
        /// A hold on launches was ended before its time.
        HoldEnded = 39 "hold_ended",
    }
}
