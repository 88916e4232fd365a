//! The live feed.

use super::{Session, SessionQuery};
use crate::{NoArgs, NoBody, SessionId};

/// What the live feed tells. Every item but `ping` carries the revision to resume from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveEvent {
    /// The feed is open.
    Open {
        /// The tenant's revision.
        revision: i64,
    },
    /// Sessions that changed, gathered for at most 250 ms.
    Changes {
        /// The tenant's revision.
        revision: i64,
        /// Sessions that match the filter, as they are now.
        changed: Vec<Session>,
        /// Sessions that do not match any more.
        gone: Vec<SessionId>,
    },
    /// Too much changed at once, or the feed cannot be resumed: ask for the list again.
    Reload {
        /// The tenant's revision.
        revision: i64,
    },
    /// Nothing happened for 15 s.
    Ping {},
}

endpoint! {
    /// Follow sessions live
    ///
    /// Server-sent events. The filter parameters are those of the list; `sort`, `limit` and `cursor` are ignored.
    /// Resume with the `Last-Event-ID` header (a revision). Closed when the access token ends: come back with a new one.
    FollowSessions: Get "/api/v1/sessions/stream" in "Sessions" for Own
        (path NoArgs, query SessionQuery, body NoBody) -> 200 Events LiveEvent;
}
