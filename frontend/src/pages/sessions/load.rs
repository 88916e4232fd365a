//! Loading the rows, and counting them beside that: a number never keeps the rows waiting.

use std::time::Duration;

use deskwarden_client::ClientError;
use deskwarden_types::{Counting, NoArgs, NoBody, api::*};
use futures_util::future::{AbortHandle, abortable};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Address,
    list::{Around, List, Row},
    live::AGAIN_MS,
    order,
};
use crate::{
    feed::{Connection, follow},
    strings,
};

impl List {
    /// Loads the rows that the address asks for, and follows them; with `anew` they are counted, too. What was asked
    /// before is not waited for any more.
    pub fn load(self, anew: bool) {
        self.loading.set(true);
        self.silent.set_value(false);
        self.stop();
        self.ask();
        if anew {
            self.around.update(|around| around.total = None);
            self.count(Counting::Capped);
        }
    }

    /// Asks for the rows once more because something changed beside them. What is shown stays, and is followed, until
    /// the answer is here; a number that was exact is counted again, after a reload any number.
    pub(super) fn look_again(self) {
        self.silent.set_value(true);
        let reload = self.reload.get_value();
        self.ask();
        if reload || self.around.with_untracked(|around| around.total.is_some_and(|total| total.exact)) {
            self.count(Counting::Capped);
        }
    }

    fn ask(self) {
        self.outdated.set_value(false);
        self.reload.set_value(false);
        self.not_before.set_value(js_sys::Date::now() + AGAIN_MS);
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        let query = self.asked.get_untracked();
        let (work, handle) = abortable(self.api.call::<ListSessions>(NoArgs {}, query.clone(), NoBody {}));
        stop(self.work, Some(handle));
        spawn_local(async move {
            let Ok(answer) = work.await else { return };
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.loading.set(false);
            self.work.set_value(None);
            match answer {
                Ok(page) => {
                    let revision = page.revision;
                    self.take(page);
                    let tell = move |event| self.hear(event);
                    let feed = follow(self.api, Some(self.liveness), query, Some(revision), tell);
                    self.feed.set_value(Some(feed));
                }
                Err(error) if self.silent.get_value() => self.look_later(&error),
                Err(error) => self.fail(error, turn),
            }
        });
    }

    /// Counts the matches.
    pub fn count(self, counting: Counting) {
        let query =
            SessionQuery { sort: None, limit: None, cursor: None, total: Some(counting), ..self.asked.get_untracked() };
        let (work, handle) = abortable(self.api.call::<CountSessions>(NoArgs {}, query, NoBody {}));
        stop(self.count, Some(handle));
        self.counting.set(counting == Counting::Exact);
        spawn_local(async move {
            // A count that does not come leaves the rows as they are, without a number.
            let Ok(answer) = work.await else { return };
            if let Ok(total) = answer
                && self.around.try_update(|around| around.total = Some(total)).is_some()
            {
                self.tell_range();
            }
            self.counting.try_set(false);
        });
    }

    /// Stops counting.
    pub fn stop_counting(self) {
        stop(self.count, None);
        self.counting.set(false);
    }

    /// What the page asked for by itself did not come: what is shown is followed all the same, and it asks again later.
    fn look_later(self, error: &ClientError) {
        self.outdated.set_value(true);
        self.reload.set_value(true);
        let wait = error.retry_after().map_or(3.0 * AGAIN_MS, |wait| wait.as_secs_f64() * 1_000.0);
        self.not_before.set_value(js_sys::Date::now() + wait);
    }

    fn fail(self, error: ClientError, turn: u32) {
        let again = match &error {
            ClientError::Transport(_) => {
                self.liveness.down();
                Some(Duration::from_secs(3))
            }
            // The server has answered; there is nothing to follow.
            _ => {
                self.liveness.connection.set(Connection::Still);
                error.retry_after()
            }
        };
        if let Some(wait) = again {
            let load = move || {
                if self.turn.try_get_value() == Some(turn) {
                    let uncounted = self.around.with_untracked(|around| around.total.is_none());
                    self.load(uncounted);
                }
            };
            set_timeout(load, wait.max(Duration::from_secs(1)));
        }
        // Rows of another list stand under none of what narrows this one: nobody could tell what is selected.
        let other = self.asked.with_untracked(|asked| self.selection.is_of_another(&asked.selection()));
        if other {
            self.stop_counting();
            self.selection.clear();
            self.rows.set(Vec::new());
            self.around.set(Around { first: 1, ..Around::default() });
            self.held.set(Vec::new());
            self.elsewhere.update(|ids| ids.clear());
            self.loaded.set(false);
        }
        self.failure.set(Some(error));
    }

    /// Follows no more.
    pub(super) fn stop(self) {
        self.feed.try_update_value(|feed| {
            if let Some(feed) = feed.take() {
                feed.stop();
            }
        });
    }

    /// Stops everything that is on its way.
    pub(super) fn leave(self) {
        self.stop();
        stop(self.work, None);
        stop(self.count, None);
    }

    /// Shows a page; rows that were there stay the same elements.
    fn take(self, page: SessionList) {
        let SessionList { items, next, prev, total, refresh, .. } = page;
        let old = self.rows.get_untracked();
        let rows: Vec<_> = items
            .into_iter()
            .map(|session| match old.iter().find(|row| row.id == session.id) {
                Some(row) => {
                    row.gone.set(false);
                    // The feed goes on while the page is on its way, and may be ahead of it.
                    if row.data.with_untracked(|old| session.revision >= old.revision && *old != session) {
                        row.data.set(session);
                    }
                    row.clone()
                }
                None => Row::new(session, false),
            })
            .collect();
        for row in &rows {
            self.kinds.add(row.data.with_untracked(|s| s.kind));
        }
        let newest = rows.iter().map(|row| row.id.0).max().unwrap_or(0);
        self.newest.update_value(|n| *n = newest.max(*n));
        self.selection.turn(self.asked.with_untracked(SessionQuery::selection), &old, &rows);
        let first = self.address.with_untracked(|a| a.first);
        self.rows.set(rows);
        self.around.update(|around| {
            let total = total.or(around.total);
            *around = Around { first, next, prev, total };
        });
        self.refresh.set(refresh);
        self.held.set(Vec::new());
        if self.address.with_untracked(Address::takes_new_on_top) {
            self.elsewhere.update(|ids| ids.clear());
        }
        self.failure.set(None);
        self.loaded.set(true);
        self.tell_range();
    }

    /// Tells a screen reader what is there now: the order, where it is another one, and which rows.
    fn tell_range(self) {
        let (first, total) = self.around.with_untracked(|around| (around.first, around.total));
        let shown = self.rows.with_untracked(Vec::len);
        let range = match total {
            Some(total) => strings::range(first, shown, total),
            None if shown == 0 => strings::range_none().to_owned(),
            None => strings::range_without_total(first, shown),
        };
        let sort = self.asked.with_untracked(|asked| asked.sort.clone());
        let before = self.sorted.get_value();
        self.sorted.set_value(Some(sort.clone().unwrap_or_default()));
        let is_new = before.is_some_and(|before| before != sort.unwrap_or_default());
        let order = is_new.then(|| self.address.with_untracked(order::in_words));
        let text = [order, Some(range)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        if !self.silent.get_value() {
            self.announce.say(text);
        }
    }
}

/// Stops the work that is kept there, and keeps this instead.
fn stop(place: StoredValue<Option<AbortHandle>>, new: Option<AbortHandle>) {
    place.try_update_value(|kept| {
        if let Some(old) = std::mem::replace(kept, new) {
            old.abort();
        }
    });
}
