//! The live feed.

use super::{RefreshState, Session, SessionQuery};
use crate::{NoArgs, NoBody, SessionId};

/// What the live feed tells. Every item but `ping` carries the revision to resume from; of `open` it is its `id`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", try_from = "Told")]
pub enum LiveEvent {
    /// The feed is open.
    Open {
        /// The tenant's revision. Not to resume from: what was missed up to it comes next.
        revision: i64,
    },
    /// Sessions that changed, gathered for 250 ms, or for a second where there was too much to do.
    Changes {
        /// The tenant's revision.
        revision: i64,
        /// Sessions that match the filter, as they are now.
        changed: Vec<Session>,
        /// Sessions that do not match any more.
        gone: Vec<SessionId>,
    },
    /// The agents were asked to report, or have reported: the time of the last refresh.
    Refreshed {
        /// The tenant's revision.
        revision: i64,
        /// When the agents were last asked to report.
        refresh: RefreshState,
    },
    /// Too much changed at once, or the feed cannot be resumed: ask for the list again.
    Reload {
        /// The tenant's revision.
        revision: i64,
    },
    /// Nothing happened for 15 s.
    Ping {},
}

/// All that an item may say. Reading an item through it needs no copy of the document in between, and no second reader of
/// sessions in the console's program.
#[derive(serde::Deserialize)]
struct Told {
    r#type: Word,
    revision: Option<i64>,
    changed: Option<Vec<Session>>,
    gone: Option<Vec<SessionId>>,
    refresh: Option<RefreshState>,
}

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Open,
    Changes,
    Refreshed,
    Reload,
    Ping,
}

impl TryFrom<Told> for LiveEvent {
    type Error = &'static str;

    fn try_from(told: Told) -> Result<Self, Self::Error> {
        if matches!(told.r#type, Word::Ping) {
            return Ok(Self::Ping {});
        }
        let revision = told.revision.ok_or("missing field `revision`")?;
        Ok(match told.r#type {
            Word::Open => Self::Open { revision },
            Word::Changes => Self::Changes {
                revision,
                changed: told.changed.ok_or("missing field `changed`")?,
                gone: told.gone.ok_or("missing field `gone`")?,
            },
            Word::Refreshed => Self::Refreshed { revision, refresh: told.refresh.ok_or("missing field `refresh`")? },
            Word::Reload => Self::Reload { revision },
            Word::Ping => Self::Ping {},
        })
    }
}

endpoint! {
    /// Follow sessions live
    ///
    /// Server-sent events. The filter parameters are those of the list; `sort`, `limit` and `cursor` are ignored.
    /// Resume with the `Last-Event-ID` header (a revision). Closed when the access token ends, and after ten minutes at the
    /// latest also with an API token: come back.
    FollowSessions: Get "/api/v1/sessions/stream" in "Sessions" for Own
        (path NoArgs, query SessionQuery, body NoBody) -> 200 Events LiveEvent;
}
