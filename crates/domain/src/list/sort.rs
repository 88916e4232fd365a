//! The orders that a list can have.

use std::{fmt, str::FromStr};

use deskwarden_types::SessionField;

use super::{DEFINITIONS, Sorting, definition, field_named};

/// The most keys of one order.
pub const MOST_KEYS: usize = 4;

/// What a list is sorted by: one to four keys, each field once. Equal values are ordered by id, in the direction of the
/// last key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sort {
    keys: Vec<SortKey>,
}

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// By what.
    pub field: SessionField,
    /// Whether the greatest comes first. What is empty counts as greatest.
    pub descending: bool,
}

/// Why a text is no order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSort {
    /// A key is missing, or all of them.
    #[error(
        "a key is missing; write 1 to {MOST_KEYS} with commas between them, each with - in front for descending: {}",
        keys_in_words()
    )]
    Empty,
    /// There is no such field.
    #[error("there is no key {0}; there are: {keys}", keys = keys_in_words())]
    NoKey(String),
    /// No list is sorted by this field.
    #[error("no list is sorted by {0}; the keys are: {keys}", keys = keys_in_words())]
    NoOrder(SessionField),
    /// One key twice, maybe under another name.
    #[error("{second} orders nothing after {first}: both are the same key")]
    Twice {
        /// The key that comes first.
        first: SessionField,
        /// The same once more.
        second: SessionField,
    },
    /// More than [`MOST_KEYS`].
    #[error("these are {0} keys; a list is sorted by {MOST_KEYS} at most")]
    Many(usize),
}

/// The longest name of a key that is told back, in characters.
const LONGEST_TOLD: usize = 60;

fn keys_in_words() -> String {
    let sortable = DEFINITIONS.iter().map(|definition| definition.field).filter(|field| sort_key(*field).is_some());
    sortable.map(SessionField::as_str).collect::<Vec<_>>().join(", ")
}

impl Default for Sort {
    /// Newest first (000).
    fn default() -> Self {
        Self { keys: vec![SortKey { field: SessionField::Id, descending: true }] }
    }
}

impl Sort {
    /// An order by these keys; refused when there is none, too many, one twice, or one that no list is sorted by. A key
    /// that orders as another field does is that one.
    pub fn new(keys: Vec<SortKey>) -> Result<Self, BadSort> {
        match keys.len() {
            0 => return Err(BadSort::Empty),
            count if count > MOST_KEYS => return Err(BadSort::Many(count)),
            _ => {}
        }
        let mut own: Vec<SortKey> = Vec::with_capacity(keys.len());
        for key in &keys {
            let (field, reversed) = sort_key(key.field).ok_or(BadSort::NoOrder(key.field))?;
            if let Some((_, first)) = own.iter().zip(&keys).find(|(own, _)| own.field == field) {
                return Err(BadSort::Twice { first: first.field, second: key.field });
            }
            own.push(SortKey { field, descending: key.descending != reversed });
        }
        Ok(Self { keys: own })
    }

    /// The keys, the first one first.
    pub fn keys(&self) -> &[SortKey] {
        &self.keys
    }

    /// The same order without the keys that come after `id`: no two sessions have the same id, so that they order nothing.
    #[must_use]
    pub fn up_to_id(&self) -> Self {
        let end = self.keys.iter().position(|key| key.field == SessionField::Id).map_or(self.keys.len(), |at| at + 1);
        Self { keys: self.keys.iter().take(end).copied().collect() }
    }

    /// Whether it is one key with an index, so that a page costs the same at any size.
    pub fn is_indexed(&self) -> bool {
        matches!(self.keys.as_slice(), [key] if definition(key.field).sorting == Sorting::Indexed)
    }
}

/// The key by which a field orders a list, and whether its order is the other way round; none where no list is ordered by
/// it.
pub fn sort_key(field: SessionField) -> Option<(SessionField, bool)> {
    match definition(field).sorting {
        Sorting::No => None,
        Sorting::Indexed | Sorting::Small => Some((field, false)),
        Sorting::As(other, reversed) => Some((other, reversed)),
    }
}

