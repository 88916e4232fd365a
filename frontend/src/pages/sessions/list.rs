//! The rows of the page: loaded, followed live, and never moved under the pointer.

use std::{collections::BTreeSet, time::Duration};

use deskwarden_client::ClientError;
use deskwarden_types::{NoArgs, NoBody, SessionId, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::address::Address;
use crate::{
    api::{Api, use_api},
    confirm::{Confirm, use_confirm},
    feed::{Connection, Feed, Liveness, follow},
    notices::{Notices, use_notices},
    parts::explain,
    shell::KindsInUse,
    strings, words,
};

/// Rows move when the pointer has rested for so long, in milliseconds.
const REST_MS: f64 = 4_000.0;

/// One row. It changes in place; the row's element stays.
#[derive(Clone)]
pub struct Row {
    /// The session's id.
    pub id: SessionId,
    /// The session.
    pub data: ArcRwSignal<Session>,
    /// Whether it came while somebody was looking.
    pub is_new: bool,
    /// Whether it fits the list no more.
    pub gone: ArcRwSignal<bool>,
}

impl Row {
    fn new(session: Session, is_new: bool) -> Self {
        Self { id: session.id, data: ArcRwSignal::new(session), is_new, gone: ArcRwSignal::new(false) }
    }
}

/// What stands around the rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Around {
    /// The number of the first row, from 1.
    pub first: i64,
    /// The cursor to the rows after.
    pub next: Option<String>,
    /// The cursor to the rows before.
    pub prev: Option<String>,
    /// How many there are.
    pub total: Option<Total>,
}

/// The list.
#[derive(Clone, Copy)]
pub struct List {
    /// What the address asks for.
    pub address: Memo<Address>,
    /// The rows, in order.
    pub rows: RwSignal<Vec<Row>>,
    /// What stands around them.
    pub around: RwSignal<Around>,
    /// Whether rows were loaded at all.
    pub loaded: RwSignal<bool>,
    /// Whether rows are being loaded.
    pub loading: RwSignal<bool>,
    /// What went wrong with loading; the old rows stay.
    pub failure: RwSignal<Option<String>>,
    /// The selected rows.
    pub selected: RwSignal<BTreeSet<SessionId>>,
    /// New sessions that wait for the pointer to leave the table.
    pub held: RwSignal<Vec<Session>>,
    /// New sessions that belong on another page.
    pub elsewhere: RwSignal<BTreeSet<SessionId>>,
    /// What to say to screen readers.
    pub said: RwSignal<String>,
    newest: StoredValue<i64>,
    pointer_moved_at: StoredValue<f64>,
    turn: StoredValue<u32>,
    feed: StoredValue<Option<Feed>, LocalStorage>,
    api: Api,
    liveness: Liveness,
    confirm: Confirm,
    notices: Notices,
    kinds: KindsInUse,
}

impl List {
    /// A list that follows the address, provided to what is below.
    pub fn provide(address: Memo<Address>) -> Self {
        let list = Self {
            address,
            rows: RwSignal::default(),
            around: RwSignal::default(),
            loaded: RwSignal::new(false),
            loading: RwSignal::new(true),
            failure: RwSignal::new(None),
            selected: RwSignal::default(),
            held: RwSignal::default(),
            elsewhere: RwSignal::default(),
            said: RwSignal::default(),
            newest: StoredValue::new(0),
            pointer_moved_at: StoredValue::new(0.0),
            turn: StoredValue::new(0),
            feed: StoredValue::new_local(None),
            api: use_api(),
            liveness: expect_context::<Liveness>(),
            confirm: use_confirm(),
            notices: use_notices(),
            kinds: expect_context::<KindsInUse>(),
        };
        provide_context(list);
        list.liveness.connection.set(Connection::Opening);
        Effect::new(move |_| {
            list.address.track();
            list.selected.update(BTreeSet::clear);
            list.load();
        });
        let settle = set_interval_with_handle(move || list.settle(), Duration::from_secs(1)).ok();
        on_cleanup(move || {
            list.stop();
            if let Some(settle) = settle {
                settle.clear();
            }
            list.liveness.connection.set(Connection::Still);
        });
        list
    }

    /// A row of this list.
    pub fn row(self, id: SessionId) -> Option<Row> {
        self.rows.with(|rows| rows.iter().find(|row| row.id == id).cloned())
    }

    /// Loads the rows that the address asks for, and follows them.
    pub fn load(self) {
        self.stop();
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.loading.set(true);
        let query = self.address.with_untracked(|a| a.query.clone());
        spawn_local(async move {
            let answer = self.api.call::<ListSessions>(NoArgs {}, query.clone(), NoBody {}).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.loading.set(false);
            match answer {
                Ok(page) => {
                    let revision = page.revision;
                    self.take(page);
                    let tell = move |event| self.hear(event);
                    let feed = follow(self.api, Some(self.liveness), query, Some(revision), tell);
                    self.feed.set_value(Some(feed));
                }
                Err(error) => self.fail(&error, turn),
            }
        });
    }

