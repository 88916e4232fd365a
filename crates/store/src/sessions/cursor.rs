//! Where a page ends: the sort keys' values and the id. The server signs it before it leaves.

use deskwarden_domain::list::{Sort, SortKey};
use deskwarden_types::SessionField;

/// A row's place in a sorted list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cursor {
    /// The order that it belongs to, as it is written.
    pub sort: String,
    /// The values of its keys.
    pub keys: Vec<Key>,
    /// The session's id.
    pub id: i64,
    /// Whether the page before it is meant, not the one after.
    pub backwards: bool,
    /// The moment of the first page, in milliseconds: lengths of time that still grow are compared as they were then.
    pub at: i64,
}

/// The value of a sort key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Key {
    /// A number, a time, or the rank of a word.
    Number(i64),
    /// A text, as it is compared.
    Text(String),
    /// There is none: greater than all.
    Empty,
}

impl Cursor {
    /// The other way from the same place, whose row is the first one.
    pub(super) fn turned(&self, sort: &Sort) -> Self {
        let descending = sort.keys().last().is_some_and(|key| key.descending);
        let id = if descending == self.backwards { self.id.saturating_add(1) } else { self.id.saturating_sub(1) };
        let key =
            |(key, of): (&Key, &SortKey)| if of.field == SessionField::Id { Key::Number(id) } else { key.clone() };
        let keys = self.keys.iter().zip(sort.keys()).map(key).collect();
        Self { sort: self.sort.clone(), keys, id, backwards: !self.backwards, at: self.at }
    }

    /// Whether it is a place in this order.
    pub(super) fn fits(&self, sort: &Sort) -> bool {
        self.sort == sort.to_string() && self.keys.len() == sort.keys().len()
    }
}
