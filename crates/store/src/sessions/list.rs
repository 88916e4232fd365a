//! One page of sessions, by keyset.

use deskwarden_types::{
    TenantId,
    api::{Session, Total},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{
    Cursor, Filter, Key, Sort, Viewer,
    query::Query,
    row::{COLUMNS, NARROW, SessionRow, WIDE},
    show::finish,
};
use crate::{Conn, Result, Scope, StoreError, schema::tenant_heads};

/// A page, with cursors that the server signs.
#[derive(Debug)]
pub struct SessionPage {
    /// The rows, in the order asked for.
    pub items: Vec<Session>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// Where the page before ends.
    pub prev: Option<Cursor>,
    /// How many match, counted up to 10,000.
    pub total: Total,
    /// The tenant's revision.
    pub revision: i64,
}

/// Matches that are counted.
const COUNTED: i64 = 10_000;

/// Lists at most `limit` sessions from the cursor on.
pub fn list(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    filter: &Filter,
    sort: Sort,
    cursor: Option<&Cursor>,
    limit: u32,
) -> Result<SessionPage> {
    if cursor.is_some_and(|cursor| cursor.sort != sort) {
        return Err(StoreError::refused(
            deskwarden_types::ErrorCode::InvalidCursor,
            "The cursor belongs to a list with another order; start again without it.",
        ));
    }
    let filter = Filter { user: viewer.only().or(filter.user), ..filter.clone() };
    // Read first: a change after it is in the feed that goes on from here, at worst twice.
    let revision = revision(scope.conn, scope.tenant)?;
    let backwards = cursor.is_some_and(|cursor| cursor.backwards);
    let mut rows = page(scope, &filter, sort, cursor, limit)?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    if backwards {
        rows.reverse();
    }
    let place = |row: Option<&SessionRow>, backwards| row.and_then(|row| place(row, sort, backwards));
    let (has_next, has_prev) = if backwards { (true, more) } else { (more, cursor.is_some()) };
    let next = if has_next { place(rows.last(), false) } else { None };
    let prev = if has_prev { place(rows.first(), true) } else { None };
    let total = total(scope, &filter)?;
    let items = finish(scope, viewer, rows)?.into_iter().map(|loaded| loaded.session).collect();
    Ok(SessionPage { items, next, prev, total, revision })
}

/// The tenant's revision.
pub(crate) fn revision(conn: &mut Conn, tenant: TenantId) -> Result<i64> {
    Ok(tenant_heads::table.filter(tenant_heads::tenant_id.eq(tenant.0)).select(tenant_heads::revision).first(conn)?)
}

fn place(row: &SessionRow, sort: Sort, backwards: bool) -> Option<Cursor> {
    let key = if sort.key.is_text() { Key::Text(row.sort_text.clone()?) } else { Key::Number(row.sort_number?) };
    Some(Cursor { sort, key, id: row.id, backwards })
}

fn page(
    scope: &mut Scope<'_>,
    filter: &Filter,
    sort: Sort,
    cursor: Option<&Cursor>,
    limit: u32,
) -> Result<Vec<SessionRow>> {
    let key = sort.key.sql(scope.conn);
    let (number, text) =
        if sort.key.is_text() { ("CAST(NULL AS BIGINT)", key.as_str()) } else { (key.as_str(), "CAST(NULL AS TEXT)") };
    let head = format!("SELECT {COLUMNS}, {number} AS sort_number, {text} AS sort_text{NARROW}{WIDE}");
    let mut query = Query::new(scope.conn, head);
    filter.add_to(scope, &mut query);
    let descending = sort.descending != cursor.is_some_and(|cursor| cursor.backwards);
    if let Some(cursor) = cursor {
        let beyond = if descending { "<" } else { ">" };
        query.push(&format!(" AND ({key}, s.id) {beyond} ("));
        match &cursor.key {
            Key::Number(number) => query.number(*number),
            Key::Text(text) => query.string(text.clone()),
        }
        query.push(", ");
        query.number(cursor.id);
        query.push(")");
    }
    let direction = if descending { "DESC" } else { "ASC" };
    query.push(&format!(" ORDER BY {key} {direction}, s.id {direction} LIMIT {}", u64::from(limit) + 1));
    query.rows(scope.conn)
}

fn total(scope: &mut Scope<'_>, filter: &Filter) -> Result<Total> {
    let mut query = Query::new(scope.conn, format!("SELECT COUNT(*) AS n FROM (SELECT 1{NARROW}"));
    filter.add_to(scope, &mut query);
    query.push(&format!(" LIMIT {}) counted", COUNTED + 1));
    let count = query.count(scope.conn)?;
    Ok(Total { count: count.min(COUNTED), exact: count <= COUNTED })
}
