//! Readers who see the same: one filter, from one viewpoint.

use std::{collections::HashSet, sync::Arc};

use deskwarden_domain::list::{Context, Filter, Selection, Subject};
use deskwarden_store::sessions::{ChangedRow, TenantZone, Viewer};
use deskwarden_types::{Role, SessionId, Timestamp};
use tokio::sync::broadcast;

use super::{
    known::{Budget, Known, MOST_KNOWN},
    told::{Changes, Told, Viewpoint},
};

/// Sessions whose rows are told one by one; beyond it the list is to be asked for again.
const MOST_TOLD: usize = 200;
/// Sessions that are told as gone, which take only their ids. Many of them may never have fitted, which is no reason to
/// ask for the list again.
const MOST_GONE: usize = 2_000;
/// Events that a reader may be behind; beyond it he is told to ask for the list again.
const BEHIND: usize = 8;

/// Readers who see the same.
pub struct Audience {
    selection: Selection,
    fixed: Filter,
    viewpoint: Viewpoint,
    known: Known,
    events: broadcast::Sender<Told>,
}

/// When and where rows are looked at.
#[derive(Clone, Copy)]
pub struct Look {
    /// When they were read.
    pub now: Timestamp,
    /// Where days begin.
    pub zone: TenantZone,
}

impl Audience {
    /// An audience whose filter these sessions fit, if they need to be known.
    pub fn new(selection: Selection, viewpoint: Viewpoint, known: Known) -> Self {
        let (events, _) = broadcast::channel(BEHIND);
        Self { fixed: selection.fixed(), selection, viewpoint, known, events }
    }

    /// The audience of a viewer with a filter, by name: who has the same name is told the same.
    pub fn name(selection: &Selection, viewpoint: Viewpoint) -> String {
        let time =
            |time: Option<_>| time.map(|time: deskwarden_domain::list::TimeValue| time.to_string()).unwrap_or_default();
        let user = viewpoint.user.map(|user| user.to_string()).unwrap_or_default();
        let (from, to) = (time(selection.from), time(selection.to));
        format!("{} {user} {} {from} {to} {}", viewpoint.role, selection.state, selection.filter)
    }

    /// Another reader.
    pub fn join(&self) -> broadcast::Receiver<Told> {
        self.events.subscribe()
    }

    /// Whether nobody reads any more.
    pub fn is_empty(&self) -> bool {
        self.events.receiver_count() == 0
    }

    /// As whom the database is asked for what fits.
    pub fn viewer(&self) -> Viewer {
        self.viewpoint.viewer()
    }

    /// The filter.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Whether what fits has to be read again, because time goes on or the track was lost.
    pub fn is_to_be_asked_again(&self) -> bool {
        self.selection.depends_on_time() || matches!(self.known, Known::Lost)
    }

    /// Whether a row concerns these readers at all, and whether it fits.
    fn judge(&self, row: &ChangedRow, look: &Look) -> Option<bool> {
        let session = &row.loaded.session;
        if self.viewpoint.role == Role::Member && self.viewpoint.user != Some(session.user.id) {
            return None;
        }
        let context = Context { me: self.viewer().user, now: look.now, zone: &look.zone };
        Some(self.selection.matches(&Subject { session, groups: &row.groups }, &context))
    }

    /// Whether a row can never have fitted.
    fn never(&self, row: &ChangedRow, look: &Look) -> bool {
        let context = Context { me: self.viewer().user, now: look.now, zone: &look.zone };
        let subject = Subject { session: &row.loaded.session, groups: &row.groups };
        self.selection.is_fixed() || !self.fixed.matches(&subject, &context)
    }

    /// Tells what of these changed rows is news here.
    pub fn tell_changes(&mut self, revision: i64, rows: &[Arc<ChangedRow>], look: &Look) {
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        for row in rows {
            let id = row.loaded.session.id;
            match self.judge(row, look) {
                Some(true) => {
                    self.known.fits(id);
                    changed.push(row.clone());
                }
                Some(false) => {
                    let never = self.never(row, look);
                    if self.known.leaves(id, never) {
                        gone.push(id);
                    }
                }
                None => {}
            }
        }
        self.tell_of(revision, changed, gone);
    }

    /// What one who comes back has missed. What fitted then is not known any more: every row that could have is told as
    /// gone if it does not fit.
    pub fn missed(&self, revision: i64, rows: &[Arc<ChangedRow>], look: &Look) -> Option<Told> {
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        for row in rows {
            match self.judge(row, look) {
                Some(true) => changed.push(row.clone()),
                Some(false) if !self.never(row, look) => gone.push(row.loaded.session.id),
                Some(false) | None => {}
            }
        }
        self.changes(revision, changed, gone)
    }

    /// Compares what fits now with what was known to; gives the sessions whose rows are to be told, and what is gone.
    /// None where that cannot be said. `ids`: those that fit, more than [`MOST_KNOWN`] if there are.
    pub fn compare(&mut self, ids: Vec<SessionId>, budget: &Budget) -> Option<(Vec<SessionId>, Vec<SessionId>)> {
        let now: HashSet<SessionId> = ids.iter().copied().collect();
        let news = match &self.known {
            Known::Ids(before, _) if ids.len() <= MOST_KNOWN => {
                Some((now.difference(before).copied().collect(), before.difference(&now).copied().collect()))
            }
            _ => None,
        };
        // The old ones are given back first.
        self.known = Known::TooMany;
        self.known = budget.know(ids);
        news
    }

    /// Tells these changes, or that they are too many.
    pub fn tell_of(&self, revision: i64, rows: Vec<Arc<ChangedRow>>, gone: Vec<SessionId>) {
        if let Some(told) = self.changes(revision, rows, gone) {
            self.tell(told);
        }
    }

    fn changes(&self, revision: i64, rows: Vec<Arc<ChangedRow>>, gone: Vec<SessionId>) -> Option<Told> {
        if rows.is_empty() && gone.is_empty() {
            return None;
        }
        if rows.len() > MOST_TOLD || gone.len() > MOST_GONE {
            return Some(Told::Reload(revision));
        }
        Some(Told::Changes(Arc::new(Changes::new(revision, rows, gone, self.viewpoint))))
    }

    /// Tells that more has changed than was read; what fits is not known until it is asked again.
    pub fn lose_track(&mut self, revision: i64) {
        if !matches!(self.known, Known::Fixed) {
            self.known = Known::Lost;
        }
        self.tell(Told::Reload(revision));
    }

    /// Tells something. That nobody listens is no error.
    pub fn tell(&self, told: Told) {
        let _ = self.events.send(told);
    }
}
