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

pub(crate) use called::{Called, Name, Pointers, called};
use shelf::Texts;
pub(crate) use shelf::Wanted;

use super::{
    source,
    sql::{Dialect, Sql},
};
use crate::{Conn, Result};

/// Beyond this many bytes the tenant that was not asked for longest is forgotten.
const MOST_BYTES: usize = 48 << 20;
/// PostgreSQL's ids can become visible out of order. After this time no transaction is left that might still commit an
/// id below one that was seen.
const SETTLED: Duration = Duration::from_secs(120);
/// Before it, this many of the last ids are read again.
const READ_AGAIN: i64 = 200;

/// Rows that are told one by one: with more of them, any list is full of their sessions.
const MOST_FOUND: usize = 10_000;

/// What is remembered of all tenants.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// For the rows that lists show.
    rows: called::RowNames,
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
    /// The last id as it was seen then.
    seen: Option<(Instant, i64)>,
    settled: i64,
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
        known.settle(dialect, now);
        for (id, a, b, c, d) in read(conn, dialect, tenant, which, known.settled)? {
            known.push(id, which, [a, b, c, d]);
        }
        known.seen.get_or_insert((now, known.texts.last_id()));
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
    /// Forgets what may not be all that there is.
    fn settle(&mut self, dialect: Dialect, now: Instant) {
        let last = self.texts.last_id();
        self.settled = match (dialect, self.seen) {
            // One writes at a time.
            (Dialect::Sqlite, _) => last,
            (Dialect::Postgres, None) => 0,
            (Dialect::Postgres, Some((at, seen))) => {
                let settled = if now.duration_since(at) >= SETTLED { seen } else { 0 };
                self.settled.max(settled).max(last - READ_AGAIN)
            }
        };
        if self.seen.is_some_and(|(at, _)| now.duration_since(at) >= SETTLED) {
            self.seen = Some((now, last));
        }
        self.texts.forget_after(self.settled);
    }

    fn push(&mut self, id: i64, which: Dictionary, texts: [Option<String>; 4]) {
        let columns = source::shelf(which).texts.len();
        self.texts.push(id, texts.iter().take(columns).map(Option::as_deref));
    }
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
