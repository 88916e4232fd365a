//! Names of dictionaries, read when they are first met and kept in the form in which they are written.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    net::IpAddr,
};

use deskwarden_domain::list::{Dictionary, Stored, definition};
use deskwarden_types::SessionField;
use diesel::{
    RunQueryDsl,
    sql_types::{BigInt, Binary, Nullable, Text},
};

use super::{raw::Texts, sheet::EMPTY};
use crate::{Result, Scope, sessions::shelf};

/// Writes a text as a cell.
pub type WriteText = fn(&str, &mut Vec<u8>);

/// Ids in one statement.
const CHUNK: usize = 1000;
/// What a few words of memory cost for each name, beside its text.
const OVERHEAD: usize = 32;

/// Ids are dense already: one multiplication spreads them.
#[derive(Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_i64(&mut self, id: i64) {
        self.write_u64(id.cast_unsigned());
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0 ^ id).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        // The table takes its place from the low bits and its tag from the high ones.
        self.0 ^ (self.0 >> 32)
    }
}

/// The names of one dictionary's column.
pub(super) struct Names {
    field: SessionField,
    write: WriteText,
    places: HashMap<i64, usize, BuildHasherDefault<IdHasher>>,
    texts: Texts,
    bytes: usize,
}

#[derive(diesel::QueryableByName)]
struct Named {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
}

#[derive(diesel::QueryableByName)]
struct Addressed {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Binary)]
    name: Vec<u8>,
}

impl Names {
    pub(super) fn new(field: SessionField, write: WriteText) -> Self {
        let mut names = Self { field, write, places: HashMap::default(), texts: Texts::default(), bytes: 0 };
        names.clear();
        names
    }

    /// Forgets all, to bound the memory.
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.texts.clear();
        // The first place is that of no name.
        self.texts.add(|_| ());
        self.bytes = 0;
    }

    /// About how much memory the names take.
    pub(super) fn size(&self) -> usize {
        self.bytes
    }

    /// The text at a place; empty where there is none.
    pub(super) fn get(&self, place: usize) -> &[u8] {
        self.texts.get(place)
    }

    /// Finds the places of these ids' names; those not met before are read.
    pub(super) fn find(&mut self, scope: &mut Scope<'_>, ids: &[i64], places: &mut Vec<usize>) -> Result<()> {
        if !self.look_up(ids, places) {
            let mut new: Vec<i64> =
                ids.iter().copied().filter(|id| *id != EMPTY && !self.places.contains_key(id)).collect();
            new.sort_unstable();
            new.dedup();
            for chunk in new.chunks(CHUNK) {
                self.load(scope, chunk)?;
            }
            self.look_up(ids, places);
        }
        Ok(())
    }

    /// Tells whether all were known.
    fn look_up(&self, ids: &[i64], places: &mut Vec<usize>) -> bool {
        let mut all = true;
        places.clear();
        places.extend(ids.iter().map(|id| match self.places.get(id) {
            Some(place) => *place,
            None => {
                all &= *id == EMPTY;
                0
            }
        }));
        all
    }

    fn load(&mut self, scope: &mut Scope<'_>, ids: &[i64]) -> Result<()> {
        // An id without a row has no name, and is not asked for again.
        for id in ids {
            self.places.insert(*id, 0);
        }
        let list: Vec<String> = ids.iter().map(i64::to_string).collect();
        let (table, column) = stored(self.field);
        // By the ids: SQLite would rather walk an index of the tenant's names and look each up in the list.
        let sql = format!(
            "SELECT id, {column} AS name FROM {table} WHERE id IN ({}) AND tenant_id + 0 = {}",
            list.join(","),
            scope.tenant.0
        );
        if self.field == SessionField::Ip {
            for row in diesel::sql_query(sql).load::<Addressed>(scope.conn)? {
                if let Some(address) = address(&row.name) {
                    self.keep(row.id, &address.to_string());
                }
            }
            return Ok(());
        }
        for row in diesel::sql_query(sql).load::<Named>(scope.conn)? {
            if let Some(name) = row.name {
                self.keep(row.id, &name);
            }
        }
        Ok(())
    }

    fn keep(&mut self, id: i64, name: &str) {
        let write = self.write;
        self.texts.add(|text| write(name, text));
        self.bytes += name.len() + OVERHEAD;
        self.places.insert(id, self.texts.len() - 1);
    }
}

/// An address of 4 or 16 bytes.
fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => Some(IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        16 => Some(IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?)),
        _ => None,
    }
}

/// Where a field's names are.
fn stored(field: SessionField) -> (&'static str, &'static str) {
    match definition(field).stored {
        Stored::Dictionary(dictionary, column) => (shelf(dictionary).table, column),
        // The user, by both names: people may share one.
        _ => (shelf(Dictionary::User).table, "display_name || ' (' || username || ')'"),
    }
}
