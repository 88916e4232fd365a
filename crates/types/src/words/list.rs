//! What a list of sessions is made of.

words! {
    /// What can be filtered by, sorted by, shown or exported. `deskwarden-domain` says which of these each one is.
    SessionField {
        /// The session's id.
        Id = 1 "id",
        /// The delivery kind.
        Kind = 2 "kind",
        /// The user by any name: username, display name or email.
        User = 3 "user",
        /// The name of the user's account.
        Username = 4 "username",
        /// The person's name.
        Name = 5 "name",
        /// The user's email.
        Email = 6 "email",
        /// The user's AD username (000).
        AdUsername = 7 "ad_username",
        /// The user's id.
        UserId = 8 "user_id",
        /// A group that the user belongs to.
        Group = 9 "group",
        /// The app or desktop.
        App = 10 "app",
        /// What is shown as status.
        Status = 11 "status",
        /// The phase.
        Phase = 12 "phase",
        /// Whether somebody is connected right now.
        Connected = 13 "connected",
        /// How far the row may be believed.
        Trust = 14 "trust",
        /// The environment.
        Environment = 15 "environment",
        /// The environment's id.
        EnvironmentId = 16 "environment_id",
        /// The provision.
        Provision = 17 "provision",
        /// The delivery method.
        DeliveryMethod = 18 "delivery_method",
        /// The licence of the delivery method.
        Licence = 19 "licence",
        /// What the user sits at.
        Device = 20 "device",
        /// The machine that the agent runs on.
        Host = 21 "host",
        /// What kind of device.
        Terminal = 22 "terminal",
        /// Inside or outside the tenant's networks.
        Access = 23 "access",
        /// The client's address.
        Ip = 24 "ip",
        /// When it was made.
        StartedAt = 25 "started_at",
        /// When it was over.
        EndedAt = 26 "ended_at",
        /// From start to end, or to now.
        Duration = 27 "duration",
        /// When it was last used.
        LastActivityAt = 28 "last_activity_at",
        /// When its agent last spoke of it.
        SeenAt = 29 "seen_at",
        /// Until when it may be used.
        ValidUntil = 30 "valid_until",
        /// Until when it may run without contact.
        OfflineUntil = 31 "offline_until",
        /// Why it ended.
        EndReason = 32 "end_reason",
        /// Whether it ended in good order.
        EndedHow = 33 "ended_how",
        /// The program's version.
        Version = 34 "version",
        /// The product that serves a remote connection (004).
        Server = 35 "server",
        /// Who found it.
        Source = 36 "source",
        /// The verb of the latest command, while it is open or went wrong, or was a message.
        Command = 37 "command",
        /// From the start to now, also after the end.
        StartedAgo = 38 "started_ago",
        /// From the last use to now, until the end.
        Idle = 39 "idle",
        /// Whether it takes a seat right now (004).
        Seat = 40 "seat",
    }
}

words! {
    /// A page of the console, with its own columns and words.
    ListPage {
        /// All kinds.
        All = 1 "all",
        /// App streaming (000).
        AppStream = 2 "app_stream",
        /// Cloud delivery (001).
        CloudDelivery = 3 "cloud_delivery",
        /// Cloud desktops (002).
        CloudDesktop = 4 "cloud_desktop",
        /// Managed apps (003).
        ManagedApp = 5 "managed_app",
        /// Remote access (004).
        RemoteAccess = 6 "remote_access",
    }
}

words! {
    /// How matches are counted.
    Counting {
        /// Not at all: only what the page itself shows.
        None = 1 "none",
        /// Up to 10,000.
        Capped = 2 "capped",
        /// To the last one, however long it takes, up to the time limit of a query.
        Exact = 3 "exact",
    }
}

words! {
    /// Who sees a saved view.
    ViewReach {
        /// Its owner.
        Own = 1 "own",
        /// Everybody in the tenant who sees lists.
        Shared = 2 "shared",
        /// Everybody, and it is what the page opens with.
        Default = 3 "default",
    }
}

words! {
    /// How high rows are.
    Density {
        /// 36 px.
        Comfortable = 1 "comfortable",
        /// 28 px.
        Compact = 2 "compact",
    }
}

words! {
    /// What an export is written as.
    ExportFormat {
        /// Comma-separated values (RFC 4180) with a header.
        Csv = 1 "csv",
        /// JSON Lines: one object a line.
        Jsonl = 2 "jsonl",
    }
}

words! {
    /// How far an export is.
    ExportState {
        /// The address was given out and not used yet.
        Waiting = 1 "waiting",
        /// Being sent.
        Running = 2 "running",
        /// Sent to the last row.
        Finished = 3 "finished",
        /// Broken off.
        Failed = 4 "failed",
        /// The address was not used in time.
        Expired = 5 "expired",
    }
}
