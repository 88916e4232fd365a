//! What the live feed tells: rows change in place, new ones wait until nobody points at the table.

use std::time::Duration;

use deskwarden_types::{Counting, SessionId, Verb, api::*};
use leptos::prelude::*;

use super::{
    Address,
    list::{List, Row},
};
use crate::{
    feed::Connection,
    strings::{self, labels},
    words,
};

/// Rows move when the pointer and the keyboard have rested for so long, in milliseconds.
const REST_MS: f64 = 4_000.0;
/// A page beside which something changed is asked for again no more often than that, in milliseconds.
pub(super) const AGAIN_MS: f64 = 10_000.0;
/// What is told to all consoles at once, each asks for at a time of its own within so many milliseconds.
const SPREAD_MS: f64 = 3_000.0;
/// Rows that came on top are not cut off at the end, up to so many pages.
const MOST_PAGES: usize = 4;

impl List {
    /// Shows what was held back as soon as nobody is at the table, for as long as the page is there.
    pub(super) fn follow_pointer(self) {
        let settle = set_interval_with_handle(move || self.settle(), Duration::from_secs(1)).ok();
        on_cleanup(move || {
            self.leave();
            if let Some(settle) = settle {
                settle.clear();
            }
            self.liveness.connection.set(Connection::Still);
        });
    }

    /// Where an action of this page has ended, many may match no longer: how many do is asked for at once. The rows are not,
    /// which follow by themselves: what is heard of them meanwhile would be told nobody.
    pub(super) fn count_after_actions(self) {
        let ended = self.confirm.ended;
        Effect::new(move |before: Option<u32>| {
            let now = ended.get();
            if before.is_some_and(|before| before != now) {
                self.count(Counting::Capped);
            }
            now
        });
    }

    pub(super) fn hear(self, event: LiveEvent) {
        match event {
            LiveEvent::Open { .. } | LiveEvent::Ping {} => {}
            LiveEvent::Refreshed { refresh, .. } => self.refresh.set(refresh),
            LiveEvent::Reload { .. } => {
                if !self.reload.get_value() {
                    self.reload.set_value(true);
                    let soon = js_sys::Date::now() + js_sys::Math::random() * SPREAD_MS;
                    self.not_before.update_value(|not_before| *not_before = not_before.max(soon));
                }
            }
            LiveEvent::Changes { changed, gone, .. } => {
                for session in changed {
                    self.kinds.add(session.kind);
                    self.tell_finished(&session);
                    self.selection.change(&session);
                    self.change(session);
                }
                for id in gone {
                    self.leaves(id);
                }
                self.settle();
            }
        }
    }

    /// A session fits no more, as far as it did: of lists that are too long to be kept in mind the server tells every
    /// session that may have left.
    fn leaves(self, id: SessionId) {
        self.selection.left(id);
        if let Some(row) = untrack(|| self.row(id)) {
            return row.gone.set(true);
        }
        if self.elsewhere.with_untracked(|ids| ids.contains(&id)) {
            self.elsewhere.update(|ids| {
                ids.remove(&id);
            });
        }
        if self.held.with_untracked(|held| held.iter().any(|s| s.id == id)) {
            return self.held.update(|held| held.retain(|s| s.id != id));
        }
        // On another page; it was counted.
        if self.around.with_untracked(|around| around.total.is_some_and(|total| total.exact)) {
            self.outdated.set_value(true);
        }
    }

    fn change(self, session: Session) {
        if let Some(row) = untrack(|| self.row(session.id)) {
            row.gone.set(false);
            if row.data.with_untracked(|old| session.revision >= old.revision) {
                row.data.set(session);
            }
            return;
        }
        let waiting = self.held.with_untracked(|held| held.iter().position(|s| s.id == session.id));
        if let Some(at) = waiting {
            self.held.update(|held| {
                if let Some(place) = held.get_mut(at) {
                    *place = session;
                }
            });
            return;
        }
        if session.id.0 > self.newest.get_value() {
            self.newest.set_value(session.id.0);
            if self.address.with_untracked(Address::takes_new_on_top) {
                self.held.update(|held| held.push(session));
            } else {
                self.elsewhere.update(|ids| ids.extend([session.id]));
            }
            return;
        }
        // An older one: it may stand on another page, or fit only now. The order by ids tells its place.
        if self.belongs_here(&session) {
            self.held.update(|held| held.push(session));
        } else {
            self.outdated.set_value(true);
        }
    }

