//! A column of many rows.

use std::fmt::Write;

/// The values of one column, a row each.
#[derive(Debug, Clone)]
pub(crate) enum Cells {
    /// Numbers, times, words by their number, flags as 0 and 1.
    Numbers(Vec<Option<i64>>),
    /// Texts.
    Texts(Vec<Option<String>>),
    /// Bytes.
    Bytes(Vec<Vec<u8>>),
    /// One number for all.
    Number(Option<i64>),
    /// One text for all.
    Text(Option<String>),
}

impl Cells {
    /// A column of numbers that are all there.
    pub(crate) fn numbers(values: impl IntoIterator<Item = i64>) -> Self {
        Self::Numbers(values.into_iter().map(Some).collect())
    }

    /// What all rows have alike is said once.
    pub(super) fn compact(self) -> Self {
        match &self {
            Self::Numbers(values) => match alike(values) {
                Some(first) => Self::Number(*first),
                None => self,
            },
            Self::Texts(values) => match alike(values) {
                Some(first) => Self::Text(first.clone()),
                None => self,
            },
            Self::Bytes(_) | Self::Number(_) | Self::Text(_) => self,
        }
    }

    /// How many rows it speaks of; none where all are alike.
    pub(super) fn len(&self) -> Option<usize> {
        match self {
            Self::Numbers(values) => Some(values.len()),
            Self::Texts(values) => Some(values.len()),
            Self::Bytes(values) => Some(values.len()),
            Self::Number(_) | Self::Text(_) => None,
        }
    }
}

fn alike<T: PartialEq>(values: &[T]) -> Option<&T> {
    let (first, rest) = values.split_first()?;
    rest.iter().all(|value| value == first).then_some(first)
}

/// Puts a number into a statement.
pub(super) fn number(sql: &mut String, value: Option<i64>) {
    match value {
        // Writing into a text cannot fail.
        Some(value) => drop(write!(sql, "{value}")),
        None => sql.push_str("NULL"),
    }
}

/// Texts bound to an SQLite statement, each once.
#[derive(Default)]
pub(super) struct Texts<'a> {
    places: std::collections::HashMap<&'a str, usize>,
    pub(super) in_order: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    /// Puts the place of a text into a statement.
    pub(super) fn place(&mut self, sql: &mut String, value: Option<&'a str>) {
        let Some(text) = value else { return sql.push_str("NULL") };
        let place = *self.places.entry(text).or_insert_with(|| {
            self.in_order.push(text);
            self.in_order.len()
        });
        let _ = write!(sql, "?{place}");
    }
}

/// Puts the value of a row into an SQLite statement.
pub(super) fn cell<'a>(sql: &mut String, texts: &mut Texts<'a>, cells: &'a Cells, row: usize) {
    match cells {
        Cells::Numbers(values) => number(sql, values.get(row).copied().flatten()),
        Cells::Number(value) => number(sql, *value),
        Cells::Texts(values) => texts.place(sql, values.get(row).and_then(Option::as_deref)),
        Cells::Text(value) => texts.place(sql, value.as_deref()),
        // Bound beside the rows, all of a column as one.
        Cells::Bytes(_) => {}
    }
}