    fn fail(self, error: &ClientError, turn: u32) {
        self.failure.set(Some(explain(error)));
        if matches!(error, ClientError::Transport(_)) {
            self.liveness.down();
            let again = move || {
                if self.turn.try_get_value() == Some(turn) {
                    self.load();
                }
            };
            set_timeout(again, Duration::from_secs(3));
        }
    }

    fn stop(self) {
        self.feed.try_update_value(|feed| {
            if let Some(feed) = feed.take() {
                feed.stop();
            }
        });
    }

    /// Shows a page; rows that were there stay the same elements.
    fn take(self, page: Page<Session>) {
        let Page { items, next, prev, total, .. } = page;
        let old = self.rows.get_untracked();
        let rows: Vec<_> = items
            .into_iter()
            .map(|session| match old.iter().find(|row| row.id == session.id) {
                Some(row) => {
                    row.gone.set(false);
                    if row.data.with_untracked(|old| *old != session) {
                        row.data.set(session);
                    }
                    row.clone()
                }
                None => Row::new(session, false),
            })
            .collect();
        let newest = rows.iter().map(|row| row.id.0).max().unwrap_or(0);
        self.newest.update_value(|n| *n = newest.max(*n));
        let there: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
        self.selected.update(|selected| selected.retain(|id| there.contains(id)));
        let first = self.address.with_untracked(|a| a.first);
        self.said.set(strings::range(first, rows.len(), total));
        self.rows.set(rows);
        self.around.set(Around { first, next, prev, total: Some(total) });
        self.held.set(Vec::new());
        if self.address.with_untracked(Address::takes_new_on_top) {
            self.elsewhere.set(BTreeSet::new());
        }
        self.failure.set(None);
        self.loaded.set(true);
        self.liveness.heard();
    }

    fn hear(self, event: LiveEvent) {
        match event {
            LiveEvent::Open { .. } | LiveEvent::Ping {} => {}
            LiveEvent::Reload { .. } => self.load(),
            LiveEvent::Changes { changed, gone, .. } => {
                for session in changed {
                    self.kinds.add(session.kind);
                    self.tell_finished(&session);
                    self.change(session);
                }
                for id in gone {
                    self.held.update(|held| held.retain(|s| s.id != id));
                    if let Some(row) = untrack(|| self.row(id)) {
                        row.gone.set(true);
                    }
                }
                self.settle();
            }
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
        // An older session that changed stands on another page.
        if session.id.0 <= self.newest.get_value() {
            return;
        }
        self.newest.set_value(session.id.0);
        if self.address.with_untracked(Address::takes_new_on_top) {
            self.held.update(|held| held.push(session));
        } else {
            self.elsewhere.update(|ids| ids.extend([session.id]));
        }
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
        let label = deskwarden_domain::labels::verb_label(session.kind, verb);
        let name = words::name_of(session);
        match &session.command {
            Some(command) if words::went_wrong(command) => {
                let how = strings::command_went_wrong(label, command.state, command.outcome);
                let next = strings::next_step(command.outcome, command.detail.as_deref());
                self.notices.failure(format!("{how} ({name})"), Some(next), Some(id));
            }
            _ => self.notices.success(strings::finished(label, &name), None, Some(id)),
        }
    }

    /// The pointer moves over the rows.
    pub fn pointer_moved(self) {
        self.pointer_moved_at.set_value(js_sys::Date::now());
    }

    /// The pointer left the rows.
    pub fn pointer_left(self) {
        self.pointer_moved_at.set_value(0.0);
        self.settle();
    }

    /// Shows what was held back, unless it would move rows under the pointer.
    fn settle(self) {
        if js_sys::Date::now() - self.pointer_moved_at.get_value() > REST_MS {
            self.show_held();
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
                rows.insert(0, Row::new(session, true));
            }
        });
        self.around.update(|around| {
            if let Some(total) = &mut around.total {
                total.count = (total.count + held as i64 - gone as i64).max(0);
            }
        });
        let rows = self.rows.with_untracked(Vec::len);
        let emptied = rows == 0 && self.around.with_untracked(|a| a.next.is_some());
        // Rows are not cut off at the end, where the next page begins; a very long page is asked for anew.
        if rows > 4 * strings::PAGE_ROWS as usize || emptied {
            self.load();
        }
        if held > 0 {
            self.said.set(strings::new_sessions(held));
        }
    }
}
