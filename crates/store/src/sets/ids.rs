//! Ids of rows, before and after they are there.

use diesel::{RunQueryDsl, sql_types::BigInt};

use crate::{Conn, Result};

#[derive(diesel::QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Ids for so many new rows of a table, rising. On SQLite they are nobody else's only until the transaction, which is
/// the only one that writes, ends: use them at once.
// no tenant: ids belong to the installation.
pub(crate) fn reserve(conn: &mut Conn, table: &str, count: usize) -> Result<Vec<i64>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let sqlite = matches!(conn, Conn::Sqlite(_));
    let sql = match sqlite {
        true => format!("SELECT COALESCE(MAX(seq), 0) + 1 AS id FROM sqlite_sequence WHERE name = '{table}'"),
        false => {
            format!("SELECT nextval(pg_get_serial_sequence('{table}', 'id')) AS id FROM generate_series(1, {count})")
        }
    };
    let mut ids: Vec<i64> = diesel::sql_query(sql).load::<Id>(conn)?.into_iter().map(|row| row.id).collect();
    match ids.first() {
        Some(first) if sqlite => ids = (*first..).take(count).collect(),
        _ => ids.sort_unstable(),
    }
    Ok(ids)
}

/// Ids as the inside of `IN (…)`. Integers of our own: no value needed.
pub(crate) fn id_list(ids: impl IntoIterator<Item = i64>) -> String {
    let mut list = String::new();
    for id in ids {
        if !list.is_empty() {
            list.push(',');
        }
        super::cells::number(&mut list, Some(id));
    }
    if list.is_empty() { "NULL".to_owned() } else { list }
}