    /// Whether a session that is not shown has its place among the rows that are.
    fn belongs_here(self, session: &Session) -> bool {
        let last = self.rows.with_untracked(|rows| rows.last().map(|row| row.id));
        let ends_here = self.around.with_untracked(|around| around.next.is_none());
        self.address.with_untracked(Address::takes_new_on_top) && (ends_here || last < Some(session.id))
    }

    /// A command of this page has come to its end: that is told, whether or not anybody looks at the row.
    fn tell_finished(self, session: &Session) {
        let mine = self.confirm.mine.with_untracked(|mine| mine.iter().find(|(id, _)| *id == session.id).copied());
        let Some((id, verb)) = mine else { return };
        let open = session.command.as_ref().is_some_and(words::on_its_way);
        if open {
            return;
        }
        self.confirm.mine.update(|mine| mine.retain(|(of, _)| *of != id));
        let label = labels::verb_label(session.kind, verb);
        let name = words::name_of(session);
        match &session.command {
            Some(command) if words::went_wrong(command) => {
                let how = strings::command_went_wrong(label, command.state, command.outcome);
                let next = strings::next_step(command.outcome, command.detail.as_deref());
                self.notices.failure(format!("{how} ({name})"), Some(next), Some(id));
            }
            Some(command) if command.verb == Verb::Message && verb == Verb::Message => {
                let how = strings::message_end(command.outcome);
                self.notices.success(strings::message_told(how, &name), command.message.clone(), Some(id));
            }
            _ => self.notices.success(strings::finished(label, &name), None, Some(id)),
        }
    }

    /// Somebody points at the rows, or goes through them with the keyboard.
    pub fn touched(self) {
        self.moved_at.set_value(js_sys::Date::now());
    }

    /// The pointer left the rows.
    pub fn pointer_left(self) {
        self.moved_at.set_value(0.0);
        self.settle();
    }

    /// Shows what was held back, unless it would move rows under the pointer or in the middle of the table.
    fn settle(self) {
        let now = js_sys::Date::now();
        let at_top = self.at_top.get_value();
        if now - self.moved_at.get_value() <= REST_MS {
            return;
        }
        if at_top {
            self.show_held();
        }
        // What changed beside the page may belong to it, and is counted. What the rows say is not true any more after a
        // reload: it is asked for in the middle of the table, too.
        let look = self.outdated.get_value() && at_top || self.reload.get_value();
        let rests = self.loaded.get_untracked() && self.work.with_value(Option::is_none);
        if look && rests && now > self.not_before.get_value() {
            self.look_again();
        }
    }

    /// Shows what was held back, and takes out what fits no more.
    pub fn show_held(self) {
        let is_gone = |row: &Row| row.gone.get_untracked();
        let gone = self.rows.with_untracked(|rows| rows.iter().filter(|row| is_gone(row)).count());
        let held = self.held.with_untracked(Vec::len);
        if gone + held == 0 {
            return;
        }
        let mut new = Vec::new();
        self.held.update(|held| new.append(held));
        self.rows.update(|rows| {
            rows.retain(|row| !is_gone(row));
            for session in new {
                let at = rows.iter().position(|row| row.id < session.id).unwrap_or(rows.len());
                rows.insert(at, Row::new(session, true));
            }
        });
        self.around.update(|around| {
            if let Some(total) = around.total.as_mut().filter(|total| total.exact) {
                total.count = (total.count + held as i64 - gone as i64).max(0);
            }
        });
        self.rows.with_untracked(|rows| self.selection.keep(rows));
        let rows = self.rows.with_untracked(Vec::len);
        let emptied = rows == 0 && self.around.with_untracked(|a| a.next.is_some() || a.prev.is_some());
        // Rows are not cut off at the end, where the next page begins; a very long page is asked for anew.
        if rows > MOST_PAGES * self.address.with_untracked(Address::rows) as usize || emptied {
            self.load(false);
        }
        if held > 0 {
            self.announce.say(strings::waiting_sessions(held));
        }
    }
}
