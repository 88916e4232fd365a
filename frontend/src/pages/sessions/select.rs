//! Which sessions are selected: some of the rows, on one page or several, or all that match.

use std::collections::BTreeSet;

use deskwarden_types::{
    SessionId,
    api::{Session, SessionSelection},
};
use leptos::prelude::*;

use super::{
    Address,
    list::{List, Row},
};
use crate::strings;

/// What is selected.
#[derive(Clone, Copy)]
pub struct Selection {
    /// Rows of this page and of others.
    pub ids: RwSignal<BTreeSet<SessionId>>,
    /// Those of other pages, as they were last heard of.
    pub others: RwSignal<Vec<Session>>,
    /// Whether all that match are meant, also beyond the page.
    pub matching: RwSignal<bool>,
    /// The row from which a range goes.
    anchor: StoredValue<Option<SessionId>>,
    /// The list that the rows are of.
    of: StoredValue<Option<SessionSelection>>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            ids: RwSignal::default(),
            others: RwSignal::default(),
            matching: RwSignal::new(false),
            anchor: StoredValue::new(None),
            of: StoredValue::new(None),
        }
    }
}

impl Selection {
    /// Whether this row is selected.
    pub fn has(self, id: SessionId) -> bool {
        self.matching.get() || self.ids.with(|ids| ids.contains(&id))
    }

    /// Selects nothing any more.
    pub fn clear(self) {
        self.set_matching(false);
        self.anchor.set_value(None);
        if !self.ids.with_untracked(BTreeSet::is_empty) {
            self.ids.update(BTreeSet::clear);
        }
        self.forget_others();
    }

    fn forget_others(self) {
        if !self.others.with_untracked(Vec::is_empty) {
            self.others.update(Vec::clear);
        }
    }

    /// Whether the rows are those of another list.
    pub fn is_of_another(self, list: &SessionSelection) -> bool {
        self.of.with_value(|of| of.as_ref().is_some_and(|of| of != list))
    }

    /// Whether anything is selected.
    pub fn any(self) -> bool {
        self.matching.get() || self.ids.with(|ids| !ids.is_empty())
    }

    /// Rows that have left the list are not selected.
    pub fn keep(self, rows: &[Row]) {
        let others = self.others.with_untracked(|others| others.iter().map(|s| s.id).collect::<Vec<_>>());
        let there = |id: &SessionId| rows.iter().any(|row| row.id == *id) || others.contains(id);
        if !self.ids.with_untracked(|ids| ids.iter().all(there)) {
            self.ids.update(|ids| ids.retain(there));
        }
    }

    /// Other rows are shown: those of another page of the same list leave what was selected as it is.
    pub fn turn(self, of: SessionSelection, old: &[Row], new: &[Row]) {
        let same = self.of.with_value(|before| before.as_ref() == Some(&of));
        self.of.set_value(Some(of));
        if !same {
            return self.clear();
        }
        if self.ids.with_untracked(BTreeSet::is_empty) {
            return;
        }
        let shown = |id: SessionId| new.iter().any(|row| row.id == id);
        let mut others = self.others.get_untracked();
        others.retain(|session| !shown(session.id));
        let left = old.iter().filter(|row| !shown(row.id) && !row.gone.get_untracked());
        let selected = left.filter(|row| self.ids.with_untracked(|ids| ids.contains(&row.id)));
        others.extend(selected.map(|row| row.data.get_untracked()));
        self.others.set(others);
        self.keep(new);
    }

    /// A session has changed; the page knows of its own.
    pub fn change(self, session: &Session) {
        if let Some(at) = self.others.with_untracked(|others| others.iter().position(|s| s.id == session.id)) {
            self.others.update(|others| {
                if let Some(place) = others.get_mut(at).filter(|known| session.revision >= known.revision) {
                    *place = session.clone();
                }
            });
        }
    }

    /// A session has left the list; those of the page stay until their rows go.
    pub fn left(self, id: SessionId) {
        if self.others.with_untracked(|others| others.iter().any(|s| s.id == id)) {
            self.others.update(|others| others.retain(|s| s.id != id));
            self.ids.update(|ids| {
                ids.remove(&id);
            });
        }
    }

    /// These are selected no longer; of all that match each stays meant.
    fn drop_these(self, gone: &[SessionId]) {
        if self.ids.with_untracked(|ids| gone.iter().any(|id| ids.contains(id))) {
            self.ids.update(|ids| ids.retain(|id| !gone.contains(id)));
            self.others.update(|others| others.retain(|session| !gone.contains(&session.id)));
        }
    }

