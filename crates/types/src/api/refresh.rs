//! Refreshes: asking every agent to report now.

use crate::{NoArgs, NoBody, Timestamp};

/// When the agents of the tenant were last asked to report, and whether they have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefreshState {
    /// When somebody last asked for one. Absent before the first.
    pub asked_at: Option<Timestamp>,
    /// When the last refresh was complete: its reports had arrived, or their time-out had passed. Before the first, when
    /// an agent last told everything by itself; absent where none has.
    pub completed_at: Option<Timestamp>,
    /// From when on the next one may be asked for; absent when it may be now.
    pub available_at: Option<Timestamp>,
    /// How many agents the latest refresh asked.
    pub agents_asked: u32,
    /// How many of them have reported since.
    pub answered: u32,
    /// Whether the latest refresh is still waiting for reports.
    pub running: bool,
}

endpoint! {
    /// Refresh
    ///
    /// Asks every connected agent of the tenant to report now. At most once in 30 seconds, over all servers and people;
    /// sooner is refused with 429 and `Retry-After`. The live feed tells when the reports have arrived.
    StartRefresh: Post "/api/v1/refreshes" in "Sessions" for ReadSessions
        (path NoArgs, query NoArgs, body NoBody) -> 202 Json RefreshState;

    /// Show the last refresh
    ///
    /// As every list has it, too.
    ShowRefresh: Get "/api/v1/refreshes/latest" in "Sessions" for Own
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json RefreshState;
}
