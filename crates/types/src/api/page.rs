//! Lists: pages by cursor.

/// How many there are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Copy)]
pub struct Total {
    /// The number, or the least there are.
    pub count: i64,
    /// Whether `count` is exact; if not, there are at least so many.
    pub exact: bool,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// Give this as `cursor` to go on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<String>,
    /// Give this as `cursor` to go back; none at the start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prev: Option<String>,
    /// How many match.
    pub total: Total,
    /// The tenant's revision that these rows show; a live feed goes on from here.
    pub revision: i64,
}

/// Parameters of a plain list: `limit` and `cursor`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct PageQuery {
    /// How many rows: 1 to 1000, 50 unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// From an earlier page's `next` or `prev`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
