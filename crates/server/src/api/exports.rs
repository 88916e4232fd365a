//! Exports: asking for one, how far it is, and the file.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web,
};
use deskwarden_domain::list::{Selection, definition};
use deskwarden_store::{exports, identity, tenants};
use deskwarden_types::{
    Endpoint, ErrorCode, ExportFormat, ExportId, SessionField, Timestamp,
    api::{CreatedExport, Export, FetchExport, ListExports, NewExport, Page, ShowExport, StartExport},
};

use super::page::Asked;
use crate::{
    auth::{fresh, hash},
    export::{self, File},
    http::{ApiError, Call},
    state::State,
};

/// The most columns of a file; there are fewer.
const MOST_COLUMNS: usize = 64;

/// Asks for an export; gives the address that fetches it once.
pub async fn start(call: Call<StartExport>, state: web::Data<State>) -> Result<CreatedExport, ApiError> {
    let (actor, viewer, tenant, now) = (call.actor()?, call.user()?.viewer(), call.tenant()?, call.now);
    let asked = call.body;
    if let Some(detail) = refuse_columns(&asked.columns, "An export") {
        return Err(wrong_columns(detail));
    }
    if asked.bom && asked.format != ExportFormat::Csv {
        let detail = "Only CSV files begin with a byte order mark; leave bom out.";
        return Err(ApiError::new(ErrorCode::InvalidField, detail).with_field("bom"));
    }
    Selection::read(&asked.selection)?;
    let settings = state.store.read(tenant, now, tenants::settings).await?;
    if !settings.show_ad_username && asked.columns.contains(&SessionField::AdUsername) {
        return Err(wrong_columns("AD usernames are not shown here; an admin can change that in the settings."));
    }
    let (file_name, what) = (file_name(&asked, &settings.time_zone, now), in_words(&asked)?);
    let ticket = fresh("")?;
    let hash = ticket.hash;
    let create = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        exports::create(scope, &actor, &viewer, &asked, &file_name, &hash, &what)
    };
    let export = state.store.write(tenant, now, create).await?;
    let url = format!("/api/v1/exports/{}/file/{}", export.id, ticket.text);
    Ok(CreatedExport { export, url, expires_at: now.plus_seconds(exports::TICKET_SECONDS) })
}

fn wrong_columns(detail: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::InvalidField, detail).with_field("columns")
}

/// What is wrong with columns, if anything is.
pub(super) fn refuse_columns(columns: &[SessionField], what: &str) -> Option<String> {
    if columns.is_empty() || columns.len() > MOST_COLUMNS {
        return Some(format!("{what} has 1 to {MOST_COLUMNS} columns."));
    }
    columns.iter().enumerate().find_map(|(place, field)| {
        if !definition(*field).column {
            return Some(format!("{field} is no column."));
        }
        let is_twice = columns.iter().take(place).any(|before| before == field);
        is_twice.then(|| format!("{field} is there twice."))
    })
}

/// `deskwarden-sessions-2026-11-21-140507.csv`, by the tenant's clock.
fn file_name(asked: &NewExport, zone: &str, now: Timestamp) -> String {
    let extension = match asked.format {
        ExportFormat::Csv => "csv",
        ExportFormat::Jsonl => "jsonl",
    };
    let at = now.to_chrono().with_timezone(&export::zone(zone)).format("%Y-%m-%d-%H%M%S");
    format!("deskwarden-sessions-{at}.{extension}")
}

/// What was asked for, as the audit shows it.
fn in_words(asked: &NewExport) -> Result<String, ApiError> {
    let columns: Vec<&str> = asked.columns.iter().map(|field| field.as_str()).collect();
    let selection = serde_json::to_string(&asked.selection).map_err(ApiError::internal)?;
    Ok(format!("{} of {selection}", columns.join(",")))
}

/// Lists the caller's exports, newest first.
pub async fn list(call: Call<ListExports>, state: web::Data<State>) -> Result<Page<Export>, ApiError> {
    let asked = Asked::<ExportId>::read(&state, "exports", &call.query)?;
    let (user, before, rows) = (call.user()?.id, asked.after, asked.rows());
    let read = move |scope: &mut deskwarden_store::Scope<'_>| {
        let items = exports::list(scope, user, before, rows)?;
        Ok((items, exports::count(scope, user)?, identity::revision(scope)?))
    };
    let (items, count, revision) = state.store.read(call.tenant()?, call.now, read).await?;
    asked.page(&state, items, |export| export.id, Some(count), revision)
}

/// Shows an export.
pub async fn show(call: Call<ShowExport>, state: web::Data<State>) -> Result<Export, ApiError> {
    let (viewer, id) = (call.user()?.viewer(), call.path.id);
    Ok(state.store.read(call.tenant()?, call.now, move |scope| exports::find(scope, &viewer, id)).await?)
}

/// Takes the ticket and sends the file.
pub async fn fetch(call: Call<FetchExport>, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let (id, ticket, now) = (call.path.id, hash(&call.path.ticket), call.now);
    let taken = state.store.write_all(move |conn| exports::take(conn, id, &ticket, now)).await?;
    let (format, name) = (taken.asked.format, taken.file_name.clone());
    let file = export::send(state.into_inner(), taken, now);
    Ok(response(format, &name, file))
}

fn response(format: ExportFormat, name: &str, file: File) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(FetchExport::STATUS).unwrap_or(StatusCode::OK));
    response.content_type(match format {
        ExportFormat::Csv => "text/csv; charset=utf-8",
        ExportFormat::Jsonl => "application/jsonl",
    });
    // The name is ours: letters, digits, dashes and a dot.
    response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    // Compressing costs more than it saves on all but slow networks, and the file is to start at once.
    response.insert_header((header::CONTENT_ENCODING, "identity"));
    response.streaming(file)
}
