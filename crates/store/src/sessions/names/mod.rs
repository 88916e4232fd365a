//! The names in the dictionaries, in memory: a search looks through them there, in a millisecond for 200,000 names,
//! and the database is asked for the sessions of those that fit.
//!
//! Before each use the new ones are read, by their ids. A name that changes or goes makes
//! `tenant_heads.names_revision` rise, and all are read again.

mod called;
mod shelf;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use deskwarden_domain::list::Dictionary;
use deskwarden_types::TenantId;
use diesel::sql_types::{BigInt, Nullable, Text};

pub(crate) use called::{Called, Name, Pointers, called, place};
use shelf::Texts;
pub(crate) use shelf::Wanted;

use super::{
    many::Many,
    source,
    sql::{Dialect, Sql},
};
use crate::{Conn, Result, StoreError};

/// Beyond this many bytes the tenant that was not asked for longest is forgotten.
const MOST_BYTES: usize = 48 << 20;
/// PostgreSQL's ids can become visible out of order. Once all transactions are over that were under way when an id was
/// seen, and whoever had just taken an id has begun his, nobody can commit one below it any more.
const SETTLED: Duration = Duration::from_secs(1);
/// Before that, this many of the last ids are read again each time.
const READ_AGAIN: i64 = 200;

/// Rows that are told one by one: with more of them, any list is full of their sessions.
const MOST_FOUND: usize = 10_000;

/// What is remembered of all tenants.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// For the rows that lists show.
    rows: called::RowNames,
    /// What leads to many sessions.
    pub(super) many: Arc<Many>,
    /// For searches.
    tenants: Mutex<HashMap<TenantId, Arc<Mutex<TenantNames>>>>,
}

/// What is remembered of one tenant.
#[derive(Debug, Default)]
pub(crate) struct TenantNames {
    revision: i64,
    shelves: HashMap<Dictionary, Known>,
    used: Option<Instant>,
}

#[derive(Debug, Default)]
struct Known {
    texts: Texts,
    /// On PostgreSQL, what was seen and is not yet settled.
    seen: Option<Seen>,
    /// What was committed up to this id is here.
    settled: i64,
}

/// The last id that was seen, when, and the first transaction that had not begun then.
#[derive(Debug, Clone, Copy)]
struct Seen {
    last: i64,
    at: Instant,
    next: i64,
}

/// Rows that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Their ids, rising; none where there are more than [`MOST_FOUND`].
    pub(crate) ids: Option<Vec<i64>>,
    /// How many rows there are in all.
    pub(crate) of: usize,
}

type Read = (i64, Option<String>, Option<String>, Option<String>, Option<String>);
type Types = (BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>);

impl Names {
    /// The tenant's, for as long as the guard of it is held.
    pub(crate) fn of(&self, tenant: TenantId) -> Arc<Mutex<TenantNames>> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let known = tenants.entry(tenant).or_default().clone();
        if tenants.len() > 1 {
            forget_some(&mut tenants, tenant);
        }
        known
    }
}

/// Forgets tenants, those that were not asked for longest first, until the others take little enough. One that is in
/// use just now is left alone.
fn forget_some(tenants: &mut HashMap<TenantId, Arc<Mutex<TenantNames>>>, but: TenantId) {
    let mut sizes: Vec<(Option<Instant>, TenantId, usize)> = tenants
        .iter()
        .filter_map(|(tenant, names)| names.try_lock().ok().map(|names| (names.used, *tenant, names.size())))
        .collect();
    let mut total: usize = sizes.iter().map(|(_, _, size)| size).sum();
    sizes.sort_unstable();
    for (_, tenant, size) in sizes {
        if total <= MOST_BYTES {
            return;
        }
        if tenant != but {
            tenants.remove(&tenant);
            total -= size;
        }
    }
}

impl TenantNames {
    fn size(&self) -> usize {
        self.shelves.values().map(|known| known.texts.size()).sum()
    }

    /// Whether a dictionary is here as of this revision: another question may have had another one meanwhile.
    pub(crate) fn holds(&self, revision: i64, which: Dictionary) -> bool {
        self.revision == revision && self.shelves.contains_key(&which)
    }

