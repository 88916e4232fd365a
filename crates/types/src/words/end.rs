//! How and why sessions end, and what stands in their timelines.

words! {
    /// Why a session ended.
    EndReason {
        /// The user logged out or closed the app.
        Logout = 1 "logout",
        /// Nothing was typed or moved for too long.
        IdleTimeout = 2 "idle_timeout",
        /// The connection was lost.
        NetworkLost = 3 "network_lost",
        /// The host went down.
        HostShutdown = 4 "host_shutdown",
        /// An admin killed it.
        AdminKill = 5 "admin_kill",
        /// An admin expired it.
        AdminExpire = 6 "admin_expire",
        /// An admin ended it.
        AdminEnd = 7 "admin_end",
        /// Its time was over.
        Expired = 8 "expired",
        /// It was evicted.
        Evicted = 9 "evicted",
        /// It was taken out of the player.
        Removed = 10 "removed",
        /// It never started.
        LaunchFailed = 11 "launch_failed",
        /// The client went wrong.
        ClientError = 12 "client_error",
        /// Nothing was heard of it until its grace was over.
        Lost = 13 "lost",
        /// Recorded as ended, not confirmed.
        RecordClosed = 14 "record_closed",
        /// The nightly clean-up took it off the list.
        CleanUp = 15 "clean_up",
    }
}

words! {
    /// Whether a session was closed in good order (002).
    EndedHow {
        /// By the user, a policy or an admin.
        Normal = 1 "normal",
        /// By a fault or silence.
        Abnormal = 2 "abnormal",
    }
}

words! {
    /// What a line of a session's timeline tells.
    EventKind {
        /// The session was made.
        Created = 1 "created",
        /// Its status changed.
        StatusChanged = 2 "status_changed",
        /// A command was written.
        CommandQueued = 3 "command_queued",
        /// A command reached the agent.
        CommandDelivered = 4 "command_delivered",
        /// The agent took a command on.
        CommandAcknowledged = 5 "command_acknowledged",
        /// The user was warned.
        Warned = 6 "warned",
        /// A command was carried out.
        CommandDone = 7 "command_done",
        /// A command could not be carried out.
        CommandFailed = 8 "command_failed",
        /// Nothing was heard of a command.
        CommandTimedOut = 9 "command_timed_out",
        /// No word within the lease.
        WentStale = 10 "went_stale",
        /// Heard of again.
        HeardAgain = 11 "heard_again",
        /// The record was closed without confirmation.
        RecordClosed = 12 "record_closed",
        /// The record was opened again, because the session lives.
        Reopened = 13 "reopened",
        /// The agent took a living session over after a restart.
        Adopted = 14 "adopted",
        /// The session left the current list.
        Unlisted = 15 "unlisted",
        /// The user connected.
        Connected = 16 "connected",
        /// The user's connection closed.
        ConnectionClosed = 17 "connection_closed",
    }
}
