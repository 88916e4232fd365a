//! Sessions as a table: the cells of an export, a page at a time.

use actix_web::web;
use deskwarden_store::{exports, sessions::Cursor};
use deskwarden_types::{
    ErrorCode, SessionField,
    api::{ListTable, SessionTable},
};

use super::{
    exports::refuse_columns,
    sessions::{LIST, Wanted},
};
use crate::{
    export::Table,
    http::{ApiError, Ask, Reply, Tag},
    state::State,
};

/// Bytes of a cell's text, mostly less.
const CELL: usize = 32;

/// Lists sessions with these columns alone. Members see their own.
pub async fn list(ask: Ask<ListTable>, state: web::Data<State>) -> Result<Reply<ListTable>, ApiError> {
    let read = || Ok((Wanted::read(&state, &ask.query.list())?, columns(&ask.query.columns)?));
    let (wanted, columns) = ask.understood(&state, read()).await?;
    let work = move |scope: &mut deskwarden_store::Scope<'_>, user: &crate::auth::UserCaller| {
        let mut table = Table::rows(&columns);
        let page = exports::page(scope, &user.viewer(), wanted.asked(), &columns, table.write_text())?;
        let mut rows = Vec::with_capacity((page.sheet.len() + 1) * columns.len() * CELL);
        table.write(&page.sheet, &mut rows, |_| ());
        Ok((columns, rows, page.next, page.prev, page.revision))
    };
    let (columns, rows, next, prev, revision) = ask.look(&state, work).await?;
    let write = |place: Option<Cursor>| place.map(|place| state.cursors.write(LIST, &place)).transpose();
    let (next, prev) = (write(next)?, write(prev)?);
    let tag = Tag::of(&(&columns, &rows, next.is_some(), prev.is_some()));
    let json = document(SessionTable { columns, rows: Vec::new(), next, prev, revision }, rows)?;
    Ok(Reply::written(json).with_tag(tag, ask.header("if-none-match")))
}

/// The answer with these rows, which are written already.
fn document(table: SessionTable, rows: Vec<u8>) -> Result<Vec<u8>, ApiError> {
    const EMPTY: &str = "\"rows\":[";
    let around = serde_json::to_string(&table).map_err(ApiError::internal)?;
    // Names of columns stand before it: no text of a session's.
    let (before, after) = around.split_once(EMPTY).ok_or_else(|| ApiError::internal("a table without rows"))?;
    let mut json = Vec::with_capacity(around.len() + rows.len());
    for part in [before.as_bytes(), EMPTY.as_bytes(), &rows, after.as_bytes()] {
        json.extend_from_slice(part);
    }
    Ok(json)
}

/// The columns of a query.
fn columns(text: &str) -> Result<Vec<SessionField>, ApiError> {
    let wrong = |detail: String| ApiError::new(ErrorCode::InvalidQuery, detail).with_field("columns");
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let field = |name: &str| {
        let found = SessionField::ALL.iter().copied().find(|field| field.as_str() == name);
        found.ok_or_else(|| {
            let name: String = name.chars().take(100).collect();
            wrong(format!("There is no column {name:?}; GET /api/v1/sessions/fields has them."))
        })
    };
    let columns: Vec<SessionField> = names.map(field).collect::<Result<_, _>>()?;
    match refuse_columns(&columns, "A table") {
        Some(detail) => Err(wrong(detail)),
        None => Ok(columns),
    }
}
