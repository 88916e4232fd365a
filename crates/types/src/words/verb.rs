//! What can be asked of a session, and why not.

words! {
    /// What can be asked of a session.
    Verb {
        /// Watch the session, with the user's consent.
        View = 1 "view",
        /// Show a text on the user's display.
        Message = 2 "message",
        /// Cut the connection, keep the desktop.
        Disconnect = 3 "disconnect",
        /// Stop the running app after a warning; it may be launched again.
        Evict = 4 "evict",
        /// Take the right to run away.
        Expire = 5 "expire",
        /// End at once.
        Kill = 6 "kill",
        /// End a remote access connection.
        End = 7 "end",
        /// Record as ended what can't be confirmed.
        CloseRecord = 8 "close_record",
    }
}

words! {
    /// Why a verb is not allowed; the short code that rows carry.
    WhyNot {
        /// The kind has no such verb.
        KindHasNoSuchVerb = 1 "kind_has_no_such_verb",
        /// The session's status does not allow it.
        WrongStatus = 2 "wrong_status",
        /// The session is over.
        SessionIsOver = 3 "session_is_over",
        /// The app must not be running.
        AppIsRunning = 4 "app_is_running",
        /// The app is not running.
        AppIsNotRunning = 5 "app_is_not_running",
        /// Nobody is connected.
        NobodyConnected = 6 "nobody_connected",
        /// The caller's role does not allow it.
        RoleNotAllowed = 7 "role_not_allowed",
        /// A command of the same or a stronger kind is already on its way.
        CommandOnItsWay = 8 "command_on_its_way",
        /// The record may be closed only when the session is stale or a command went wrong.
        RecordIsTrusted = 9 "record_is_trusted",
        /// The session's server is too old to be told.
        ServerTooOld = 10 "server_too_old",
        /// The session's server is not known to obey.
        ServerUnknown = 11 "server_unknown",
        /// The host cannot show the session.
        HostCannotShow = 12 "host_cannot_show",
        /// The agent is too old for this verb.
        AgentTooOld = 13 "agent_too_old",
        /// The session belongs to the caller; nobody watches himself.
        OwnSession = 14 "own_session",
    }
}

words! {
    /// What a verb would do to one session of a plan.
    PlanOutcome {
        /// A command will be sent.
        WillAct = 1 "will_act",
        /// What is asked for is so already.
        NoOp = 2 "no_op",
        /// The verb does not fit the session now.
        NotApplicable = 3 "not_applicable",
        /// The caller may not.
        Forbidden = 4 "forbidden",
        /// There is no such session in the tenant.
        NotFound = 5 "not_found",
    }
}

words! {
    /// What a bulk action did to one session.
    BulkOutcome {
        /// A command is on its way.
        Accepted = 1 "accepted",
        /// What was asked for was so already.
        NoOp = 2 "no_op",
        /// The verb does not fit the session.
        NotApplicable = 3 "not_applicable",
        /// The caller may not.
        Forbidden = 4 "forbidden",
        /// There is no such session in the tenant.
        NotFound = 5 "not_found",
        /// The session changed since the plan, or could not be acted on; nothing was done to it.
        Conflict = 6 "conflict",
    }
}
