//! Sessions as a table: chosen columns alone.

use super::SessionQuery;
use crate::{DeliveryKind, ListState, NoArgs, NoBody, SessionField, Status};

/// What to list, as in `GET /api/v1/sessions`, and which columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
// Its members are those of `SessionQuery` again: serde cannot read numbers through `flatten` out of an address.
pub struct TableQuery {
    /// The columns, separated by commas, each once, in this order; `GET /api/v1/sessions/fields` lists them.
    #[cfg_attr(feature = "openapi", param(required = true))]
    pub columns: String,
    /// `current`, `historical` or `all`; `all` unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ListState>,
    /// A filter, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only this delivery kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<DeliveryKind>,
    /// Only this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Only sessions of hosts with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<crate::HostId>,
    /// Text to find, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Where `contains` looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<SessionField>,
    /// From when, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until when, as in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The order, as in the list; `-id` unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// How many rows: 1 to 1000, 50 unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// From an earlier page's `next` or `prev`, of this table or of the list with the same filter and order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl TableQuery {
    /// The list of the same rows.
    pub fn list(&self) -> SessionQuery {
        SessionQuery {
            state: self.state,
            q: self.q.clone(),
            kind: self.kind,
            status: self.status,
            host: self.host,
            contains: self.contains.clone(),
            field: self.field,
            from: self.from.clone(),
            to: self.to.clone(),
            sort: self.sort.clone(),
            limit: self.limit,
            cursor: self.cursor.clone(),
            total: None,
        }
    }
}

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Cell {
    /// Yes or no.
    Flag(bool),
    /// Seconds.
    Number(i64),
    /// A text, a word, a time or an id.
    Text(String),
}

/// One page of a table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionTable {
    /// The columns, as they were asked for.
    pub columns: Vec<SessionField>,
    /// A row for each session, with a cell for each column: `null` where there is nothing.
    pub rows: Vec<Vec<Option<Cell>>>,
    /// Give this as `cursor` to go on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<String>,
    /// Give this as `cursor` to go back; none at the start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prev: Option<String>,
    /// The tenant's revision that these rows show; a live feed goes on from here.
    pub revision: i64,
}

endpoint! {
    /// List sessions as a table
    ///
    /// The rows of the list with the columns that are asked for and nothing else: a tenth of its size, and quicker. Cells
    /// are what a line of a JSON Lines export has: the API's words, times in UTC, ids as texts, durations in seconds, a user
    /// as `name (username)`. `GET /api/v1/sessions/total` counts. The weak `ETag` stands for the rows; with it in
    /// `If-None-Match` the answer is 304 as long as none of their cells has changed, running durations among them.
    ListTable: Get "/api/v1/sessions/table" in "Sessions" for Own
        (path NoArgs, query TableQuery, body NoBody) -> 200 Json SessionTable;
}
