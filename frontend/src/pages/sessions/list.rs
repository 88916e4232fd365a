//! The rows of the page and what stands around them.

use std::collections::BTreeSet;

use deskwarden_client::ClientError;
use deskwarden_types::{SessionId, api::*};
use futures_util::future::AbortHandle;
use leptos::prelude::*;

use super::{Address, select::Selection, window::is_narrow};
use crate::{
    announce::{Announce, use_announce},
    api::{Api, use_api},
    confirm::{Confirm, use_confirm},
    feed::{Connection, Feed, Liveness},
    notices::{Notices, use_notices},
    shell::KindsInUse,
};

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
    pub(super) fn new(session: Session, is_new: bool) -> Self {
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
    /// How many there are, once that was counted.
    pub total: Option<Total>,
}

/// The list.
#[derive(Clone, Copy)]
pub struct List {
    /// What the address asks for.
    pub address: Memo<Address>,
    /// What the server is asked for.
    pub asked: Memo<SessionQuery>,
    /// The rows, in order.
    pub rows: RwSignal<Vec<Row>>,
    /// What stands around them.
    pub around: RwSignal<Around>,
    /// Whether rows were loaded at all.
    pub loaded: RwSignal<bool>,
    /// Whether rows are being loaded.
    pub loading: RwSignal<bool>,
    /// Whether all matches are being counted.
    pub counting: RwSignal<bool>,
    /// What went wrong with loading; the old rows stay.
    pub failure: RwSignal<Option<ClientError>>,
    /// When the agents were last asked to report.
    pub refresh: RwSignal<RefreshState>,
    /// The selected rows.
    pub selection: Selection,
    /// New sessions that wait for the pointer to leave the table.
    pub held: RwSignal<Vec<Session>>,
    /// New sessions that belong on another page.
    pub elsewhere: RwSignal<BTreeSet<SessionId>>,
    /// Whether the tenant shows AD usernames.
    pub ad_username: Memo<bool>,
    /// Whether the window is so narrow that there are cards instead of a table.
    pub cards: RwSignal<bool>,
    pub(super) announce: Announce,
    pub(super) newest: StoredValue<i64>,
    pub(super) moved_at: StoredValue<f64>,
    pub(super) at_top: StoredValue<bool>,
    /// Whether something changed beside the rows that are shown.
    pub(super) outdated: StoredValue<bool>,
    /// Whether more changed than the feed tells one by one: the rows that are shown, and how many there are, too.
    pub(super) reload: StoredValue<bool>,
    /// When the page may ask for the rows again by itself, in milliseconds.
    pub(super) not_before: StoredValue<f64>,
    /// Whether the rows were asked for by the page itself, which is not told.
    pub(super) silent: StoredValue<bool>,
    pub(super) turn: StoredValue<u32>,
    pub(super) feed: StoredValue<Option<Feed>, LocalStorage>,
    pub(super) work: StoredValue<Option<AbortHandle>>,
    pub(super) count: StoredValue<Option<AbortHandle>>,
    pub(super) sorted: StoredValue<Option<String>>,
    pub(super) api: Api,
    pub(super) liveness: Liveness,
    pub(super) confirm: Confirm,
    pub(super) notices: Notices,
    pub(super) kinds: KindsInUse,
}

impl List {
    /// A list that follows the address, provided to what is below.
    pub fn provide(address: Memo<Address>) -> Self {
        let api = use_api();
        let list = Self {
            address,
            asked: Memo::new(move |_| address.with(Address::request)),
            rows: RwSignal::default(),
            around: RwSignal::default(),
            loaded: RwSignal::new(false),
            loading: RwSignal::new(true),
            counting: RwSignal::new(false),
            failure: RwSignal::new(None),
            refresh: RwSignal::default(),
            selection: Selection::default(),
            held: RwSignal::default(),
            elsewhere: RwSignal::default(),
            ad_username: Memo::new(move |_| api.me().is_some_and(|me| me.tenant.show_ad_username)),
            cards: RwSignal::new(is_narrow()),
            announce: use_announce(),
            newest: StoredValue::new(0),
            outdated: StoredValue::new(false),
            reload: StoredValue::new(false),
            not_before: StoredValue::new(0.0),
            silent: StoredValue::new(false),
            moved_at: StoredValue::new(0.0),
            at_top: StoredValue::new(true),
            turn: StoredValue::new(0),
            feed: StoredValue::new_local(None),
            work: StoredValue::new(None),
            count: StoredValue::new(None),
            sorted: StoredValue::new(None),
            api,
            liveness: expect_context::<Liveness>(),
            confirm: use_confirm(),
            notices: use_notices(),
            kinds: expect_context::<KindsInUse>(),
        };
        provide_context(list);
        list.liveness.connection.set(Connection::Opening);
        // At once: effects run only when everything around the list is drawn.
        let first = list.asked.get_untracked();
        list.load(true);
        Effect::new(move |before: Option<SessionQuery>| {
            let asked = list.asked.get();
            if before.is_none() && asked == first {
                return asked;
            }
            let same = before.as_ref().is_some_and(|before| before.selection() == asked.selection());
            if !same {
                list.selection.clear();
            }
            list.load(!same);
            asked
        });
        list.follow_pointer();
        list.end_selection();
        list.count_after_actions();
        list
    }

    /// Whether the rows are still those of the list before: nothing is done to them any more.
    pub fn is_between(self) -> bool {
        self.loading.get() && self.asked.with(|asked| self.selection.is_of_another(&asked.selection()))
    }

    /// A row of this list.
    pub fn row(self, id: SessionId) -> Option<Row> {
        self.rows.with(|rows| rows.iter().find(|row| row.id == id).cloned())
    }
}
