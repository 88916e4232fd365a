//! Exports: a list as a file.

use super::{Page, PageQuery, SessionSelection};
use crate::{
    ExportFormat, ExportId, ExportPath, ExportState, ListPage, NoArgs, NoBody, PathArgs, SessionField, Timestamp,
};

/// Asks for an export.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewExport {
    /// Which sessions.
    #[serde(default)]
    pub selection: SessionSelection,
    /// The columns, in this order, each once; 1 to 64.
    pub columns: Vec<SessionField>,
    /// The format.
    pub format: ExportFormat,
    /// The page in whose words a CSV file names its columns; that of the selection's kind unless told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<ListPage>,
    /// Whether the file begins with a byte order mark, for Excel; with `csv` alone.
    #[serde(default)]
    pub bom: bool,
}

/// One export.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// How far it is.
    pub state: ExportState,
    /// The format.
    pub format: ExportFormat,
    /// The name that the file is saved under.
    pub file_name: String,
    /// Rows sent so far; a header is none.
    pub rows: i64,
    /// Bytes sent so far.
    pub bytes: i64,
    /// The SHA-256 of the whole file in hexadecimal, once it is finished.
    pub sha256: Option<String>,
    /// Why it broke off.
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was sent to its end or broke off.
    pub finished_at: Option<Timestamp>,
}

/// A new export and where to fetch it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedExport {
    /// The export.
    pub export: Export,
    /// Fetch the file here, once: a path on this server that needs no token.
    pub url: String,
    /// Until when; 60 seconds.
    pub expires_at: Timestamp,
}

/// The path of an export's file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Path))]
pub struct ExportFilePath {
    /// The export's id.
    pub id: ExportId,
    /// The one-time ticket of the address that `POST /api/v1/exports` gave.
    pub ticket: String,
}

impl PathArgs for ExportFilePath {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        vec![("id", self.id.to_string()), ("ticket", self.ticket.clone())]
    }
}

endpoint! {
    /// Start an export
    ///
    /// Gives an address that works once within 60 seconds, for a plain download by the browser. Rows come newest first,
    /// each once, as they were when their turn came; sessions made meanwhile are not among them.
    ///
    /// `csv`: a header with the columns' labels, labels for words, times in the tenant's zone with its offset
    /// (`2026-11-21T15:05:00+01:00`), durations in whole minutes. Cells that begin like a formula (`=`, `+`, `-`, `@`,
    /// tab, return) get a `'` in front. `jsonl`: one object a line with a key for each column, the API's words and times
    /// (UTC), ids as texts, durations in seconds, `null` where there is nothing.
    StartExport: Post "/api/v1/exports" in "Exports" for ReadSessions
        (path NoArgs, query NoArgs, body NewExport) -> 201 Json CreatedExport;

    /// List exports
    ///
    /// The caller's own, newest first.
    ListExports: Get "/api/v1/exports" in "Exports" for ReadSessions
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<Export>;

    /// Show an export
    ///
    /// How far it is, and at the end its rows and SHA-256. The caller's own; auditors and admins see those of others.
    ShowExport: Get "/api/v1/exports/{id}" in "Exports" for ReadSessions
        (path ExportPath, query NoArgs, body NoBody) -> 200 Json Export;

    /// Fetch an export's file
    ///
    /// Works once. A transfer that cannot be finished is broken off, so that no half file looks like a whole one.
    FetchExport: Get "/api/v1/exports/{id}/file/{ticket}" in "Exports" for Public
        (path ExportFilePath, query NoArgs, body NoBody) -> 200 File NoBody;
}
