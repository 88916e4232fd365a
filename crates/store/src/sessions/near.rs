//! Which of some sessions can stand on a page in the order of names, found by the names and an index: reading the rows of
//! all that ran when a range began costs many times the page.

use std::collections::HashSet;

use deskwarden_domain::list::Dictionary;

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
/// Names on the page, sessions under them, and ids looked for under them, at most: beyond them nothing is gained.
const MOST_NAMES: usize = 50;
const MOST_UNDER: usize = 5_000;
const MOST_PROBES: usize = 8_000;

/// Those of the sessions whose names are not beyond the page, which ends with `last` or before it; all of them where
/// that cannot be told cheaply, or the order is none of names.
pub(super) fn near(conn: &mut Conn, wanted: Wanted<'_>, last: &Place, mut ids: Vec<i64>) -> Result<Vec<i64>> {
    let order = wanted.order;
    let Some(key) = order.keys.first() else { return Ok(ids) };
    let Some((dictionary, place)) = dictionary_text(key.field) else { return Ok(ids) };
    let Shelf { table, alias, key: points, index, texts } = shelf(dictionary);
    let (Some(index), Some(column), Some(Key::Text(last_name))) = (index, texts.get(place), last.keys.first()) else {
        return Ok(ids);
    };
    if let Some(([Key::Text(name), ..], after)) = wanted.after
        && name == last_name
    {
        // Under one name the ids alone decide.
        let (least, most) = if order.id_descending { (last.id, after) } else { (after, last.id) };
        ids.retain(|id| least < *id && *id < most);
    }
    let (Some(first), Some(greatest)) = (ids.iter().min(), ids.iter().max()) else { return Ok(ids) };
    if ids.len() <= FEW {
        return Ok(ids);
    }
    let dialect = wanted.question.dialect;
    let mut sql = Sql::new(dialect, format!("SELECT {alias}.id FROM {table} {alias}"));
    if dialect == Dialect::Sqlite {
        sql.push(&format!(" INDEXED BY {table}_{column}"));
    }
    sql.push(&format!(" WHERE {alias}.tenant_id = ")).number(wanted.question.tenant);
    let (beyond, before) = if key.descending { (">=", "<=") } else { ("<=", ">=") };
    sql.push(&format!(" AND {alias}.{column} {beyond} ")).string(last_name);
    if let Some(([Key::Text(after), ..], _)) = wanted.after {
        sql.push(&format!(" AND {alias}.{column} {before} ")).string(after);
    }
    sql.push(&format!(" LIMIT {}", MOST_NAMES + 1));
    let names = sql.numbers(conn)?;
    // A person has few sessions in this range of ids; an app has very many, so each id is looked for.
    let each = dictionary != Dictionary::User;
    if names.len() > MOST_NAMES || (each && names.len() * ids.len() > MOST_PROBES) {
        return Ok(ids);
    }
    let mut sql = Sql::new(dialect, "SELECT s.id FROM ");
    if each {
        sql.id_table(&ids).push(" v CROSS JOIN ");
    }
    add_sessions(&mut sql, wanted.question.tenant, index);
    sql.push(" AND ").one_of(&format!("s.{points}"), &names);
    if each {
        sql.push(" AND s.id = v.id");
    } else {
        sql.push(" AND s.id >= ").number(*first).push(" AND s.id <= ").number(*greatest);
        sql.push(&format!(" LIMIT {}", MOST_UNDER + 1));
    }
    let under: HashSet<i64> = sql.numbers(conn)?.into_iter().collect();
    if each || under.len() <= MOST_UNDER {
        ids.retain(|id| under.contains(id));
    }
    Ok(ids)
}
