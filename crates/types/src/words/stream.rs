//! Streams of screens, and the consent that watching one needs.

words! {
    /// What a viewer of a screen may do.
    StreamReach {
        /// Everything: the session is the viewer's own.
        Control = 1 "control",
        /// Look on, with the user's consent.
        View = 2 "view",
    }
}

words! {
    /// How far a wish to watch is.
    ConsentState {
        /// The question is on its way, or on the user's display.
        Asked = 1 "asked",
        /// The user agreed; nobody watches yet.
        Granted = 2 "granted",
        /// The user said no, or could not be asked; `answer` says which.
        Denied = 3 "denied",
        /// Somebody watches now.
        Watching = 4 "watching",
        /// Watching is over.
        Ended = 5 "ended",
        /// Who asked took it back, or did not come in time.
        Withdrawn = 6 "withdrawn",
    }
}

words! {
    /// What a machine's agent can do, beyond the verbs.
    Ability {
        /// Runs desktops and single apps on screens of their own.
        Screens = 1 "screens",
        /// Shows a screen to somebody else, with the user's consent.
        Watching = 2 "watching",
        /// Lets native viewers in, each for a seat.
        Gate = 3 "gate",
        /// Finds logins that the product did not start.
        Logins = 4 "logins",
    }
}

words! {
    /// How near to its end a number of seats is.
    SeatLevel {
        /// There is room.
        Free = 1 "free",
        /// As many are taken as the tenant wants to be warned of.
        Scarce = 2 "scarce",
        /// All are taken.
        Full = 3 "full",
        /// More are taken than there are.
        Over = 4 "over",
    }
}
