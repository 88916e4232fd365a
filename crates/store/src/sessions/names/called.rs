//! What rows of lists call their users, apps, devices and so on: in memory, by id, so that a page is read as numbers.
//!
//! A name is good for whoever sees the `tenant_heads.names_revision` that the statement saw which read it. Whoever changes
//! a name makes that rise in the same transaction, so no reader of any server meets an old name beside the new revision.
//! New rows make nothing rise. Only readers remember: what a writer sees may yet be undone.

use std::{collections::HashMap, sync::Arc};

use deskwarden_domain::list::Dictionary;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};
use quick_cache::{Weighter, sync::Cache};

use crate::{
    Conn, Result, Scope, StoreError,
    sessions::{
        shelf,
        sql::{Dialect, Sql},
    },
};

/// Of names of all tenants, with what keeping them takes; beyond it those go that are asked for least.
const MOST_BYTES: u64 = 8 << 20;
/// What a name takes beside its text.
const BESIDE: u64 = 120;
/// What a name takes in all, mostly.
const USUAL_BYTES: usize = 160;

/// The tables, in the order of [`Pointers`]: each with its columns, a text, three more that a user has, and a number.
const TABLES: [(&str, &str); 8] = [
    ("users", "t.username, t.display_name, t.email, t.ad_username, NULL"),
    ("resources", PLAIN),
    ("provisions", PLAIN),
    ("delivery_methods", "t.name, NULL, NULL, NULL, t.licence_kind"),
    ("environments", PLAIN),
    ("devices", PLAIN),
    ("hosts", PLAIN),
    ("addresses", "t.text, NULL, NULL, NULL, NULL"),
];
const PLAIN: &str = "t.name, NULL, NULL, NULL, NULL";

/// What a session points to: its user, resource, provision, delivery method, environment, device, host and address.
pub(crate) type Pointers = [Option<i64>; TABLES.len()];
/// What these are called; none where nothing is pointed to.
pub(crate) type Called = [Option<Name>; TABLES.len()];

/// Where a dictionary stands in [`Pointers`] and [`Called`].
pub(crate) fn place(dictionary: Dictionary) -> Option<usize> {
    TABLES.iter().position(|(table, _)| *table == shelf(dictionary).table)
}

/// What a user is called.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UserName {
    pub(crate) username: Box<str>,
    pub(crate) display_name: Box<str>,
    pub(crate) email: Box<str>,
    pub(crate) ad_username: Option<Box<str>>,
}

/// What something is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    /// A user.
    User(Arc<UserName>),
    /// A delivery method, with the code of its licence.
    Method(Arc<str>, i16),
    /// Anything else.
    Plain(Arc<str>),
}