    /// Reads what is new in a dictionary. `revision`: the tenant's `names_revision`, read before.
    pub(crate) fn refresh(
        &mut self,
        conn: &mut Conn,
        tenant: TenantId,
        revision: i64,
        which: Dictionary,
    ) -> Result<()> {
        let now = Instant::now();
        self.used = Some(now);
        if self.revision != revision {
            self.shelves.clear();
            self.revision = revision;
        }
        let dialect = Dialect::of(conn);
        let known = self.shelves.entry(which).or_default();
        // Before the names: what is not under way then is among them.
        let under_way = if dialect == Dialect::Postgres { under_way(conn)? } else { (0, 0) };
        let after = match dialect {
            // One writes at a time.
            Dialect::Sqlite => known.texts.last_id(),
            Dialect::Postgres => known.settle(under_way, now),
        };
        known.texts.forget_after(after);
        for (id, a, b, c, d) in read(conn, dialect, tenant, which, after)? {
            known.push(id, which, [a, b, c, d]);
        }
        known.see(under_way, now);
        Ok(())
    }

    /// The rows of a dictionary with a text that is wanted in any of its columns, by their places.
    pub(crate) fn find(&self, dictionary: Dictionary, columns: &[usize], wanted: &[Wanted]) -> Found {
        self.shelves.get(&dictionary).map_or_else(
            || Found { ids: Some(Vec::new()), of: 0 },
            |known| Found { ids: known.texts.find(columns, wanted, MOST_FOUND), of: known.texts.len() },
        )
    }
}

impl Known {
    /// After which id names are read (again). What was seen settles where all is over that was under way then: it is read
    /// once more, with what has come between.
    fn settle(&mut self, (oldest, _): (i64, i64), now: Instant) -> i64 {
        let before = self.settled;
        match self.seen {
            Some(seen) if oldest >= seen.next && now.duration_since(seen.at) >= SETTLED => {
                self.seen = None;
                self.settled = seen.last;
                before
            }
            Some(_) => before.max(self.texts.last_id() - READ_AGAIN),
            None => before,
        }
    }

    /// Remembers what was seen; where nothing was under way, all but the last ids is settled at once.
    fn see(&mut self, (oldest, next): (i64, i64), now: Instant) {
        let last = self.texts.last_id();
        if oldest == next {
            self.settled = self.settled.max(last - READ_AGAIN);
        }
        self.seen.get_or_insert(Seen { last, at: now, next });
    }

    fn push(&mut self, id: i64, which: Dictionary, texts: [Option<String>; 4]) {
        let columns = source::shelf(which).texts.len();
        self.texts.push(id, texts.iter().take(columns).map(Option::as_deref));
    }
}

/// PostgreSQL's oldest transaction that is under way, and the first that has not begun; the same where none is.
fn under_way(conn: &mut Conn) -> Result<(i64, i64)> {
    let sql =
        "SELECT pg_snapshot_xmin(x)::text::bigint, pg_snapshot_xmax(x)::text::bigint FROM pg_current_snapshot() x";
    let found = Sql::new(Dialect::Postgres, sql).load::<(BigInt, BigInt), (i64, i64)>(conn)?;
    found.first().copied().ok_or_else(|| StoreError::Corrupt("PostgreSQL has no snapshot".to_owned()))
}

/// Rows after an id.
fn read(conn: &mut Conn, dialect: Dialect, tenant: TenantId, which: Dictionary, after: i64) -> Result<Vec<Read>> {
    let shelf = source::shelf(which);
    let columns: Vec<&str> =
        (0..4).map(|place| shelf.texts.get(place).copied().unwrap_or("CAST(NULL AS TEXT)")).collect();
    let mut sql =
        // The sum keeps the databases from the index of the tenant's rows: few ids are new.
        Sql::new(dialect, format!("SELECT id, {} FROM {} WHERE tenant_id + 0 = ", columns.join(", "), shelf.table));
    sql.number(tenant.0).push(" AND id > ").number(after).push(" ORDER BY id");
    sql.load::<Types, Read>(conn)
}
