//! Which of some sessions can stand on a page in the order of names, found by the names and an index: reading the rows of
//! all that ran when a range began costs many times the page.

use std::collections::HashSet;

use super::{
    cursor::Key,
    place::Place,
    plan::Wanted,
    source::{Shelf, dictionary_text, shelf},
    sql::{Dialect, Sql},
    walk::add_sessions,
};
use crate::{Conn, Result};

/// The rows of so few are read at once.
const FEW: usize = 16;
/// Names on the page, and sessions under them, at most: beyond them nothing is gained.
const MOST_NAMES: usize = 50;
const MOST_UNDER: usize = 5_000;

/// Those of the sessions whose names are not beyond the page, which ends with `last` or before it; all of them where
/// that cannot be told cheaply, or the order is none of names.
pub(super) fn near(conn: &mut Conn, wanted: Wanted<'_>, last: &Place, mut ids: Vec<i64>) -> Result<Vec<i64>> {
    let (Some(first), Some(greatest)) = (ids.iter().min(), ids.iter().max()) else { return Ok(ids) };
    let Some(key) = wanted.order.keys.first().filter(|_| ids.len() > FEW) else { return Ok(ids) };
    let Some((dictionary, place)) = dictionary_text(key.field) else { return Ok(ids) };
    let Shelf { table, alias, key: points, index, texts } = shelf(dictionary);
    let (Some(index), Some(column), Some(Key::Text(last))) = (index, texts.get(place), last.keys.first()) else {
        return Ok(ids);
    };
    let dialect = wanted.question.dialect;
    let mut sql = Sql::new(dialect, format!("SELECT {alias}.id FROM {table} {alias}"));
    if dialect == Dialect::Sqlite {
        sql.push(&format!(" INDEXED BY {table}_{column}"));
    }
    sql.push(&format!(" WHERE {alias}.tenant_id = ")).number(wanted.question.tenant);
    let (beyond, before) = if key.descending { (">=", "<=") } else { ("<=", ">=") };
    sql.push(&format!(" AND {alias}.{column} {beyond} ")).string(last);
    if let Some(([Key::Text(after), ..], _)) = wanted.after {
        sql.push(&format!(" AND {alias}.{column} {before} ")).string(after);
    }
    sql.push(&format!(" LIMIT {}", MOST_NAMES + 1));
    let names = sql.numbers(conn)?;
    if names.len() > MOST_NAMES {
        return Ok(ids);
    }
    let mut sql = Sql::new(dialect, "SELECT s.id FROM ");
    add_sessions(&mut sql, wanted.question.tenant, index);
    sql.push(" AND ").one_of(&format!("s.{points}"), &names);
    sql.push(" AND s.id >= ").number(*first).push(" AND s.id <= ").number(*greatest);
    sql.push(&format!(" LIMIT {}", MOST_UNDER + 1));
    let under: HashSet<i64> = sql.numbers(conn)?.into_iter().collect();
    if under.len() <= MOST_UNDER {
        ids.retain(|id| under.contains(id));
    }
    Ok(ids)
}
