//! What readers are told, written once for all of them.

use std::sync::Arc;

use bytes::Bytes;
use deskwarden_store::sessions::{ChangedRow, Viewer, for_viewer};
use deskwarden_types::{
    Role, SessionId, UserId,
    api::{LiveEvent, RefreshState},
};

use crate::http::write_event;

/// As whom rows are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Viewpoint {
    /// The role, which decides what may be asked of a session.
    pub role: Role,
    /// The user, where that decides which sessions are meant: members, and filters with `me`.
    pub user: Option<UserId>,
}

impl Viewpoint {
    /// As the store knows it. Where the user does not matter it is nobody's.
    pub fn viewer(&self) -> Viewer {
        Viewer { user: self.user.unwrap_or(UserId(0)), role: self.role }
    }
}

/// Something that an audience is told.
#[derive(Debug, Clone)]
pub enum Told {
    /// Sessions that fit now, and sessions that did and do not any more.
    Changes(Arc<Changes>),
    /// The state of the refresh.
    Refreshed(i64, RefreshState),
    /// The list is to be asked for again.
    Reload(i64),
}

/// Changes, as they are told.
#[derive(Debug)]
pub struct Changes {
    revision: i64,
    rows: Vec<Arc<ChangedRow>>,
    gone: Vec<SessionId>,
    viewpoint: Viewpoint,
    written: Option<Bytes>,
}

impl Changes {
    /// Changes up to a revision.
    pub fn new(revision: i64, rows: Vec<Arc<ChangedRow>>, gone: Vec<SessionId>, viewpoint: Viewpoint) -> Self {
        let written = write_changes(revision, &rows, &gone, viewpoint);
        Self { revision, rows, gone, viewpoint, written }
    }
}

impl Told {
    /// As it is sent to a user. Of his own sessions other things may be asked than of those of others.
    pub fn written(&self, reader: UserId) -> Option<Bytes> {
        match self {
            Self::Changes(changes) => {
                let own = |row: &Arc<ChangedRow>| row.loaded.session.user.id == reader;
                if changes.viewpoint.user.is_none() && changes.rows.iter().any(own) {
                    let viewpoint = Viewpoint { user: Some(reader), ..changes.viewpoint };
                    return write_changes(changes.revision, &changes.rows, &changes.gone, viewpoint);
                }
                changes.written.clone()
            }
            Self::Refreshed(revision, refresh) => {
                write_event(Some(*revision), &LiveEvent::Refreshed { revision: *revision, refresh: *refresh })
            }
            Self::Reload(revision) => write_event(Some(*revision), &LiveEvent::Reload { revision: *revision }),
        }
    }

    /// The revision that it goes up to.
    pub fn revision(&self) -> i64 {
        match self {
            Self::Changes(changes) => changes.revision,
            Self::Refreshed(revision, _) | Self::Reload(revision) => *revision,
        }
    }
}

fn write_changes(revision: i64, rows: &[Arc<ChangedRow>], gone: &[SessionId], viewpoint: Viewpoint) -> Option<Bytes> {
    let viewer = viewpoint.viewer();
    let changed = rows.iter().filter_map(|row| for_viewer(&row.loaded, &viewer)).collect();
    write_event(Some(revision), &LiveEvent::Changes { revision, changed, gone: gone.to_vec() })
}