    fn set_matching(self, matching: bool) {
        if self.matching.get_untracked() != matching {
            self.matching.set(matching);
        }
    }
}

/// One by one: collecting into a set sorts first, which is 5 kB of program.
fn insert(ids: &mut BTreeSet<SessionId>, more: &[SessionId]) {
    for id in more {
        ids.insert(*id);
    }
}

impl List {
    /// From now on rows are selected, not all that match: of these, the rows of the page.
    fn by_row(self) {
        if self.selection.matching.get_untracked() {
            let mut all = BTreeSet::new();
            insert(&mut all, &self.page());
            self.selection.forget_others();
            self.selection.ids.set(all);
            self.selection.set_matching(false);
        }
    }

    fn page(self) -> Vec<SessionId> {
        self.rows.with_untracked(|rows| rows.iter().map(|row| row.id).collect())
    }

    /// Selects a row, or no more.
    pub fn toggle(self, id: SessionId) {
        let selection = self.selection;
        self.by_row();
        selection.anchor.set_value(Some(id));
        selection.ids.update(|ids| {
            if !ids.remove(&id) {
                ids.insert(id);
            }
        });
        self.tell_selected();
    }

    /// Selects all rows from the one that was chosen last to this one.
    pub fn select_to(self, id: SessionId) {
        let selection = self.selection;
        let from = selection.anchor.get_value().unwrap_or(id);
        let range: Vec<_> = self.rows.with_untracked(|rows| {
            let at = |id| rows.iter().position(|row: &Row| row.id == id);
            let (a, b) = (at(from).or(at(id)).unwrap_or(0), at(id).unwrap_or(0));
            rows.iter().skip(a.min(b)).take(a.abs_diff(b) + 1).map(|row| row.id).collect()
        });
        self.by_row();
        selection.anchor.set_value(Some(from));
        selection.ids.update(|ids| insert(ids, &range));
        self.tell_selected();
    }

    /// Selects all rows of the page, too.
    pub fn select_page(self) {
        self.by_row();
        let page = self.page();
        self.selection.ids.update(|ids| insert(ids, &page));
        self.tell_selected();
    }

    /// Selects no row of the page any more.
    pub fn deselect_page(self) {
        if self.selection.matching.get_untracked() {
            return self.deselect();
        }
        let page = self.page();
        self.selection.ids.update(|ids| {
            for id in &page {
                ids.remove(id);
            }
        });
        self.tell_selected();
    }

    /// Whether all rows of the page are selected.
    pub fn page_selected(self) -> bool {
        self.rows.with(|rows| !rows.is_empty() && rows.iter().all(|row| self.selection.has(row.id)))
    }

    /// The sessions that are selected, as far as they are here.
    pub fn selected(self) -> Vec<Session> {
        let rows = self.rows.get();
        let of_page = rows.iter().filter(|row| self.selection.has(row.id)).map(|row| row.data.get());
        let others = (!self.selection.matching.get()).then(|| self.selection.others.get());
        of_page.chain(others.into_iter().flatten()).collect()
    }

    /// Selects all that match, on all pages.
    pub fn select_matching(self) {
        self.select_page();
        self.selection.set_matching(true);
        self.tell_selected();
    }

    /// What was selected for an action that is on its way is selected no longer: what comes to match later was never meant,
    /// and the next action is one of its own.
    pub(super) fn end_selection(self) {
        let confirm = self.confirm;
        Effect::new(move |_| {
            let Some(taken) = confirm.taken.get() else { return };
            confirm.taken.set(None);
            match taken.matching {
                Some(of) if self.address.with_untracked(Address::selection) == of => self.selection.clear(),
                Some(_) => {}
                None => self.selection.drop_these(&taken.ids),
            }
        });
    }

    /// Selects nothing any more.
    pub fn deselect(self) {
        self.selection.clear();
        self.announce.say(strings::nothing_selected().to_owned());
    }

    fn tell_selected(self) {
        let text = if self.selection.matching.get_untracked() {
            untrack(|| self.matching_in_words())
        } else {
            strings::rows_selected(self.selection.ids.with_untracked(BTreeSet::len))
        };
        self.announce.say(text);
    }

    /// `All 1,234 that match are selected`.
    pub fn matching_in_words(self) -> String {
        match self.around.with(|around| around.total).filter(|total| total.exact) {
            Some(total) => strings::matching_selected(crate::format::number(total.count)),
            None => strings::matching_selected_all().to_owned(),
        }
    }
}
