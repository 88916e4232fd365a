//! Where the user sits.

words! {
    /// What the user sits at (002).
    Terminal {
        /// A thin client.
        ThinClient = 1 "thin_client",
        /// A client program, native viewers too.
        SoftClient = 2 "soft_client",
        /// A phone or tablet.
        Mobile = 3 "mobile",
        /// A browser.
        Browser = 4 "browser",
        /// The user's own computer, where a managed app runs.
        OwnComputer = 5 "own_computer",
    }
}

words! {
    /// Where the user comes from, by the tenant's networks (002).
    Access {
        /// One of the tenant's networks.
        Internal = 1 "internal",
        /// Anywhere else.
        Public = 2 "public",
    }
}
