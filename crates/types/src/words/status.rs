//! What is known of a session.

words! {
    /// The kind's own status. `deskwarden-domain` says which kind has which.
    Status {
        /// Asked for, not yet there.
        Pending = 1 "pending",
        /// In use, or usable.
        Active = 2 "active",
        /// The user is away, the session lives.
        Disconnected = 3 "disconnected",
        /// The stream stalls.
        PoorNetwork = 4 "poor_network",
        /// The agent is silent.
        Unknown = 5 "unknown",
        /// Over.
        Ended = 6 "ended",
        /// Ended by an admin.
        Killed = 7 "killed",
        /// Went wrong.
        Error = 8 "error",
        /// May not be used any more.
        Expired = 9 "expired",
        /// The user is at the desktop.
        Connected = 10 "connected",
        /// The desktop is gone.
        Closed = 11 "closed",
        /// Asked for, not yet in the player (003).
        Launched = 12 "launched",
        /// In the player, not yet run (003).
        Added = 13 "added",
        /// Runs on the user's device (003).
        Running = 14 "running",
        /// In the player, has run, does not now (003).
        Stopped = 15 "stopped",
        /// Asks to renew the licence (003).
        RenewalRequested = 16 "renewal_requested",
        /// Asks to run a new version (003).
        UpgradeRequested = 17 "upgrade_requested",
        /// Stopped by an eviction, still in the player (003).
        Evicted = 18 "evicted",
        /// Flagged for clean-up (003).
        AwaitingExpiry = 19 "awaiting_expiry",
        /// Gone from the player (003).
        Removed = 20 "removed",
    }
}

words! {
    /// The same for all kinds.
    Phase {
        /// On its way.
        Pending = 1 "pending",
        /// In use.
        Live = 2 "live",
        /// There, not in use.
        Idle = 3 "idle",
        /// On its way out.
        Ending = 4 "ending",
        /// Over.
        Over = 5 "over",
    }
}

words! {
    /// How far what is shown may be believed.
    Trust {
        /// Heard of within the lease.
        Fresh = 1 "fresh",
        /// No word within the lease.
        Stale = 2 "stale",
        /// A fixed licence, allowed to be silent until `offline_until`.
        OfflineUntil = 3 "offline_until",
    }
}

words! {
    /// Which part of the list.
    ListState {
        /// Not over, or over and still listed.
        Current = 1 "current",
        /// Over, within retention.
        Historical = 2 "historical",
        /// Both.
        All = 3 "all",
    }
}
