//! Where rows stand in an order: what the first of a page's two statements gives.

use diesel::sql_types::{BigInt, Nullable, Text};

use super::{cursor::Key, order::Order, sql::Sql};
use crate::{Conn, Result};

/// A session's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) id: i64,
    pub(super) keys: Vec<Key>,
}

type One = (Option<i64>, Option<String>);
type OneType = (Nullable<BigInt>, Nullable<Text>);

fn key((number, text): One) -> Key {
    number.map(Key::Number).or(text.map(Key::Text)).unwrap_or(Key::Empty)
}

/// Runs a statement that gives ids, with the number and the text of one key.
pub(super) fn load_one(sql: Sql, conn: &mut Conn) -> Result<Vec<Place>> {
    let rows: Vec<(i64, One)> = sql.load::<(BigInt, OneType), _>(conn)?;
    Ok(rows.into_iter().map(|(id, one)| Place { id, keys: vec![key(one)] }).collect())
}

/// Runs a statement that gives ids alone; each has this key, or its id.
pub(super) fn load_ids(sql: Sql, conn: &mut Conn, fixed: Option<&Key>) -> Result<Vec<Place>> {
    let key = |id| fixed.cloned().unwrap_or(Key::Number(id));
    Ok(sql.numbers(conn)?.into_iter().map(|id| Place { id, keys: vec![key(id)] }).collect())
}

/// Runs a statement that gives ids, with the number and the text of each of four keys.
pub(super) fn load_four(sql: Sql, conn: &mut Conn, order: &Order) -> Result<Vec<Place>> {
    type Types = (BigInt, OneType, OneType, OneType, OneType);
    let rows: Vec<(i64, One, One, One, One)> = sql.load::<Types, _>(conn)?;
    let place = |(id, a, b, c, d): (i64, One, One, One, One)| Place {
        id,
        keys: [a, b, c, d].into_iter().take(order.keys.len()).map(key).collect(),
    };
    Ok(rows.into_iter().map(place).collect())
}

/// Adds the columns that [`load_four`] reads, for a statement to which [`Order::joins`] are joined.
pub(super) fn add_four(sql: &mut Sql, order: &Order) {
    sql.push("s.id");
    for place in 0..4 {
        match order.keys.get(place) {
            Some(key) => {
                let (number, text) = key.columns();
                sql.push(", ").add(&number).push(", ").add(&text);
            }
            None => {
                sql.push(", CAST(NULL AS BIGINT), CAST(NULL AS TEXT)");
            }
        }
    }
}

/// Whether one place comes before another in an order of one key.
fn comes_first(order: &Order, a: &Place, b: &Place) -> bool {
    let turned =
        |ordering: std::cmp::Ordering, descending: bool| if descending { ordering.reverse() } else { ordering };
    let mut ordering = std::cmp::Ordering::Equal;
    for ((key, a), b) in order.keys.iter().zip(&a.keys).zip(&b.keys) {
        ordering = ordering.then_with(|| turned(a.cmp(b), key.descending));
    }
    ordering.then_with(|| turned(a.id.cmp(&b.id), order.id_descending)).is_lt()
}

/// Two parts of one list, each in its order, as one.
pub(super) fn merge(order: &Order, a: Vec<Place>, b: Vec<Place>, limit: usize) -> Vec<Place> {
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    let mut all = Vec::with_capacity(limit);
    while all.len() < limit {
        let next = match (a.peek(), b.peek()) {
            (Some(first), Some(second)) if comes_first(order, first, second) => a.next(),
            (Some(_), None) => a.next(),
            _ => b.next(),
        };
        match next {
            Some(place) => all.push(place),
            None => break,
        }
    }
    all
}
