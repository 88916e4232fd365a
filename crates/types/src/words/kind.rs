//! How a resource reaches the user.

words! {
    /// Decides statuses, verbs, timing and clean-up of a session.
    DeliveryKind {
        /// A streamed app or desktop (seed 000).
        AppStream = 1 "app_stream",
        /// An app delivered from an environment into a browser tab (seed 001).
        CloudDelivery = 2 "cloud_delivery",
        /// A desktop that lives on when the user leaves (seed 002).
        CloudDesktop = 3 "cloud_desktop",
        /// An app on the user's own device, run by the agent (seed 003).
        ManagedApp = 4 "managed_app",
        /// A connection to a computer, counted in seats (seed 004).
        RemoteAccess = 5 "remote_access",
    }
}

words! {
    /// Whether a managed app may run without contact.
    LicenceKind {
        /// Needs contact at each heartbeat.
        Floating = 1 "floating",
        /// Runs without contact until its lease ends.
        Fixed = 2 "fixed",
    }
}

words! {
    /// Who found the session.
    Source {
        /// The agent launched it.
        Agent = 1 "agent",
        /// The gate for native viewers let it in.
        Gate = 2 "gate",
        /// logind told of it; it takes no seat.
        Logind = 3 "logind",
    }
}
