//! Rows straight from the database's own buffers into columns: no row of ours, no allocation for each.

use std::collections::HashMap;

use diesel::{
    connection::{DefaultLoadingMode, LoadConnection},
    pg::PgValue,
    row::{Field, Row},
    sql_types::Untyped,
    sqlite::SqliteValue,
};

use super::sheet::EMPTY;
use crate::{Conn, Result, StoreError, sessions::Sql};

/// Bytes of a text, mostly less.
const USUAL: usize = 24;

/// Columns of a page, reused from page to page.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// Numbers; [`EMPTY`] where there is none.
    pub(super) numbers: Vec<Vec<i64>>,
    /// Texts; empty where there is none.
    pub(super) texts: Vec<Texts>,
}

/// Texts, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Makes room for so many more.
    pub(super) fn make_room(&mut self, texts: usize) {
        self.ends.reserve(texts);
        self.bytes.reserve(texts * USUAL);
    }

    /// Adds what `write` writes.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a row; empty where there is none.
    pub(super) fn get(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(row).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }
}

/// Adds a row to the columns. A macro, because the two databases' rows share no type that could be named here.
macro_rules! fill {
    ($raw:expr, $row:expr, $number:expr, $text:expr) => {{
        let row = $row;
        for (place, column) in $raw.numbers.iter_mut().enumerate() {
            let field = row.get(place).ok_or_else(missing)?;
            column.push(match field.value() {
                Some(value) => $number(value)?,
                None => EMPTY,
            });
        }
        let first = $raw.numbers.len();
        for (place, column) in $raw.texts.iter_mut().enumerate() {
            let field = row.get(first + place).ok_or_else(missing)?;
            column.add(|text| {
                if let Some(value) = field.value() {
                    $text(value, text);
                }
            });
        }
    }};
}

fn missing() -> StoreError {
    StoreError::Corrupt("a statement gave fewer columns than it has".to_owned())
}

impl Raw {
    pub(super) fn new(numbers: usize, texts: usize) -> Self {
        let empty = || std::iter::repeat_with(Texts::default).take(texts).collect();
        Self { numbers: vec![Vec::new(); numbers], texts: empty() }
    }

    /// Makes room for so many rows.
    pub(super) fn make_room(&mut self, rows: usize) {
        self.numbers.iter_mut().for_each(|column| column.reserve(rows));
        self.texts.iter_mut().for_each(|texts| texts.make_room(rows));
    }

    /// A column of numbers.
    pub(super) fn column(&self, place: usize) -> &[i64] {
        self.numbers.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    /// The text of a row; empty where there is none, or where it is no text.
    pub(super) fn text(&self, place: usize, row: usize) -> &str {
        let bytes = self.texts.get(place).map(|texts| texts.get(row)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Has no rows.
    pub(super) fn clear(&mut self) {
        self.numbers.iter_mut().for_each(Vec::clear);
        self.texts.iter_mut().for_each(Texts::clear);
    }

    /// Puts the rows in the order of these ids, which the first column has; what it has not is passed over.
    pub(super) fn put_in_order(&mut self, ids: &[i64]) {
        if self.column(0) == ids {
            return;
        }
        let at: HashMap<i64, usize> = self.column(0).iter().enumerate().map(|(row, id)| (*id, row)).collect();
        let rows: Vec<usize> = ids.iter().filter_map(|id| at.get(id).copied()).collect();
        for column in &mut self.numbers {
            *column = rows.iter().filter_map(|row| column.get(*row).copied()).collect();
        }
        for texts in &mut self.texts {
            let mut sorted = Texts::default();
            rows.iter().for_each(|row| sorted.add(|text| text.extend_from_slice(texts.get(*row))));
            *texts = sorted;
        }
    }

    /// Reads a statement's rows: first the numbers, then the texts. Tells how many there were.
    pub(super) fn read(&mut self, conn: &mut Conn, statement: Sql) -> Result<usize> {
        self.clear();
        let mut count = 0;
        match conn {
            Conn::Sqlite(conn) => {
                for row in LoadConnection::<DefaultLoadingMode>::load(conn, statement.prepared::<Untyped>())? {
                    fill!(self, row?, sqlite_number, |mut value: SqliteValue<'_, '_, '_>, text: &mut Vec<u8>| {
                        text.extend_from_slice(value.read_text().as_bytes());
                    });
                    count += 1;
                }
            }
            Conn::Postgres(conn) => {
                for row in LoadConnection::<DefaultLoadingMode>::load(conn, statement.prepared::<Untyped>())? {
                    fill!(self, row?, postgres_number, |value: PgValue<'_>, text: &mut Vec<u8>| {
                        text.extend_from_slice(value.as_bytes());
                    });
                    count += 1;
                }
            }
        }
        Ok(count)
    }
}

fn sqlite_number(mut value: SqliteValue<'_, '_, '_>) -> Result<i64> {
    Ok(value.read_long())
}

/// A number as wide as its column is, in the database's binary form.
fn postgres_number(value: PgValue<'_>) -> Result<i64> {
    match *value.as_bytes() {
        [bool] => Ok(bool.into()),
        [a, b] => Ok(i16::from_be_bytes([a, b]).into()),
        [a, b, c, d] => Ok(i32::from_be_bytes([a, b, c, d]).into()),
        [a, b, c, d, e, f, g, h] => Ok(i64::from_be_bytes([a, b, c, d, e, f, g, h])),
        _ => Err(StoreError::Corrupt("a column of numbers holds something else".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_put_in_the_order_of_ids() {
        let mut raw = Raw::new(2, 1);
        raw.numbers = vec![vec![3, 9, 5], vec![30, EMPTY, 50]];
        for text in ["three", "", "five"] {
            raw.texts.iter_mut().for_each(|texts| texts.add(|cell| cell.extend_from_slice(text.as_bytes())));
        }
        // 7 went in the meantime.
        raw.put_in_order(&[9, 7, 5, 3]);
        assert_eq!((raw.column(0), raw.column(1)), (&[9, 5, 3][..], &[EMPTY, 50, 30][..]));
        assert_eq!([raw.text(0, 0), raw.text(0, 1), raw.text(0, 2)], ["", "five", "three"]);
    }
}
