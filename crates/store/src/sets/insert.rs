//! Inserting many rows.

use std::ops::Range;

use diesel::{
    PgConnection, RunQueryDsl, SqliteConnection,
    pg::Pg,
    sql_types::{Array, BigInt, Binary, Nullable, Text},
    sqlite::Sqlite,
};

use super::{
    CHUNK, Cells,
    cells::{Texts, cell, number},
};
use crate::{Conn, Result};

/// A column: its name and its values.
pub(crate) type Column = (&'static str, Cells);

/// Inserts `count` rows into a table. `tail` stands at the end of the statement, for conflicts.
// no tenant: the columns have it.
pub(crate) fn insert(conn: &mut Conn, table: &str, count: usize, columns: Vec<Column>, tail: &str) -> Result<()> {
    if count == 0 {
        return Ok(());
    }
    let columns: Vec<Column> = columns.into_iter().map(|(name, cells)| (name, cells.compact())).collect();
    debug_assert!(columns.iter().all(|(_, cells)| cells.len().is_none_or(|len| len == count)));
    match conn {
        Conn::Sqlite(conn) => sqlite(conn, table, count, &columns, tail),
        Conn::Postgres(conn) => postgres(conn, table, count, columns, tail),
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

// no tenant: the columns have it.
fn sqlite(conn: &mut SqliteConnection, table: &str, count: usize, columns: &[Column], tail: &str) -> Result<()> {
    let into = format!("INSERT INTO {table} ({}) SELECT ", names(columns));
    let mut from = 0;
    while from < count {
        let until = count.min(from + CHUNK);
        let (mut texts, mut blobs) = (Texts::default(), Vec::new());
        let values = values(columns, from..until, &mut texts);
        let mut sql = into.clone();
        let mut own = 1;
        for (place, (_, cells)) in columns.iter().enumerate() {
            sql.push_str(if place > 0 { ", " } else { "" });
            match cells {
                Cells::Number(value) => number(&mut sql, *value),
                Cells::Text(value) => texts.place(&mut sql, value.as_deref()),
                Cells::Numbers(_) | Cells::Texts(_) => {
                    own += 1;
                    sql.push_str(&format!("v.column{own}"));
                }
                Cells::Bytes(all) => {
                    let rows = all.get(from..until).unwrap_or_default();
                    let length = rows.first().map_or(0, Vec::len);
                    // The texts come first; which of them there are is known when the list is at its end.
                    sql.push_str(&format!("substr(?B{}, v.column1 * {length} + 1, {length})", blobs.len()));
                    blobs.push(rows.concat());
                }
            }
        }
        for place in 0..blobs.len() {
            sql = sql.replace(&format!("?B{place},"), &format!("?{},", texts.in_order.len() + place + 1));
        }
        // SQLite needs a condition to tell `ON CONFLICT` from a join.
        sql.push_str(&format!(" FROM (VALUES {values}) AS v WHERE TRUE{tail}"));
        let mut query = diesel::sql_query(sql).into_boxed::<Sqlite>();
        for text in texts.in_order {
            query = query.bind::<Text, _>(text.to_owned());
        }
        for blob in blobs {
            query = query.bind::<Binary, _>(blob);
        }
        query.execute(conn)?;
        from = until;
    }
    Ok(())
}

/// What differs from row to row, each with its number in front: most of the time goes into reading the statement, so that
/// what all rows have alike does not stand in it again and again, and no bytes do.
fn values<'a>(columns: &'a [Column], rows: Range<usize>, texts: &mut Texts<'a>) -> String {
    let own: Vec<&Cells> = columns
        .iter()
        .map(|(_, cells)| cells)
        .filter(|cells| matches!(cells, Cells::Numbers(_) | Cells::Texts(_)))
        .collect();
    let mut sql = String::with_capacity(rows.len() * (own.len() + 1) * 12);
    for (place, row) in rows.enumerate() {
        sql.push_str(if place > 0 { ",(" } else { "(" });
        number(&mut sql, i64::try_from(place).ok());
        for cells in &own {
            sql.push(',');
            cell(&mut sql, texts, cells, row);
        }
        sql.push(')');
    }
    sql
}

// no tenant: the columns have it.
fn postgres(conn: &mut PgConnection, table: &str, count: usize, columns: Vec<Column>, tail: &str) -> Result<()> {
    let mut sql = format!("INSERT INTO {table} ({}) SELECT ", names(&columns));
    let mut arrays = Vec::new();
    let mut texts = 0;
    for (place, (_, cells)) in columns.iter().enumerate() {
        if place > 0 {
            sql.push_str(", ");
        }
        match cells {
            Cells::Number(value) => number(&mut sql, *value),
            Cells::Text(None) => sql.push_str("NULL"),
            Cells::Text(Some(_)) => {
                texts += 1;
                sql.push_str(&format!("${texts}"));
            }
            Cells::Numbers(_) => arrays.push("bigint"),
            Cells::Texts(_) => arrays.push("text"),
            Cells::Bytes(_) => arrays.push("bytea"),
        }
        if cells.len().is_some() {
            sql.push_str(&format!("v.c{}", arrays.len()));
        }
    }
    if arrays.is_empty() {
        sql.push_str(&format!(" FROM generate_series(1, {count})"));
    } else {
        let list: Vec<String> =
            arrays.iter().enumerate().map(|(place, kind)| format!("${}::{kind}[]", texts + place + 1)).collect();
        let named: Vec<String> = (1..=arrays.len()).map(|place| format!("c{place}")).collect();
        sql.push_str(&format!(" FROM unnest({}) AS v({})", list.join(", "), named.join(", ")));
    }
    sql.push_str(tail);
    let mut query = diesel::sql_query(sql).into_boxed::<Pg>();
    for (_, cells) in &columns {
        if let Cells::Text(Some(text)) = cells {
            query = query.bind::<Text, _>(text.clone());
        }
    }
    for (_, cells) in columns {
        query = match cells {
            Cells::Numbers(values) => query.bind::<Array<Nullable<BigInt>>, _>(values),
            Cells::Texts(values) => query.bind::<Array<Nullable<Text>>, _>(values),
            Cells::Bytes(values) => query.bind::<Array<Binary>, _>(values),
            Cells::Number(_) | Cells::Text(_) => query,
        };
    }
    query.execute(conn)?;
    Ok(())
}