/// An order by these keys and then by one more. The id stays last, where it can still tell equal values apart, and the
/// order that a list has by itself makes room.
pub fn then_by(order: &[SortKey], key: SortKey) -> Vec<SortKey> {
    if order == Sort::default().keys && key.field != SessionField::Id {
        return vec![key];
    }
    let (id, mut keys): (Vec<SortKey>, Vec<SortKey>) =
        order.iter().chain([&key]).partition(|key| key.field == SessionField::Id);
    keys.extend(id);
    keys
}

impl FromStr for Sort {
    type Err = BadSort;

    fn from_str(text: &str) -> Result<Self, BadSort> {
        let keys = text.split(',').map(|word| {
            let (name, descending) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
            let no_key = || match name {
                "" => BadSort::Empty,
                name => BadSort::NoKey(name.chars().take(LONGEST_TOLD).collect()),
            };
            field_named(name).map(|field| SortKey { field, descending }).ok_or_else(no_key)
        });
        Self::new(keys.collect::<Result<_, _>>()?)
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.keys.iter().enumerate() {
            let (comma, minus) = (if at == 0 { "" } else { "," }, if key.descending { "-" } else { "" });
            write!(f, "{comma}{minus}{}", key.field)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ordered_after_an_id() {
        for (text, cut) in [
            ("-id,app", "-id"),
            ("id,-status", "id"),
            ("app,id,status", "app,id"),
            ("app,-id", "app,-id"),
            ("-id", "-id"),
            ("name,-app", "name,-app"),
        ] {
            assert_eq!(text.parse::<Sort>().unwrap().up_to_id().to_string(), cut, "{text}");
        }
        assert!("-id,app".parse::<Sort>().unwrap().up_to_id().is_indexed());
    }

    #[test]
    fn one_more_key_orders_something() {
        let keys = |text: &str| text.parse::<Sort>().unwrap().keys;
        for (order, key, then) in [
            // The order that nobody asked for.
            ("-id", "app", "app"),
            ("id", "app", "app,id"),
            ("app", "-status", "app,-status"),
            ("app", "id", "app,id"),
            ("app,-id", "status", "app,status,-id"),
        ] {
            assert_eq!(then_by(&keys(order), keys(key)[0]), keys(then), "{order} {key}");
        }
    }

    #[test]
    fn every_key_is_read_both_ways() {
        for definition in DEFINITIONS {
            for text in [definition.field.as_str().to_owned(), format!("-{}", definition.field)] {
                let sort = text.parse::<Sort>();
                assert_eq!(sort.is_ok(), definition.sorting != Sorting::No, "{text}");
                let other = matches!(definition.sorting, Sorting::As(..));
                assert!(sort.is_err() || other || sort.unwrap().to_string() == text);
            }
        }
        for (text, key) in [
            ("user", "name"),
            ("-user", "-name"),
            ("started_ago", "-started_at"),
            ("-ago", "started_at"),
            ("idle,-id", "idle,-id"),
        ] {
            assert_eq!(text.parse::<Sort>().unwrap().to_string(), key, "{text}");
        }
        assert!("-started_ago".parse::<Sort>().unwrap().is_indexed());
        assert_eq!("status,-start".parse::<Sort>().unwrap().to_string(), "status,-started_at");
        for (bad, told) in [
            ("", "a key is missing; write 1 to 4"),
            ("-", "a key is missing"),
            ("id,", "a key is missing"),
            ("--id", "there is no key -id; there are: id, kind"),
            ("id desc", "there is no key id desc"),
            ("nothing", "there is no key nothing"),
            ("trust", "no list is sorted by trust; the keys are: id, kind"),
            ("id,id", "id orders nothing after id"),
            ("id,-id", "id orders nothing after id"),
            ("user,-name", "name orders nothing after user"),
            ("kind,app,email,id,name", "these are 5 keys"),
        ] {
            let error = bad.parse::<Sort>().unwrap_err().to_string();
            assert!(error.starts_with(told), "{bad:?}: {error}");
        }
    }
}
