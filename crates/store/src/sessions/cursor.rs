//! Where a page ends: the sort key's value and the id. The server signs it before it leaves.

use super::Sort;

/// A row's place in a sorted list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cursor {
    /// The order that it belongs to.
    pub sort: Sort,
    /// The sort key's value.
    pub key: Key,
    /// The session's id.
    pub id: i64,
    /// Whether the page before it is meant, not the one after.
    pub backwards: bool,
}

/// The value of a sort key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Key {
    /// A number or a time.
    Number(i64),
    /// A text, as it is compared.
    Text(String),
}