impl Name {
    /// The name; of a user, the username.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::User(user) => &user.username,
            Self::Method(text, _) | Self::Plain(text) => text,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::User(user) => {
                let ad = user.ad_username.as_ref().map_or(0, |ad| ad.len());
                size_of::<UserName>() + user.username.len() + user.display_name.len() + user.email.len() + ad
            }
            Self::Method(text, _) | Self::Plain(text) => text.len(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    tenant: i64,
    id: i64,
    table: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    revision: i64,
    name: Name,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Key, Entry> for Weight {
    fn weight(&self, _: &Key, entry: &Entry) -> u64 {
        BESIDE + entry.name.bytes() as u64
    }
}

/// The names of rows, of all tenants.
#[derive(Debug)]
pub(crate) struct RowNames {
    known: Cache<Key, Entry, Weight>,
}

impl Default for RowNames {
    fn default() -> Self {
        let entries = MOST_BYTES as usize / USUAL_BYTES;
        Self { known: Cache::with_weighter(entries, MOST_BYTES, Weight) }
    }
}

impl RowNames {
    fn get(&self, key: Key, revision: i64) -> Option<Name> {
        self.known.get(&key).filter(|entry| entry.revision == revision).map(|entry| entry.name)
    }
}

/// What the things are called that rows point to. `revision`: the tenant's `names_revision`, read before. What is not
/// known is read in one statement; what has gone meanwhile stays without a name.
pub(crate) fn called(
    scope: &mut Scope<'_>,
    revision: i64,
    rows: impl Iterator<Item = Pointers>,
) -> Result<Vec<Called>> {
    let known = scope.names.clone();
    let known = &known.rows;
    let tenant = scope.tenant.0;
    let mut missing: [Vec<i64>; TABLES.len()] = Default::default();
    let mut all: Vec<Called> = Vec::with_capacity(rows.size_hint().0);
    let mut lacking = Vec::new();
    let mut before = Pointers::default();
    for (place, pointers) in rows.enumerate() {
        let mut called = Called::default();
        let mut lacks = false;
        let above = all.last();
        for (table, ((id, name), missing)) in pointers.iter().zip(&mut called).zip(&mut missing).enumerate() {
            let Some(id) = *id else { continue };
            // Neighbours in an order often point to the same.
            *name = match above.and_then(|above| above.get(table)) {
                Some(Some(same)) if before.get(table) == Some(&Some(id)) => Some(same.clone()),
                _ => known.get(Key { tenant, id, table }, revision),
            };
            if name.is_none() {
                missing.push(id);
                lacks = true;
            }
        }
        all.push(called);
        before = pointers;
        if lacks {
            lacking.push((place, pointers));
        }
    }
    if lacking.is_empty() {
        return Ok(all);
    }
    for ids in &mut missing {
        ids.sort_unstable();
        ids.dedup();
    }
    let (revision, found) = read(scope.conn, tenant, &missing)?;
    for (place, pointers) in lacking {
        let names = all.get_mut(place).into_iter().flatten();
        for (table, (id, name)) in pointers.iter().zip(names).enumerate() {
            if let (Some(id), None) = (id, &name) {
                *name = found.get(&(table, *id)).cloned();
            }
        }
    }
    if !scope.writes {
        for ((table, id), name) in found {
            known.known.insert(Key { tenant, id, table }, Entry { revision, name });
        }
    }
    Ok(all)
}

/// Names by table and id.
type Found = HashMap<(usize, i64), Name>;
type Read = (i16, i64, Option<String>, Option<String>, Option<String>, Option<String>, Option<i16>);
type Types = (SmallInt, BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<SmallInt>);

/// Reads names, and in the same statement the revision that they are of.
fn read(conn: &mut Conn, tenant: i64, missing: &[Vec<i64>; TABLES.len()]) -> Result<(i64, Found)> {
    let mut revision = None;
    let mut found = HashMap::with_capacity(missing.iter().map(Vec::len).sum());
    for (table, id, text, display_name, email, ad_username, number) in
        statement(Dialect::of(conn), tenant, missing).load::<Types, Read>(conn)?
    {
        let Ok(table) = usize::try_from(table) else {
            revision = Some(id);
            continue;
        };
        let text = text.unwrap_or_default();
        let name = match (display_name, email, number) {
            (Some(display_name), Some(email), _) => Name::User(Arc::new(UserName {
                username: text.into(),
                display_name: display_name.into(),
                email: email.into(),
                ad_username: ad_username.map(Into::into),
            })),
            (_, _, Some(number)) => Name::Method(text.into(), number),
            _ => Name::Plain(text.into()),
        };
        found.insert((table, id), name);
    }
    Ok((revision.ok_or_else(|| StoreError::not_found("tenant"))?, found))
}

/// The statement: one text for whatever is missing.
fn statement(dialect: Dialect, tenant: i64, missing: &[Vec<i64>; TABLES.len()]) -> Sql {
    let mut sql = Sql::new(
        dialect,
        "SELECT CAST(-1 AS SMALLINT), g.names_revision, CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), \
         CAST(NULL AS TEXT), CAST(NULL AS SMALLINT) FROM tenant_heads g WHERE g.tenant_id = ",
    );
    sql.number(tenant);
    for (place, ((table, columns), ids)) in TABLES.iter().zip(missing).enumerate() {
        sql.push(&format!(" UNION ALL SELECT CAST({place} AS SMALLINT), t.id, {columns} FROM "));
        // By id, whatever else has an index.
        match dialect {
            Dialect::Sqlite => sql.id_table(ids).push(&format!(" v CROSS JOIN {table} t ON t.id = v.id WHERE ")),
            Dialect::Postgres => sql.push(&format!("{table} t WHERE ")).any_of("t.id", ids).push(" AND "),
        };
        sql.push("t.tenant_id = ").number(tenant);
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(names: &RowNames, key: Key, revision: i64, text: &str) {
        names.known.insert(key, Entry { revision, name: Name::Plain(text.into()) });
    }

    #[test]
    fn names_are_good_for_their_tenant_table_and_revision() {
        let names = RowNames::default();
        let key = Key { tenant: 1, id: 5, table: 2 };
        put(&names, key, 3, "here");
        assert_eq!(names.get(key, 3), Some(Name::Plain("here".into())));
        for other in [Key { tenant: 2, ..key }, Key { id: 6, ..key }, Key { table: 3, ..key }] {
            assert_eq!(names.get(other, 3), None, "{other:?}");
        }
        assert_eq!((names.get(key, 2), names.get(key, 4)), (None, None));
        put(&names, key, 4, "there");
        assert_eq!((names.get(key, 3), names.get(key, 4)), (None, Some(Name::Plain("there".into()))));
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let names = RowNames::default();
        let long = "n".repeat(300);
        for id in 0..100_000 {
            put(&names, Key { tenant: id % 7, id, table: 0 }, 1, &long);
        }
        assert!(names.known.weight() <= MOST_BYTES, "{}", names.known.weight());
        assert!(names.known.weight() > MOST_BYTES / 2, "{}", names.known.weight());
    }
}
