//! Readers who see the same: one filter, from one viewpoint.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use deskwarden_domain::list::{Context, Filter, Selection, Subject};
use deskwarden_store::sessions::{ChangedRow, TenantZone, Viewer};
use deskwarden_types::{Role, SessionId, Timestamp};
use tokio::{sync::broadcast, time::Instant};

use super::{
    asks::{Asking, Found},
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
/// The longest pause after a question that took too long, in rounds.
const LONGEST_PAUSE: u32 = 20;
/// In so short a time what fits changes by changes, not by itself.
const MOMENT: Duration = Duration::from_secs(1);

/// Readers who see the same.
pub struct Audience {
    selection: Selection,
    fixed: Filter,
    viewpoint: Viewpoint,
    known: Known,
    asking: Option<Asking>,
    /// When the first reader came.
    opened: Instant,
    /// Sessions that were judged since it was asked what fits: at which revision of theirs, and whether they fitted.
    judged: HashMap<SessionId, (i64, bool)>,
    /// Rounds without a question before the next one, and how many there were the last time.
    pause: (u32, u32),
    events: broadcast::Sender<Told>,
}

/// What an answer brought: sessions whose rows are to be told, and sessions that are gone.
pub type News = (Vec<SessionId>, Vec<SessionId>);

/// When and where rows are looked at.
#[derive(Clone, Copy)]
pub struct Look {
    /// When they were read.
    pub now: Timestamp,
    /// Where days begin.
    pub zone: TenantZone,
}

impl Audience {
    /// An audience of which it is not known yet what fits its filter, unless that never changes.
    pub fn new(selection: Selection, viewpoint: Viewpoint) -> Self {
        let (events, _) = broadcast::channel(BEHIND);
        let known = if selection.is_fixed() { Known::Fixed } else { Known::Lost };
        let fixed = selection.fixed();
        Self {
            fixed,
            selection,
            viewpoint,
            known,
            asking: None,
            opened: Instant::now(),
            judged: HashMap::new(),
            pause: (0, 0),
            events,
        }
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

    /// Whether it is asked in this round, half a minute after the one before: not while a question is on its way, and less
    /// and less where that takes too long.
    pub fn takes_its_turn(&mut self) -> bool {
        self.pause.0 = self.pause.0.saturating_sub(1);
        self.is_to_be_asked_again() && self.asking.is_none() && self.pause.0 == 0
    }

    /// A question is on its way; an older one is given up.
    pub fn asks(&mut self, asking: Asking) {
        self.judged = HashMap::new();
        self.asking = Some(asking);
    }

    /// Whether this is the question that is on its way.
    pub fn waits_for(&self, number: u64) -> bool {
        self.asking.as_ref().is_some_and(|asking| asking.number == number)
    }

    /// There is no answer; the next round asks again.
    pub fn gives_up(&mut self) {
        self.judged = HashMap::new();
        self.asking = None;
    }

    /// The question took too long. What time brings is then for the list to ask.
    pub fn took_too_long(&mut self) {
        self.gives_up();
        let rounds = (self.pause.1 * 2).clamp(2, LONGEST_PAUSE);
        self.pause = (rounds, rounds);
        // Asked no more, unless time goes on.
        if matches!(self.known, Known::Lost) {
            self.known = Known::TooMany;
        }
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
                    self.note(row, true);
                    self.known.fits(id);
                    changed.push(row.clone());
                }
                Some(false) => {
                    self.note(row, false);
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

    /// Whether its questions take too long.
    pub fn is_too_slow(&self) -> bool {
        self.pause.0 > 0
    }

    /// Remembers how a row was judged, as long as a question is on its way.
    fn note(&mut self, row: &ChangedRow, fits: bool) {
        if self.asking.is_none() {
            return;
        }
        let session = &row.loaded.session;
        self.judged.insert(session.id, (session.revision, fits));
        if self.judged.len() > MOST_KNOWN {
            self.gives_up();
        }
    }

    /// Takes the answer, and compares it with what was known; gives what is to be told, or none where that cannot be said.
    /// Whatever had changed up to the answer's revision was told before.
    pub fn learn(&mut self, found: Found, budget: &Budget) -> Option<News> {
        let judged = std::mem::take(&mut self.judged);
        (self.asking, self.pause) = (None, (0, 0));
        let all = found.ids.len() <= MOST_KNOWN;
        let mut now: HashSet<SessionId> = found.ids.into_iter().collect();
        let (mut new, mut gone) = (Vec::new(), Vec::new());
        for (id, (revision, fits)) in judged {
            match (fits, now.contains(&id)) {
                // It has changed since.
                (true, false) if revision > found.revision => drop(now.insert(id)),
                (false, true) if revision > found.revision => drop(now.remove(&id)),
                // Time alone has changed it.
                (true, false) => gone.push(id),
                (false, true) => new.push(id),
                _ => {}
            }
        }
        let news = match &self.known {
            // Its readers have read their lists a moment ago.
            Known::Lost if self.opened.elapsed() < MOMENT => Some(if all { (new, gone) } else { News::default() }),
            Known::Ids(before, _) if all => {
                Some((now.difference(before).copied().collect(), before.difference(&now).copied().collect()))
            }
            _ => None,
        };
        // The old ones are given back first.
        self.known = Known::TooMany;
        if all {
            self.known = budget.know(now.into_iter().collect());
        }
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
        // What is on its way lacks the same.
        self.gives_up();
        self.tell(Told::Reload(revision));
    }

    /// Tells that time may have changed what fits, where it can.
    pub fn tell_of_time(&self, revision: i64) {
        if self.selection.depends_on_time() {
            self.tell(Told::Reload(revision));
        }
    }

    /// Tells something. That nobody listens is no error.
    pub fn tell(&self, told: Told) {
        let _ = self.events.send(told);
    }
}

#[cfg(test)]
mod tests {
    use deskwarden_types::api::SessionSelection;

    use super::*;

    fn audience() -> Audience {
        let asked = SessionSelection { q: Some("status:running".to_owned()), ..SessionSelection::default() };
        let viewpoint = Viewpoint { role: Role::Support, user: None };
        Audience::new(Selection::read(&asked).unwrap(), viewpoint)
    }

    fn found(revision: i64, ids: &[i64]) -> Found {
        Found { revision, audited: 0, ids: ids.iter().copied().map(SessionId).collect() }
    }

    fn known(audience: &Audience) -> Vec<i64> {
        let Known::Ids(ids, _) = &audience.known else { panic!("{:?}", audience.known) };
        let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn what_changed_while_it_was_asked_counts() {
        let (mut audience, budget) = (audience(), Budget::default());
        assert!(audience.is_to_be_asked_again());
        // Before the answer was read, after it, and both the other way.
        audience.judged = [(1, (4, true)), (2, (6, true)), (3, (4, false)), (4, (6, false))]
            .map(|(id, judged)| (SessionId(id), judged))
            .into();
        let news = audience.learn(found(5, &[1, 4, 9]), &budget);
        assert_eq!(news, Some((vec![], vec![])));
        assert_eq!(known(&audience), [1, 2, 9]);
        assert!(!audience.is_to_be_asked_again());
    }

    #[test]
    fn what_takes_too_long_is_asked_less_and_less() {
        let mut audience = audience();
        audience.took_too_long();
        assert!(!audience.is_to_be_asked_again(), "all that may have fitted is told as gone, which is true for ever");
        let asked = SessionSelection { q: Some("duration>2h".to_owned()), ..SessionSelection::default() };
        let mut audience = Audience::new(Selection::read(&asked).unwrap(), audience.viewpoint);
        let mut rounds = Vec::new();
        for _ in 0..6 {
            audience.took_too_long();
            rounds.push((1..).find(|_| audience.takes_its_turn()).unwrap());
        }
        assert_eq!(rounds, [2, 4, 8, 16, 20, 20]);
    }
}
