//! Saved views: a list's filter, order and columns under a name.

use super::{SessionSelection, UserRef};
use crate::{Density, ListPage, Name, NoArgs, NoBody, SessionField, ViewId, ViewPath, ViewReach};

/// A column of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ViewColumn {
    /// The field.
    pub field: SessionField,
    /// Its width in pixels, 40 to 1000; as wide as it needs unless told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub width: Option<u16>,
}

/// What a view keeps.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewView {
    /// Its name, unique among those that a person sees on the page.
    pub name: Name,
    /// The page it belongs to.
    pub page: ListPage,
    /// Who sees it. Sharing needs a manager, making it the page's default an admin.
    pub reach: ViewReach,
    /// Which sessions.
    #[serde(default)]
    pub selection: SessionSelection,
    /// The order, as in the list's `sort`; the list's own unless told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sort: Option<String>,
    /// The columns from left to right, each once; the page's own when empty.
    #[serde(default)]
    pub columns: Vec<ViewColumn>,
    /// How high rows are.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub density: Option<Density>,
}

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// Who made it.
    pub owner: UserRef,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// What it keeps.
    pub view: NewView,
    /// Another one after each change.
    pub version: String,
}

/// Which version of a view is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct ViewVersion {
    /// Change it only while it is as it was with this `version`; unless told, however it is by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Saved views.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ViewList {
    /// By page, then by name.
    pub items: Vec<View>,
}

endpoint! {
    /// List saved views
    ///
    /// The caller's own, and those that others share; at most 200 of each person's.
    ListViews: Get "/api/v1/views" in "Views" for Own
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json ViewList;

    /// Save a view
    ///
    /// A link to a list works without: all of a view stands in the console's address, too.
    CreateView: Post "/api/v1/views" in "Views" for Own
        (path NoArgs, query NoArgs, body NewView) -> 201 Json View;

    /// Change a view
    ///
    /// Its owner may; a shared one also an admin. With the `version` that was read, it is 409 `conflict` where somebody has
    /// changed the view since.
    ChangeView: Put "/api/v1/views/{id}" in "Views" for Own
        (path ViewPath, query ViewVersion, body NewView) -> 200 Json View;

    /// Remove a view
    ///
    /// Its owner may; a shared one also an admin.
    RemoveView: Delete "/api/v1/views/{id}" in "Views" for Own
        (path ViewPath, query NoArgs, body NoBody) -> 204 Nothing NoBody;
}
