//! Which sessions are selected: some of the rows, or all that match, also on other pages.

use std::collections::BTreeSet;

use deskwarden_types::SessionId;
use leptos::prelude::*;

use super::list::{List, Row};
use crate::strings;

/// What is selected.
#[derive(Clone, Copy)]
pub struct Selection {
    /// Rows of this page.
    pub ids: RwSignal<BTreeSet<SessionId>>,
    /// Whether all that match are meant, also beyond the page.
    pub matching: RwSignal<bool>,
    /// The row from which a range goes.
    anchor: StoredValue<Option<SessionId>>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { ids: RwSignal::default(), matching: RwSignal::new(false), anchor: StoredValue::new(None) }
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
    }

    /// Whether anything is selected.
    pub fn any(self) -> bool {
        self.matching.get() || self.ids.with(|ids| !ids.is_empty())
    }

    /// Rows that are not there any more are not selected.
    pub fn keep(self, rows: &[Row]) {
        let gone = |ids: &BTreeSet<SessionId>| ids.iter().any(|id| rows.iter().all(|row| row.id != *id));
        if self.ids.with_untracked(gone) {
            self.ids.update(|ids| ids.retain(|id| rows.iter().any(|row| row.id == *id)));
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
    /// Selects a row, or no more.
    pub fn toggle(self, id: SessionId) {
        let selection = self.selection;
        selection.set_matching(false);
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
        selection.set_matching(false);
        selection.anchor.set_value(Some(from));
        selection.ids.update(|ids| insert(ids, &range));
        self.tell_selected();
    }

    /// Selects all rows of the page.
    pub fn select_page(self) {
        let rows: Vec<_> = self.rows.with_untracked(|rows| rows.iter().map(|row| row.id).collect());
        let mut all = BTreeSet::new();
        insert(&mut all, &rows);
        self.selection.set_matching(false);
        self.selection.ids.set(all);
        self.tell_selected();
    }

    /// Selects all that match, on all pages.
    pub fn select_matching(self) {
        self.select_page();
        self.selection.set_matching(true);
        self.tell_selected();
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
