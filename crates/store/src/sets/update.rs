//! Changing many rows, each in its own columns.

use std::collections::BTreeMap;

use diesel::{
    RunQueryDsl,
    pg::Pg,
    sql_types::{Array, BigInt, Nullable, Text},
    sqlite::Sqlite,
};

use super::{
    CHUNK, Cells,
    cells::{Texts, cell, number},
    ids::id_list,
};
use crate::{Conn, Result};
use deskwarden_types::TenantId;

/// A row's columns as they were read and as they are to be, in the order of the table's list of columns.
pub(crate) struct Change<const N: usize> {
    pub(crate) id: i64,
    pub(crate) before: [Option<i64>; N],
    pub(crate) after: [Option<i64>; N],
}

/// Writes what is different, and names no other column: SQLite rewrites every index whose column an update names,
/// changed or not. `flags` are the columns that are true or false; `also` is set in every row.
pub(crate) fn update<const N: usize>(
    conn: &mut Conn,
    (tenant, table): (TenantId, &str),
    names: [&'static str; N],
    flags: &[&str],
    also: Option<(&'static str, i64)>,
    changes: impl IntoIterator<Item = Change<N>>,
) -> Result<()> {
    let mut groups: BTreeMap<[bool; N], Vec<Change<N>>> = BTreeMap::new();
    for change in changes {
        let mut differs = [false; N];
        for (differs, (before, after)) in differs.iter_mut().zip(change.before.iter().zip(&change.after)) {
            *differs = before != after;
        }
        groups.entry(differs).or_default().push(change);
    }
    for (differs, changes) in groups {
        for chunk in changes.chunks(CHUNK) {
            let mut columns = Vec::new();
            for (place, (name, differs)) in names.iter().zip(differs).enumerate() {
                if differs {
                    let values = chunk.iter().map(|change| change.after.get(place).copied().flatten()).collect();
                    columns.push((*name, Cells::Numbers(values).compact()));
                }
            }
            if let Some((name, value)) = also {
                columns.push((name, Cells::Number(Some(value))));
            }
            if !columns.is_empty() {
                let ids = chunk.iter().map(|change| change.id).collect();
                run(conn, (tenant, table), ids, columns, flags)?;
            }
        }
    }
    Ok(())
}

fn run(
    conn: &mut Conn,
    (tenant, table): (TenantId, &str),
    ids: Vec<i64>,
    columns: Vec<(&str, Cells)>,
    flags: &[&str],
) -> Result<()> {
    let mut sql = format!("UPDATE {table} SET ");
    let mut own = Vec::new();
    for (place, (name, cells)) in columns.into_iter().enumerate() {
        sql.push_str(if place > 0 { ", " } else { "" });
        sql.push_str(name);
        sql.push_str(" = ");
        match cells {
            Cells::Number(value) => number(&mut sql, value),
            cells => {
                own.push(cells);
                sql.push_str(&format!("v.c{}", own.len()));
            }
        }
        if flags.contains(&name) {
            sql.push_str(" <> 0");
        }
    }
    let tenant = tenant.0;
    if own.is_empty() {
        sql.push_str(&format!(" WHERE tenant_id = {tenant} AND id IN ({})", id_list(ids)));
        diesel::sql_query(sql).execute(conn)?;
        return Ok(());
    }
    let named: Vec<String> = (1..=own.len()).map(|place| format!("c{place}")).collect();
    let named = named.join(", ");
    let rest = format!("WHERE {table}.tenant_id = {tenant} AND {table}.id = v.id");
    match conn {
        Conn::Sqlite(conn) => {
            let mut texts = Texts::default();
            let mut values = String::new();
            for (row, id) in ids.iter().enumerate() {
                values.push_str(if row == 0 { "(" } else { ",(" });
                number(&mut values, Some(*id));
                for cells in &own {
                    values.push(',');
                    cell(&mut values, &mut texts, cells, row);
                }
                values.push(')');
            }
            let sql = format!("WITH v(id, {named}) AS (VALUES {values}) {sql} FROM v {rest}");
            diesel::sql_query(sql).execute(conn)?;
        }
        Conn::Postgres(conn) => {
            let arrays: Vec<String> = (1..=own.len() + 1).map(|place| format!("${place}::bigint[]")).collect();
            let sql = format!("{sql} FROM unnest({}) AS v(id, {named}) {rest}", arrays.join(", "));
            let mut query = diesel::sql_query(sql).into_boxed::<Pg>().bind::<Array<BigInt>, _>(ids);
            for cells in own {
                if let Cells::Numbers(values) = cells {
                    query = query.bind::<Array<Nullable<BigInt>>, _>(values);
                }
            }
            query.execute(conn)?;
        }
    }
    Ok(())
}

/// Gives each of these rows its own text in one column.
pub(crate) fn update_texts(
    conn: &mut Conn,
    (tenant, table): (TenantId, &str),
    name: &str,
    ids: Vec<i64>,
    texts: Vec<Option<String>>,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let tenant = tenant.0;
    let rest = format!("WHERE {table}.tenant_id = {tenant} AND {table}.id = v.id");
    match conn {
        Conn::Sqlite(conn) => {
            for (ids, texts) in ids.chunks(CHUNK).zip(texts.chunks(CHUNK)) {
                let (mut values, mut bound) = (String::new(), Texts::default());
                for (row, (id, text)) in ids.iter().zip(texts).enumerate() {
                    values.push_str(if row == 0 { "(" } else { ",(" });
                    number(&mut values, Some(*id));
                    values.push(',');
                    bound.place(&mut values, text.as_deref());
                    values.push(')');
                }
                let sql = format!("WITH v(id, t) AS (VALUES {values}) UPDATE {table} SET {name} = v.t FROM v {rest}");
                let mut query = diesel::sql_query(sql).into_boxed::<Sqlite>();
                for text in bound.in_order {
                    query = query.bind::<Text, _>(text.to_owned());
                }
                query.execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            let sql =
                format!("UPDATE {table} SET {name} = v.t FROM unnest($1::bigint[], $2::text[]) AS v(id, t) {rest}");
            diesel::sql_query(sql)
                .bind::<Array<BigInt>, _>(ids)
                .bind::<Array<Nullable<Text>>, _>(texts)
                .execute(conn)?;
        }
    }
    Ok(())
}
