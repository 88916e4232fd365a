//! The columns of the "All" page, as the rule book has them.

/// One column.
pub struct Column {
    /// Its class, by which a narrow page leaves it out.
    pub class: &'static str,
    /// Its header.
    pub label: &'static str,
    /// What it holds.
    pub tip: &'static str,
    /// The key to sort by, where the list can.
    pub sort: Option<&'static str>,
}

const fn column(class: &'static str, label: &'static str, tip: &'static str, sort: Option<&'static str>) -> Column {
    Column { class, label, tip, sort }
}

/// The columns, from left to right, after the one with the check boxes.
pub const COLUMNS: &[Column] = &[
    column(
        "c-id",
        "Session ID",
        "The number of the session; it rises with each launch and is never used again",
        Some("id"),
    ),
    column("c-kind", "Kind", "How the app or desktop reaches the user", None),
    column("c-user", "User", "Who uses the session", Some("username")),
    column("c-app", "App or desktop", "What was launched", Some("app")),
    column("c-status", "Status", "The status, and what is on its way", Some("status")),
    column("c-connected", "Connected", "Whether somebody is connected right now", None),
    column("c-start", "Start time", "When the session was made", Some("started_at")),
    column("c-duration", "Duration", "Minutes from the start to the end, or to now", None),
    column("c-ip", "IP address", "The address of the user's device", None),
    column("c-terminal", "Terminal", "What the user sits at", None),
    column("c-access", "Access", "Whether the user comes from one of the institution's networks", None),
    column("c-actions", "Actions", "What can be asked of the session now", None),
];
