//! The fields of sessions: what can be filtered by, sorted by, shown and exported.

use crate::{NoArgs, NoBody, SessionField};

/// A field, as the one table of definitions has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldInfo {
    /// Its name in `q`, `sort` and `columns`.
    pub field: SessionField,
    /// What it is called on screen.
    pub label: String,
    /// What it means.
    pub description: String,
    /// What may stand behind it in `q`, in words; absent where it cannot be filtered by.
    pub values: Option<String>,
    /// The words that it takes, where they are few and fixed.
    pub words: Vec<String>,
    /// Other names that `q` takes for it.
    pub aliases: Vec<String>,
    /// Whether it can be a sort key; not what the tenant hides.
    pub sortable: bool,
    /// Whether sorting by it is quick at any size; others sort up to 100,000 matches.
    pub indexed: bool,
    /// Whether it can be shown and exported; not what the tenant hides.
    pub column: bool,
}

/// All fields.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldList {
    /// In the order of the table.
    pub items: Vec<FieldInfo>,
}

/// Asks for values that occur.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ValueQuery {
    /// Of which field: one whose values are names, such as `app`, `user`, `host` or `version`. Others are refused: what they
    /// take stands in `GET /api/v1/sessions/fields`.
    pub field: SessionField,
    /// Only those that contain this text; at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contains: Option<String>,
    /// How many: 1 to 50, 10 unless told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<u32>,
}

/// A value that occurs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldValue {
    /// What to write in `q` (quoted there where it has spaces).
    pub value: String,
    /// What more there is to say, such as a person's name beside a username.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
}

/// Values that occur.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldValues {
    /// Those that begin with the text first, then by name.
    pub items: Vec<FieldValue>,
}

endpoint! {
    /// List the fields of sessions
    ///
    /// What `q`, `sort` and the columns of exports and views can name.
    ListFields: Get "/api/v1/sessions/fields" in "Sessions" for Own
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json FieldList;

    /// List values of a field
    ///
    /// For completion: names that occur in the tenant. Members get their own only.
    ListValues: Get "/api/v1/sessions/values" in "Sessions" for Own
        (path NoArgs, query ValueQuery, body NoBody) -> 200 Json FieldValues;
}
